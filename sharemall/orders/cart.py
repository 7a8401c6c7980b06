"""The cart: of a member, or of a visitor until it signs in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Least

from sharemall.merchants.models import Merchant
from sharemall.orders import items as goods
from sharemall.orders.items import MOST_OF_ONE, Item, merchants_of
from sharemall.orders.models import CartLine
from sharemall.orders.pricing import Fault, fault_of
from sharemall.orders.refusals import Refusal, Refused

MOST_LINES = 100
VISITORS_KEEP = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose cart: a member's, else a visitor's (the id in its cookie)."""

    member_id: int | None = None
    visitor: str | None = None

    @property
    def lines(self) -> QuerySet[CartLine]:
        """The owner's lines; none for a visitor without an id."""
        if self.member_id is not None:
            return CartLine.objects.filter(member_id=self.member_id)
        if self.visitor:
            return CartLine.objects.filter(visitor=self.visitor)
        return CartLine.objects.none()


@dataclass(frozen=True, slots=True)
class CartGroup:
    """What a cart holds of one merchant; each item with what is wrong with it, or None."""

    merchant: Merchant
    items: tuple[tuple[Item, Fault | None], ...]

    @property
    def all_selected(self) -> bool:
        return all(item.is_selected for item, _ in self.items)


@dataclass(frozen=True, slots=True)
class CartView:
    """A cart as it stands now. Only what is selected and without fault counts in the sums."""

    groups: tuple[CartGroup, ...]

    @property
    def items(self) -> list[tuple[Item, Fault | None]]:
        return [pair for group in self.groups for pair in group.items]

    @property
    def ready(self) -> list[Item]:
        """What would go to the checkout."""
        return [item for item, fault in self.items if item.is_selected and fault is None]

    @property
    def total_fen(self) -> int:
        return sum(item.goods_fen for item in self.ready)

    @property
    def pieces(self) -> int:
        return sum(item.quantity for item in self.ready)

    @property
    def all_selected(self) -> bool:
        return all(group.all_selected for group in self.groups)


def view(owner: Owner, now: datetime) -> CartView:
    """The cart, by merchant, the newest first. One query."""
    found = goods.of_cart(owner.lines, now)
    return CartView(
        tuple(
            CartGroup(
                group[0].variant.product.merchant, tuple((one, fault_of(one)) for one in group)
            )
            for group in merchants_of(found).values()
        )
    )


def count(owner: Owner) -> int:
    """How many lines the cart has. One query; none for a visitor without a cart."""
    return owner.lines.count() if owner.member_id is not None or owner.visitor else 0


def add(*, owner: Owner, variant_id: int, quantity: int, now: datetime) -> CartLine:
    """Put so many more of a variant into the cart and select it.

    Raises Refused: NOT_ON_SALE, OUT_OF_STOCK, BAD_QUANTITY, TOO_MANY. The owner must have an id.
    """
    item = goods.of_variant(variant_id, quantity, now)
    if item is None or not item.on_sale:
        raise Refused(Refusal.NOT_ON_SALE)
    if not 0 < quantity <= MOST_OF_ONE:
        raise Refused(Refusal.BAD_QUANTITY, most=MOST_OF_ONE)
    if item.left <= 0:
        raise Refused(Refusal.OUT_OF_STOCK, left=0)
    with transaction.atomic():
        return _add(owner, variant_id, quantity, item.price_fen, now)


def _add(owner: Owner, variant_id: int, quantity: int, price_fen: int, now: datetime) -> CartLine:
    line = owner.lines.filter(variant_id=variant_id)
    more = Least(F("quantity") + quantity, MOST_OF_ONE)
    fields = {"is_selected": True, "seen_price_fen": price_fen, "added_at": now}
    if line.update(quantity=more, **fields):
        return line.get()
    if owner.lines.count() >= MOST_LINES:
        raise Refused(Refusal.TOO_MANY, most=MOST_LINES)
    try:
        with transaction.atomic():
            return CartLine.objects.create(
                member_id=owner.member_id,
                visitor=owner.visitor if owner.member_id is None else None,
                variant_id=variant_id,
                quantity=quantity,
                **fields,
            )
    except IntegrityError:  # the other half of a double click was quicker
        line.update(quantity=more, **fields)
        return line.get()


def set_quantity(*, owner: Owner, variant_id: int, quantity: int) -> None:
    """So many and no other number; 0 takes it out. Raises Refused(BAD_QUANTITY)."""
    if not 0 <= quantity <= MOST_OF_ONE:
        raise Refused(Refusal.BAD_QUANTITY, most=MOST_OF_ONE)
    line = owner.lines.filter(variant_id=variant_id)
    if quantity:
        line.update(quantity=quantity)
    else:
        line.delete()


def select(*, owner: Owner, variant_ids: Sequence[int] | None, on: bool) -> None:
    """Select these lines for the checkout, or leave them in the cart; None: all of them."""
    lines = owner.lines if variant_ids is None else owner.lines.filter(variant_id__in=variant_ids)
    lines.update(is_selected=on)


def remove(*, owner: Owner, variant_ids: Sequence[int]) -> None:
    """Take these out of the cart."""
    owner.lines.filter(variant_id__in=variant_ids).delete()


def look(owner: Owner, now: datetime) -> CartView:
    """The cart as the cart's page shows it: a changed price is told once.

    What cannot be ordered as it stands is not selected any more: it stays, and says why.
    """
    seen = view(owner, now)
    changed = [item for item, _ in seen.items if item.seen_price_fen != item.price_fen]
    for item in changed:
        owner.lines.filter(variant_id=item.variant.pk).update(seen_price_fen=item.price_fen)
    faulty = [item.variant.pk for item, fault in seen.items if fault and item.is_selected]
    if faulty:
        select(owner=owner, variant_ids=faulty, on=False)
    return seen


@transaction.atomic
def merge(*, visitor: str, member_id: int) -> None:
    """What the visitor had put together is the member's now; a second call finds nothing left.

    Of what both have the larger number stays. What does not fit into the cart is left out.
    """
    theirs = list(CartLine.objects.select_for_update().filter(visitor=visitor).order_by("id"))
    if not theirs:
        return
    own = Owner(member_id=member_id).lines.select_for_update().order_by("id")
    mine = {line.variant_id: line for line in own}
    for line in theirs:
        same = mine.get(line.variant_id)
        if same is not None:
            same.quantity = max(same.quantity, line.quantity)
            same.is_selected = same.is_selected or line.is_selected
    CartLine.objects.bulk_update(mine.values(), ["quantity", "is_selected"])
    room = max(0, MOST_LINES - len(mine))
    new = [line for line in reversed(theirs) if line.variant_id not in mine][:room]
    CartLine.objects.bulk_create(
        [_of_member(line, member_id) for line in new],
        # What the member puts in at this very moment is not put in twice.
        update_conflicts=True,
        unique_fields=["member", "variant"],
        update_fields=["is_selected"],
    )
    CartLine.objects.filter(pk__in=[line.pk for line in theirs]).delete()


def _of_member(line: CartLine, member_id: int) -> CartLine:
    return CartLine(
        member_id=member_id,
        variant_id=line.variant_id,
        quantity=line.quantity,
        is_selected=line.is_selected,
        seen_price_fen=line.seen_price_fen,
        added_at=line.added_at,
    )


def forget_visitors(now: datetime) -> int:
    """Drop what visitors left a month ago; how many lines that was."""
    old = CartLine.objects.filter(visitor__isnull=False, added_at__lte=now - VISITORS_KEEP)
    return old.delete()[0]
