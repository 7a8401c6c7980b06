"""Whether a zone's rates fit the goods."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sharemall.catalogue import estimates
from sharemall.catalogue.models import FlashPrice, Product, Variant
from sharemall.ledger import selectors as ledger
from sharemall.merchants.models import NANO


@dataclass(frozen=True, slots=True)
class Misfit:
    """A variant whose lowest price does not carry what it costs; all in fen."""

    variant_sku: str
    lowest_fen: int
    cost_fen: int
    contributions_fen: int
    commission_fen: int
    over_fen: int


def check_product(product: Product, variants: Sequence[Variant], now: datetime) -> list[Misfit]:
    """The variants whose lowest price is under cost + contributions + commission.

    Flash prices that are not over count. Raises LedgerClosed without a scheme, KeyError for a
    zone that the scheme does not know. Source: rules.md, "Rates must fit the goods".
    """
    scheme = ledger.scheme()
    rates = scheme.zones[product.zone_id]
    flash = FlashPrice.objects.filter(variant__product_id=product.pk, ends_at__gt=now)
    lowest = {variant.pk: variant.price_fen for variant in variants}
    for variant_id, price_fen in flash.values_list("variant_id", "price_fen"):
        if variant_id in lowest:
            lowest[variant_id] = min(lowest[variant_id], price_fen)
    misfits = []
    for variant in variants:
        price_fen = lowest[variant.pk]
        handed = estimates.contributions_micro(scheme, rates, price_fen, variant.cost_fen)
        contributions_fen = -(-handed // estimates.MICRO_PER_FEN)
        commission_fen = -(-price_fen * product.merchant.commission_nano // NANO)
        over_fen = variant.cost_fen + contributions_fen + commission_fen - price_fen
        if over_fen > 0:
            misfits.append(
                Misfit(
                    variant.sku,
                    price_fen,
                    variant.cost_fen,
                    contributions_fen,
                    commission_fen,
                    over_fen,
                )
            )
    return misfits
