"""From a basket to unpaid orders: one for each merchant, under one payment.

`quote` says what the basket costs; `place` takes the fingerprint of the quote that the shopper
saw and refuses if the basket costs anything else by now.

Locks, in the order of docs/locking.md: new rows (the unique form key makes a twin wait), the
coupons, flash prices, variants, the counts of limits; with a first order the member's referrer.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from sharemall.catalogue import fit
from sharemall.compliance import selectors as compliance_selectors
from sharemall.compliance import services as compliance
from sharemall.coupons import selectors as coupon_selectors
from sharemall.coupons import services as coupons
from sharemall.coupons.models import CouponClaim
from sharemall.engine.scheme import Scheme
from sharemall.members import addresses, regions
from sharemall.members.models import Address, Member
from sharemall.orders import items as goods
from sharemall.orders import pricing, rates, stock
from sharemall.orders.cart import Owner
from sharemall.orders.items import Item
from sharemall.orders.models import Order, OrderLine
from sharemall.orders.pricing import Choice, LineQuote, OrderQuote, Quote
from sharemall.orders.refusals import Refusal, Refused
from sharemall.payments import services as payments
from sharemall.payments.models import Payment
from sharemall.referral import services as referral

PAY_WITHIN = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Basket:
    """What is to be ordered; `from_cart`: these lines leave the cart with the order."""

    items: tuple[Item, ...]
    from_cart: bool = False


def basket_of_cart(member: Member, now: datetime) -> Basket:
    """What is selected in the member's cart. One query."""
    lines = Owner(member_id=member.pk).lines.filter(is_selected=True)
    return Basket(tuple(goods.of_cart(lines, now)), from_cart=True)


def basket_of(variant_id: int, quantity: int, now: datetime) -> Basket:
    """One variant, bought now, beside the cart; empty if there is none. One query."""
    item = goods.of_variant(variant_id, quantity, now)
    return Basket(() if item is None else (item,))


def quote(
    *,
    member: Member,
    basket: Basket,
    address_id: int | None,
    claims: Mapping[str, Choice] | None,
    now: datetime,
) -> Quote:
    """What the basket costs the member. Two queries.

    `claims` names the coupons to use by merchant; None asks for the best.
    """
    address = None if address_id is None else addresses.address(member, address_id)
    return _quote(member, basket, address, claims, now)


def _quote(
    member: Member,
    basket: Basket,
    address: Address | None,
    claims: Mapping[str, Choice] | None,
    now: datetime,
) -> Quote:
    return pricing.quote(
        basket.items,
        province=None if address is None else regions.province_of(address.district_code),
        claims=coupon_selectors.usable(member.pk, now) if basket.items else [],
        chosen=claims,
    )


def place(
    *,
    member: Member,
    basket: Basket,
    address_id: int | None,
    claims: Mapping[str, Choice],
    remarks: Mapping[str, str],
    seen: str,
    key: UUID,
    note_version: int | None,
    language: str,
    now: datetime,
) -> Payment:
    """Place an unpaid order for each merchant of the basket; the same key finds the same payment.

    `seen` is the fingerprint of the quote that the shopper agreed to, `note_version` the version
    of the risk note that the form's tick confirms, or None. Raises Refused, having changed
    nothing.
    """
    try:
        with transaction.atomic():
            payment = _place(
                _Form(member, basket, claims, remarks, seen, key, now),
                address=None if address_id is None else addresses.address(member, address_id),
                note=(note_version, language),
            )
    except (IntegrityError, Refused):
        # A twin of this form was faster: what it took is missing here, or its key is there.
        placed = _placed(member, key, basket)
        if placed is None:
            raise
        return placed
    # What is in memory learns it only once it is committed: a refused order was none.
    member.first_ordered_at = member.first_ordered_at or now
    return payment


@dataclass(frozen=True, slots=True)
class _Form:
    member: Member
    basket: Basket
    claims: Mapping[str, Choice]
    remarks: Mapping[str, str]
    seen: str
    key: UUID
    now: datetime


def _placed(member: Member, key: UUID, basket: Basket) -> Payment | None:
    """The payment of the orders that this form placed before. Raises Refused(KEY_USED)."""
    orders = list(
        Order.objects.filter(member=member, key=key)
        .select_related("payment")
        .prefetch_related("lines")
        .order_by("id")
    )
    if not orders:
        return None
    lines = {(line.variant_id, line.quantity) for order in orders for line in order.lines.all()}
    asked = {(item.variant.pk, item.quantity) for item in basket.items}
    # What a twin ordered has left the cart; other goods under the same key are another form.
    if asked and asked != lines:
        raise Refused(Refusal.KEY_USED, order=orders[0].no)
    return orders[0].payment


def _place(form: _Form, *, address: Address | None, note: tuple[int | None, str]) -> Payment:
    agreed = _quote(form.member, form.basket, address, form.claims, form.now)
    _settle_note(form.member, *note, now=form.now)
    if agreed.faults:
        fault = agreed.faults[0]
        raise Refused(fault.refusal, **fault.facts)
    if agreed.fingerprint != form.seen:
        raise Refused(Refusal.QUOTE_CHANGED)
    assert address is not None  # without one the quote has a fault
    payment = payments.open_payment(
        no=number(form.now),
        member_id=form.member.pk,
        amount_fen=agreed.total_fen,
        now=form.now,
    )
    orders = _insert(form, agreed, payment, address)
    _take(form, agreed, orders)
    if form.basket.from_cart:
        lines = Owner(member_id=form.member.pk).lines
        lines.filter(variant_id__in=[item.variant.pk for item in form.basket.items]).delete()
    if form.member.first_ordered_at is None:
        referral.settle(member=form.member, now=form.now)
    return payment


def _settle_note(member: Member, version: int | None, language: str, *, now: datetime) -> None:
    if compliance_selectors.note_confirmed(member.pk):
        return
    if version is None:
        raise Refused(Refusal.NOTE_NEEDED)
    try:
        compliance.confirm_note(member_id=member.pk, version=version, language=language, now=now)
    except compliance.NoteOutdated as outdated:
        raise Refused(Refusal.NOTE_NEEDED) from outdated


def _insert(form: _Form, agreed: Quote, payment: Payment, address: Address) -> list[Order]:
    version, scheme = rates.current()
    for order in agreed.orders:
        for line in order.lines:
            _check_fits(scheme, order.merchant.commission_nano, line)
    orders = [_order(form, one, payment, address, version) for one in agreed.orders]
    Order.objects.bulk_create(orders)
    OrderLine.objects.bulk_create(
        _line(order, position, line)
        for order, one in zip(orders, agreed.orders, strict=True)
        for position, line in enumerate(one.lines, 1)
    )
    return orders


def _check_fits(scheme: Scheme, commission_nano: int, line: LineQuote) -> None:
    """What other rates have left no room for is as good as off sale, a moment before it is."""
    variant, product = line.item.variant, line.item.variant.product
    cost_fen = variant.cost_fen * line.item.quantity
    if not fit.carries(
        scheme, product.zone_id, commission_nano, paid_fen=line.payable_fen, cost_fen=cost_fen
    ):
        raise Refused(Refusal.NOT_ON_SALE, name=product.name)


def _order(form: _Form, one: OrderQuote, payment: Payment, address: Address, version: int) -> Order:
    return Order(
        no=number(form.now),
        member=form.member,
        merchant=one.merchant,
        payment=payment,
        key=form.key,
        goods_fen=one.goods_fen,
        discount_fen=one.discount_fen,
        subsidy_fen=one.subsidy_fen,
        freight_fen=one.freight_fen or 0,
        total_fen=one.total_fen,
        merchant_claim=one.merchant_claim,
        platform_claim=one.platform_claim,
        ship_name=address.name,
        ship_phone=address.phone,
        ship_district=address.district_code,
        ship_detail=address.detail,
        remark=form.remarks.get(one.merchant.key, "")[:200],
        scheme_version=version,
        commission_nano=one.merchant.commission_nano,
        placed_at=form.now,
        expires_at=form.now + PAY_WITHIN,
    )


def _line(order: Order, position: int, line: LineQuote) -> OrderLine:
    variant, product = line.item.variant, line.item.variant.product
    return OrderLine(
        order=order,
        position=position,
        product=product,
        variant=variant,
        flash_id=line.item.flash_id,
        zone_key=product.zone_id,
        name_zh=product.name_zh,
        name_en=product.name_en,
        variant_zh=variant.name_zh,
        variant_en=variant.name_en,
        picture=(variant.picture or product.picture).name or "",
        quantity=line.item.quantity,
        price_fen=line.item.price_fen,
        cost_fen=variant.cost_fen,
        discount_fen=line.discount_fen,
        subsidy_fen=line.subsidy_fen,
        limited=product.limit_per_member is not None,
        returnable_days=product.returnable_days,
    )


def _take(form: _Form, agreed: Quote, orders: Sequence[Order]) -> None:
    """Coupons and stock, in the order of the locks. Raises Refused."""
    uses = {order.no: sorted(claim.pk for claim in _claims(order) if claim) for order in orders}
    for no, claim_ids in sorted(uses.items(), key=lambda use: use[1]):
        try:
            coupons.use(claim_ids, member_id=form.member.pk, order_no=no, now=form.now)
        except coupons.Refused as refused:
            raise Refused(Refusal.COUPON_GONE) from refused
    lines = [line for order in agreed.orders for line in order.lines]
    missing = stock.take(
        [_wanted(line.item) for line in lines], member_id=form.member.pk, now=form.now
    )
    if missing is not None:
        raise _why_not_taken(missing, lines, form)


def _claims(order: Order) -> tuple[CouponClaim | None, CouponClaim | None]:
    return order.merchant_claim, order.platform_claim


def _wanted(item: Item) -> stock.Wanted:
    return stock.Wanted(
        variant_id=item.variant.pk,
        product_id=item.variant.product_id,
        quantity=item.quantity,
        price_fen=item.variant.price_fen,
        cost_fen=item.variant.cost_fen,
        flash_id=item.flash_id,
        flash_price_fen=item.price_fen,
        limited=item.variant.product.limit_per_member is not None,
    )


def _why_not_taken(variant_id: int, lines: Sequence[LineQuote], form: _Form) -> Refused:
    """What became of the variant between reading and taking it."""
    item = next(line.item for line in lines if line.item.variant.pk == variant_id)
    now = goods.of_variant(variant_id, item.quantity, form.now)
    name = item.variant.product.name
    if now is None or not now.on_sale:
        return Refused(Refusal.NOT_ON_SALE, name=name)
    if now.price_fen != item.price_fen or now.variant.cost_fen != item.variant.cost_fen:
        return Refused(Refusal.PRICE_CHANGED, name=name, price_fen=now.price_fen)
    if now.left < item.quantity:
        return Refused(Refusal.OUT_OF_STOCK, name=name, left=now.left)
    limit = now.variant.product.limit_per_member or 0
    bought = stock.bought(form.member.pk, item.variant.product_id)
    return Refused(Refusal.LIMIT, name=name, most=limit, bought=bought)


def number(now: datetime) -> str:
    """The day and twelve digits drawn at random: nobody can tell from it how much is sold."""
    day = timezone.localtime(now).strftime("%y%m%d")
    return f"{day}{secrets.randbelow(10**12):012d}"
