"""A zone's rates as a bar of parts: what of each yuan goes where."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from sharemall.engine.scheme import Zone

WHOLE_NANO = 1_000_000_000
PERMILLE = 1_000_000  # billionths in a thousandth


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the bar; `start` and `width` in thousandths of it."""

    kind: str
    label: str
    rate_nano: int
    start: int
    width: int


def parts_of(rates: Zone) -> list[Part]:
    """Reserve, dividends, honour pools and the goods, in this order; empty ones left out."""
    shares = [
        ("reserve", _("Into the reserve"), rates.reserve_nano),
        ("dividend", _("Shared out as dividends"), rates.dividend_nano),
        ("honour", _("Honour pools"), rates.honor_nano),
    ]
    rest = WHOLE_NANO - sum(rate for _kind, _label, rate in shares)
    label = _("Goods and running the mall") if rates.base == "sales" else _("Stays with the shop")
    parts, start = [], 0
    for kind, text, rate in [*shares, ("goods", label, rest)]:
        if rate:
            parts.append(Part(kind, text, rate, start // PERMILLE, rate // PERMILLE))
        start += rate
    return parts
