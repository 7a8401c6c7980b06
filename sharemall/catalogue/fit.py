"""Rates must fit the goods: what a piece costs and hands over is within what it can be paid at.

Source: rules.md, "Beside the engine". For each variant on sale, at the lowest price x it can be
paid at (`lowest.py`: flash prices and coupons, whoever funds them): cost + the zone's contributions
on x + the merchant's commission on x ≤ x, each rounded up to a fen. What the platform pays to the
merchant for its own coupons comes on top and is not counted: it makes what is due only higher. At
another price than the lowest the two roundings may together cost the merchant one fen an order.

Whoever checks takes a lock that lives as long as the transaction: a product's check a shared one, a
coupon's or a merchant's an exclusive one. So a coupon waits for the products being saved and then
sees them; a product saved meanwhile waits for the coupon and then counts it. Write first, check
then, in one transaction.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import F, Prefetch, Q, QuerySet

from sharemall.catalogue import estimates
from sharemall.catalogue.lowest import Price, lowest_fen
from sharemall.catalogue.models import FlashPrice, Product, Variant
from sharemall.catalogue.suspects import suspects
from sharemall.coupons.discounts import in_scope
from sharemall.coupons.models import Coupon
from sharemall.engine.scheme import Scheme
from sharemall.ledger import selectors as ledger
from sharemall.merchants.models import NANO, Merchant

LOCK = 0x534841524546  # "SHAREF"
SHOWN = 20
COUNTED = 1_000  # a mall of goods that do not fit is not gone through to its end under the lock
BATCH = 500


@dataclass(frozen=True, slots=True)
class Misfit:
    """A variant whose lowest price does not carry what it costs and hands over; all in fen."""

    variant_sku: str
    lowest_fen: int
    cost_fen: int
    contributions_fen: int  # rounded up
    commission_fen: int  # rounded up
    over_fen: int
    product: Product = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Misfits:
    """What would not fit any more: the first variants, and how many products there are.

    `and_more`: there may be more, they were not counted.
    """

    first: list[Misfit]
    products: int
    and_more: bool = False


class Goods(NamedTuple):
    """What is checked together, as it is under the lock."""

    product: Product
    merchant: Merchant
    variants: Sequence[Variant]
    flashes: Sequence[FlashPrice]


def check_product(product: Product, variants: Sequence[Variant], now: datetime) -> list[Misfit]:
    """The variants whose lowest price is under cost + contributions + commission; five queries.

    Flash prices and coupons that are not over count. Takes the shared lock: call it in the
    transaction that has the product's row locked, after writing. Raises LedgerClosed without a
    scheme, KeyError for a zone that the scheme does not know.
    """
    flashes = FlashPrice.objects.filter(
        variant__in=[variant.pk for variant in variants if variant.pk], ends_at__gt=now
    )
    return _check_now(product, variants, flashes, now)


def check_flash(flash: FlashPrice, now: datetime) -> list[Misfit]:
    """As `check_product`, for the one variant of a flash price, saved or not."""
    return _check_now(flash.variant.product, [flash.variant], [flash], now)


def _check_now(
    product: Product, variants: Sequence[Variant], flashes: Iterable[FlashPrice], now: datetime
) -> list[Misfit]:
    lock(shared=True)
    scheme = ledger.scheme()
    # Read again under the lock: the row that came with the product may be older than its rate.
    merchant = Merchant.objects.get(pk=product.merchant_id)
    coupons = _coupons(now).filter(
        Q(merchant=None) | Q(merchant=merchant), zone_key__in=["", product.zone_id]
    )
    goods = Goods(product, merchant, variants, list(flashes))
    return list(misfits_of(scheme, goods, list(coupons), now))


def check_coupon(coupon: Coupon, now: datetime) -> Misfits:
    """What on sale in its scope would not fit with this coupon beside those that are not over.

    It need not be saved. Takes the exclusive lock. Five queries with that, and three for each 500
    products that may not fit. Raises LedgerClosed.
    """
    lock(shared=False)
    others = [other for other in _coupons(now) if other.pk != coupon.pk]
    merchants = Merchant.objects.all()
    if coupon.merchant_id is not None:
        merchants = merchants.filter(pk=coupon.merchant_id)
    scheme, zone_key = ledger.scheme(), coupon.zone_key
    zones = [zone_key] if zone_key in scheme.zones else [] if zone_key else list(scheme.zones)
    return _check(scheme, list(merchants), [*others, coupon], now, zones)


def check_merchant(merchant: Merchant, now: datetime) -> Misfits:
    """What a merchant has on sale that does not fit with its commission, as `check_coupon`."""
    lock(shared=False)
    scheme = ledger.scheme()
    return _check(scheme, [merchant], list(_coupons(now)), now, list(scheme.zones))


def check_scheme(scheme: Scheme, now: datetime) -> Misfits:
    """What is on sale in the zones of this scheme, in force or not, that does not fit its rates.

    A look, without a lock: somebody may be saving a product.
    """
    merchants, coupons = list(Merchant.objects.all()), list(_coupons(now))
    return _check(scheme, merchants, coupons, now, list(scheme.zones))


def doubtful(scheme: Scheme, now: datetime) -> list[int]:
    """The ids of the products on sale that may not fit this scheme's rates; three queries."""
    merchants, coupons = list(Merchant.objects.all()), list(_coupons(now))
    return suspects(scheme, merchants, list(scheme.zones), coupons, now)


def misfits_among(scheme: Scheme, ids: Sequence[int], now: datetime) -> list[list[Misfit]]:
    """The misfits of each of these products that has any; their zones are in the scheme."""
    return list(_of_products(scheme, ids, list(_coupons(now)), now))


def _check(
    scheme: Scheme,
    merchants: list[Merchant],
    coupons: list[Coupon],
    now: datetime,
    zones: list[str],
) -> Misfits:
    first: list[Misfit] = []
    count = 0
    doubtful = suspects(scheme, merchants, zones, coupons, now)
    for start in range(0, len(doubtful), BATCH):
        for found in _of_products(scheme, doubtful[start : start + BATCH], coupons, now):
            count += 1
            first += found[: SHOWN - len(first)]
            if count == COUNTED:
                return Misfits(first, count, and_more=True)
    return Misfits(first, count)


def _of_products(
    scheme: Scheme, ids: Sequence[int], coupons: list[Coupon], now: datetime
) -> Iterator[list[Misfit]]:
    """The misfits of each product that has any."""
    on_sale = Prefetch("variants", Variant.objects.filter(on_sale=True))
    flashes = defaultdict(list)
    running = FlashPrice.objects.filter(variant__product__in=ids, ends_at__gt=now)
    for flash in running.select_related("variant"):
        flashes[flash.variant.product_id].append(flash)
    products = Product.objects.filter(pk__in=ids).select_related("merchant").order_by("pk")
    for product in products.prefetch_related(on_sale):
        own = [one for one in coupons if _in_scope(one, product)]
        variants = list(product.variants.all())
        goods = Goods(product, product.merchant, variants, flashes[product.pk])
        if found := list(misfits_of(scheme, goods, own, now)):
            yield found


def _in_scope(coupon: Coupon, product: Product) -> bool:
    return in_scope(coupon, merchant_key=product.merchant_id, zone_key=product.zone_id)


def misfits_of(
    scheme: Scheme, goods: Goods, coupons: Sequence[Coupon], now: datetime
) -> Iterator[Misfit]:
    """The variants that do not fit, with coupons that are all in the scope of the product; pure."""
    product = goods.product
    rates = scheme.zones[product.zone_id]
    for variant in goods.variants:
        prices = [Price(variant.price_fen, now, None)]
        for flash in goods.flashes:
            if flash.variant_id == variant.pk:
                starts_at = max(flash.starts_at, now)
                prices.append(Price(flash.price_fen, starts_at, flash.ends_at))
        lowest = lowest_fen(prices, coupons)
        handed = estimates.contributions_micro(scheme, rates, lowest, variant.cost_fen)
        contributions = -(-handed // estimates.MICRO_PER_FEN)
        commission = -(-lowest * goods.merchant.commission_nano // NANO)
        over = variant.cost_fen + contributions + commission - lowest
        if over > 0:
            yield Misfit(
                variant.sku, lowest, variant.cost_fen, contributions, commission, over, product
            )


def carries(
    scheme: Scheme, zone_key: str, commission_nano: int, *, paid_fen: int, cost_fen: int
) -> bool:
    """Whether what is paid for some pieces carries what they cost and hand over by this scheme.

    False where it does not have the zone. A piece that fits at the lowest price it can be paid at
    carries itself at every other, in any number: less than a fen that is lacking is of roundings.
    """
    rates = scheme.zones.get(zone_key)
    if rates is None:
        return False
    handed = estimates.contributions_micro(scheme, rates, paid_fen, cost_fen)
    commission = paid_fen * estimates.MICRO_PER_FEN * commission_nano // NANO
    left = (paid_fen - cost_fen) * estimates.MICRO_PER_FEN - handed - commission
    return left > -estimates.MICRO_PER_FEN


def _coupons(now: datetime) -> QuerySet[Coupon]:
    """Those that can still be used: not over, and open or in somebody's hands."""
    held = Q(left__lt=F("quantity"))
    return Coupon.objects.filter(Q(is_open=True) | held, ends_at__gt=now)


def lock(*, shared: bool) -> None:
    """Take the lock of *rates must fit* until the transaction ends."""
    call = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {call}(%s)", [LOCK])
