"""What a basket costs: pure arithmetic over loaded items, coupons and a destination.

Amounts are fen. Coupons: of one order, first the merchant's on its goods, then the platform's on
what is left of them. A coupon's reduction is spread over the lines it is for by their value; what
the platform funds is the subsidy. Freight is worked out for each freight rule from the weight and
the value after coupons.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from sharemall.coupons.discounts import off_fen
from sharemall.coupons.models import Coupon, CouponClaim
from sharemall.merchants import freight
from sharemall.merchants.models import FreightRule, Merchant
from sharemall.orders.items import Item, merchants_of
from sharemall.orders.refusals import Refusal
from sharemall.splitting import split

MOST_FEN = 10**14  # what one sale may pay (rules.md, "bad_amount": 10^12 yuan)


class Fault(NamedTuple):
    """What keeps a line or an order from being placed; `facts` as in refusals.py."""

    refusal: Refusal
    facts: dict[str, int | str]


class Choice(NamedTuple):
    """The coupons that an order uses, by the ids of their claims."""

    merchant_claim: int | None
    platform_claim: int | None


@dataclass(frozen=True, slots=True)
class LineQuote:
    """One item with its part of the order's coupons."""

    item: Item
    discount_fen: int = 0
    subsidy_fen: int = 0
    fault: Fault | None = None

    @property
    def payable_fen(self) -> int:
        """What is paid for it."""
        return self.item.goods_fen - self.discount_fen


@dataclass(frozen=True, slots=True)
class OrderQuote:
    """What the goods of one merchant cost. `freight_fen` is None as long as it is not known.

    `usable` are the claims that would take something off this order, with how much each takes.
    """

    merchant: Merchant
    lines: tuple[LineQuote, ...]
    freight_fen: int | None
    merchant_claim: CouponClaim | None
    platform_claim: CouponClaim | None
    usable: tuple[tuple[CouponClaim, int], ...]
    faults: tuple[Fault, ...]

    @property
    def goods_fen(self) -> int:
        return sum(line.item.goods_fen for line in self.lines)

    @property
    def discount_fen(self) -> int:
        return sum(line.discount_fen for line in self.lines)

    @property
    def subsidy_fen(self) -> int:
        return sum(line.subsidy_fen for line in self.lines)

    @property
    def total_fen(self) -> int:
        """What the member pays; without freight as long as that is not known."""
        return self.goods_fen - self.discount_fen + (self.freight_fen or 0)

    @property
    def pieces(self) -> int:
        return sum(line.item.quantity for line in self.lines)


@dataclass(frozen=True, slots=True)
class Quote:
    """What a basket costs, an order a merchant; with faults it cannot be placed."""

    orders: tuple[OrderQuote, ...]
    faults: tuple[Fault, ...]

    @property
    def total_fen(self) -> int:
        return sum(order.total_fen for order in self.orders)

    @property
    def fingerprint(self) -> str:
        """The same for the same goods, prices, coupons and freight: what the member agreed to."""
        facts = [
            [
                order.merchant.key,
                [
                    (line.item.variant.pk, line.item.quantity, line.item.price_fen)
                    for line in order.lines
                ],
                [line.discount_fen for line in order.lines],
                [one.pk if one else 0 for one in (order.merchant_claim, order.platform_claim)],
                order.freight_fen,
            ]
            for order in self.orders
        ]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32]


def quote(
    items: Sequence[Item],
    *,
    province: str | None,
    claims: Sequence[CouponClaim],
    chosen: Mapping[str, Choice] | None,
) -> Quote:
    """What the items cost, sent to a province (two digits; None: not chosen yet).

    `claims` are the member's usable ones; `chosen` names those to use by merchant, None asks for
    those that take most off. A claim is used by one order at most.
    """
    faults: list[Fault] = []
    if not items:
        faults.append(Fault(Refusal.EMPTY, {}))
    if province is None:
        faults.append(Fault(Refusal.NO_ADDRESS, {}))
    orders: list[OrderQuote] = []
    free = list(claims)
    for key, found in merchants_of(items).items():
        choice = None if chosen is None else chosen.get(key, Choice(None, None))
        order = _order(found, province=province, claims=free, choice=choice)
        used = {claim.pk for claim in (order.merchant_claim, order.platform_claim) if claim}
        free = [claim for claim in free if claim.pk not in used]
        orders.append(order)
        faults += [line.fault for line in order.lines if line.fault]
        faults += order.faults
    return Quote(tuple(orders), tuple(faults))


def _order(
    items: Sequence[Item],
    *,
    province: str | None,
    claims: Sequence[CouponClaim],
    choice: Choice | None,
) -> OrderQuote:
    merchant = items[0].variant.product.merchant
    faults: list[Fault] = []
    own = [one for one in claims if one.coupon.merchant_id == merchant.key]
    general = [one for one in claims if one.coupon.merchant_id is None]
    if choice is None:
        pair = _best(items, own, general)
    else:
        pair = _find(own, choice.merchant_claim), _find(general, choice.platform_claim)
        faults += _unusable(items, pair, choice)
    lines = _reduced(items, pair)
    freight_fen = None
    if province is not None:
        freight_fen, unsent = _freight(lines, province)
        faults += [Fault(Refusal.NOT_SENT_THERE, {"name": name}) for name in unsent]
    total = sum(line.payable_fen for line in lines) + (freight_fen or 0)
    if total > MOST_FEN:
        faults.append(Fault(Refusal.BAD_QUANTITY, {"most": 1}))
    usable = tuple((one, off) for one in (*own, *general) if (off := _alone(items, one.coupon)))
    return OrderQuote(
        merchant=merchant,
        lines=tuple(lines),
        freight_fen=freight_fen,
        merchant_claim=pair[0],
        platform_claim=pair[1],
        usable=usable,
        faults=tuple(faults),
    )


Pair = tuple[CouponClaim | None, CouponClaim | None]


def _best(
    items: Sequence[Item], own: Sequence[CouponClaim], general: Sequence[CouponClaim]
) -> Pair:
    """The pair that takes most off; of equal ones the one that ends first."""
    pairs: list[Pair] = list(product((None, *_by_end(own)), (None, *_by_end(general))))
    return max(pairs, key=lambda pair: _worth(items, pair))


def _worth(items: Sequence[Item], pair: Pair) -> int:
    """What a pair takes off; less than nothing if one of it takes nothing."""
    total = 0
    payable = [item.goods_fen for item in items]
    for claim in filter(None, pair):
        parts = _parts(items, payable, claim.coupon)
        if not sum(parts):
            return -1
        total += sum(parts)
        payable = [left - part for left, part in zip(payable, parts, strict=True)]
    return total


def _by_end(claims: Iterable[CouponClaim]) -> list[CouponClaim]:
    return sorted(claims, key=lambda claim: (claim.coupon.ends_at, claim.pk))


def _find(claims: Sequence[CouponClaim], claim_id: int | None) -> CouponClaim | None:
    return next((claim for claim in claims if claim.pk == claim_id), None)


def _unusable(items: Sequence[Item], pair: Pair, choice: Choice) -> list[Fault]:
    missing = [
        one for one, claim in zip(choice, pair, strict=True) if one is not None and claim is None
    ]
    if missing or _worth(items, pair) < 0:
        return [Fault(Refusal.COUPON_GONE, {})]
    return []


def _reduced(items: Sequence[Item], pair: Pair) -> list[LineQuote]:
    """The lines with what the coupons of the pair take off each."""
    discounts, subsidies = [0] * len(items), [0] * len(items)
    for claim in filter(None, pair):
        left = [item.goods_fen - off for item, off in zip(items, discounts, strict=True)]
        for place, part in enumerate(_parts(items, left, claim.coupon)):
            discounts[place] += part
            if claim.coupon.funder == Coupon.Funder.PLATFORM:
                subsidies[place] += part
    return [
        LineQuote(item, discount, subsidy, fault_of(item))
        for item, discount, subsidy in zip(items, discounts, subsidies, strict=True)
    ]


def _parts(items: Sequence[Item], payable: Sequence[int], coupon: Coupon) -> list[int]:
    """What the coupon takes off each line, of which `payable` is left to pay."""
    weights = [
        left if coupon.zone_key in ("", item.variant.product.zone_id) else 0
        for item, left in zip(items, payable, strict=True)
    ]
    return split(off_fen(coupon, sum(weights)), weights)


def _alone(items: Sequence[Item], coupon: Coupon) -> int:
    return sum(_parts(items, [item.goods_fen for item in items], coupon))


def fault_of(item: Item) -> Fault | None:
    """What keeps an item from being ordered as it stands; None if nothing does."""
    name = item.variant.product.name
    if not item.on_sale:
        return Fault(Refusal.NOT_ON_SALE, {"name": name})
    if item.quantity > item.left:
        return Fault(Refusal.OUT_OF_STOCK, {"name": name, "left": item.left})
    limit = item.variant.product.limit_per_member
    if limit is not None and item.quantity > limit:
        return Fault(Refusal.LIMIT, {"name": name, "most": limit, "bought": 0})
    if not 0 < item.quantity <= item.most:
        return Fault(Refusal.BAD_QUANTITY, {"most": item.most})
    return None


def _freight(lines: Sequence[LineQuote], province: str) -> tuple[int, list[str]]:
    """What sending the lines costs, and the names of those that are not sent there."""
    by_rule: dict[int, tuple[FreightRule, list[LineQuote]]] = {}
    for line in lines:
        rule = line.item.variant.product.freight_rule
        if rule is not None:
            by_rule.setdefault(rule.pk, (rule, []))[1].append(line)
    total, unsent = 0, []
    for rule, found in by_rule.values():
        price = freight.price_fen(
            rule,
            province=province,
            grams=sum(line.item.quantity * line.item.variant.weight_grams for line in found),
            goods_fen=sum(line.payable_fen for line in found),
        )
        if price is None:
            unsent += [line.item.variant.product.name for line in found]
        else:
            total += price
    return total, unsent
