"""What members did in the shop in the last thirty days: `story.toml` as steps in the order of time.

A step is one call of the shop's services at a moment that has passed. Every step looks at what is
there already and does nothing twice: a load that was cut off plays the whole story again.
"""

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sharemall.catalogue.models import Product, Variant
from sharemall.catalogue.services import note_visit, save_favourite
from sharemall.coupons import services as coupons
from sharemall.coupons.models import Coupon, CouponClaim
from sharemall.demo import acts, cases, invitations, people, rules, tills
from sharemall.ledger import events, journal, writer
from sharemall.ledger import selectors as ledger
from sharemall.members import addresses
from sharemall.members.models import Address, Member
from sharemall.orders import cart
from sharemall.orders.models import CartLine

FILE = Path(__file__).parent / "story.toml"
HOLDER = "13800000003"  # turns shares into coins
REGULAR = "13800000001"
ASKING = (REGULAR, people.buyer_phone(7))  # who has after-sale cases
COINS_DAY = timedelta(days=28)
KEPT = 9  # favourites of the regular; the goods it looked at are twice as many
STREETS = ("和平路 18 号 2 单元 501", "学府花园 6 幢 1203", "滨河东路 77 号", "青年大街 30 号 8 楼")

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """Something that is done at a moment; `number` orders what is done at the same one."""

    at: datetime
    number: int
    do: Callable[[datetime], None] = field(compare=False)


@dataclass(frozen=True)
class Story:
    """The file, for a demo that is made at `end`."""

    end: datetime

    @cached_property
    def content(self) -> Fields:
        return tomllib.loads(FILE.read_text(encoding="utf-8"))

    def steps(self) -> list[Step]:
        """Every step, in the order of time; none lies after `end`."""
        found: list[tuple[datetime, Callable[[datetime], None]]] = [
            (self.end - COINS_DAY - timedelta(hours=3), self.settle_in),
            (self.end - COINS_DAY - timedelta(hours=2), invitations.follow_links),
            (self.end - COINS_DAY, turn_into_coins),
            *self._claims(),
            *tills.steps(self.end),
            *rules.steps(self.end),
            *(
                step
                for place, _ in enumerate(self.content["orders"])
                for step in self._order(place)
            ),
            *(step for phone in ASKING for step in cases.steps(phone, self.end)),
            (self.end, look_around),
        ]
        numbered = [Step(at, number, do) for number, (at, do) in enumerate(found)]
        return sorted(step for step in numbered if step.at <= self.end)

    def settle_in(self, now: datetime) -> None:
        """Everybody who orders has an address."""
        districts = self.content["districts"]
        for place, member in enumerate(self.members()):
            if Address.objects.filter(member=member).exists():
                continue
            addresses.save(
                member=member,
                address_id=None,
                name=member.name,
                phone=member.phone,
                district_code=districts[place % len(districts)],
                detail=STREETS[place % len(STREETS)],
                is_default=True,
                now=now,
            )

    def members(self) -> list[Member]:
        """The buyers, and the shown members who are there."""
        numbers = range(1, self.content["buyers"] + 1)
        phones = [people.buyer_phone(number) for number in numbers] + sorted(people.SHOWN)
        found = {member.phone: member for member in Member.objects.filter(phone__in=phones)}
        return [found[phone] for phone in phones if phone in found]

    def _claims(self) -> Iterator[tuple[datetime, Callable[[datetime], None]]]:
        for place, (buyer, day, name) in enumerate(self.content["claims"]):
            yield self._moment(day, place), partial(claim, _phone(buyer), name)

    def _moment(self, day: int, place: int) -> datetime:
        """Some time within the day that lies so many days back; today, minutes ago."""
        back = timedelta(minutes=place * 37 % 540) if day else timedelta(minutes=2, seconds=place)
        return self.end + timedelta(days=day) - back

    def _order(self, place: int) -> Iterator[tuple[datetime, Callable[[datetime], None]]]:
        """The life of one purchase: its file's fields say how far it comes."""
        fields = self.content["orders"][place]
        # Claims of the same day come before.
        placed = self._moment(fields["day"], place) + timedelta(hours=1 if fields["day"] else 0)
        bought = acts.Purchase(_phone(fields["buyer"]), key_of(place), fields)
        fate = fields.get("fate", "completed")
        yield placed, bought.place
        if fate == "dropped":
            yield placed + timedelta(minutes=8), bought.cancel
        if fate == "expired":
            yield placed + timedelta(minutes=31), bought.expire
        if fate in ("dropped", "expired", "unpaid"):
            return
        yield placed + timedelta(minutes=3), bought.pay
        if fate in ("returned", "refused"):
            undo = bought.cancel if fate == "returned" else bought.refuse
            yield placed + timedelta(hours=2), undo
            yield placed + timedelta(hours=2, minutes=5), acts.send_refunds
            return
        if fate == "paid":
            return
        yield placed + timedelta(hours=20, minutes=place), bought.ship
        if fate == "shipped":
            return
        yield placed + timedelta(days=3), bought.receive
        yield placed + timedelta(days=10), bought.complete
        yield placed + timedelta(days=10, hours=9), bought.review


def key_of(place: int) -> UUID:
    """The form's key of the purchase at this place of the file."""
    return uuid5(NAMESPACE_URL, f"sharemall-demo-order-{place}")


def told() -> bool:
    """Whether the story has been played to its end."""
    last = Member.objects.filter(phone=people.buyer_phone(1)).first()
    return last is not None and CartLine.objects.filter(member=last).exists()


def _phone(buyer: int | str) -> str:
    return buyer if isinstance(buyer, str) else people.buyer_phone(buyer)


def claim(phone: str, name: str, now: datetime) -> None:
    """A member claims a coupon, unless it has it."""
    member = Member.objects.filter(phone=phone).first()
    coupon = Coupon.objects.get(name_zh=name)
    mine = CouponClaim.objects.filter(coupon=coupon, member=member, claimed_at__gte=now)
    if member is not None and not mine.exists():
        try:
            coupons.claim(member=member, coupon_id=coupon.pk, now=now)
        except coupons.Refused:
            return


def turn_into_coins(now: datetime) -> None:
    """The largest shown holder turns a sixth of its shares into coins."""
    member = Member.objects.filter(phone=HOLDER).first()
    if member is None or journal.find("demo-coins") is not None:
        return
    shares = ledger.balance(member.account).shares_micro // 6
    if shares:
        journal.append(
            events.to_coins(
                id="demo-coins",
                at=events.timestamp(now),
                member=member.account,
                shares_micro=shares,
            )
        )
        writer.settle("demo-coins")


def look_around(now: datetime) -> None:
    """The regular has favourites, a history and a cart; so does the first buyer: the last step."""
    goods = list(Product.objects.order_by("position").values_list("pk", flat=True))
    member = Member.objects.filter(phone=REGULAR).first()
    if member is not None:
        for place, product_id in enumerate(goods[: 2 * KEPT]):
            moment = now - timedelta(hours=7 * place + 1)
            note_visit(member_id=member.pk, product_id=product_id, now=moment)
            if place % 2 == 0:
                save_favourite(member_id=member.pk, product_id=product_id, on=True, now=moment)
    _fill_cart(REGULAR, ["MUG-BLUE", "ORANGE-5000", "FRYER-SAGE"], now)
    _fill_cart(people.buyer_phone(1), ["PICTURE-BOOK"], now)


def _fill_cart(phone: str, skus: list[str], now: datetime) -> None:
    member = Member.objects.filter(phone=phone).first()
    if member is None or CartLine.objects.filter(member=member).exists():
        return
    for variant in Variant.objects.filter(sku__in=skus).order_by("sku"):
        owner = cart.Owner(member_id=member.pk)
        cart.add(owner=owner, variant_id=variant.pk, quantity=1, now=now)
