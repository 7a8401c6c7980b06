"""Amounts as people read them, for templates (see `sharemall.figures`)."""

from fractions import Fraction
from functools import lru_cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from sharemall import figures
from sharemall.figures import decimals, yuan_sign

register = template.Library()

fen = register.filter(figures.fen)
yuan = register.filter(figures.yuan)
points = register.filter(figures.points)


@register.filter
def exact(amount_micro: int) -> str:
    """Micro-units with all six places, no sign of a unit: 56.195012."""
    return decimals(amount_micro, 1_000_000, 6)


@register.filter
def signed(amount_micro: int) -> str:
    """A movement with its sign and all six places: +12.500000."""
    return ("+" if amount_micro > 0 else "") + exact(amount_micro)


@register.filter
def price(ratio: Fraction) -> str:
    """The price of a share, an exact ratio, floored to four places: ¥5.1731."""
    return yuan_sign(decimals(ratio.numerator * 10_000 // ratio.denominator, 10_000, 4))


@register.filter
def percent(rate_nano: int) -> str:
    """A rate in billionths as a percentage without idle zeros: 300000000 → 30%."""
    text = decimals(rate_nano, 10_000_000, 7)
    return text.rstrip("0").rstrip(".") + "%"


@register.filter
def ratio_percent(part: int, whole: int) -> str:
    """`part` of `whole` as a percentage floored to two places; 0% of nothing."""
    return decimals(part * 10_000 // whole if whole else 0, 100, 2) + "%"


@register.filter
def times(rate_nano: int) -> str:
    """A factor in billionths: 2000000000 → 2, 1500000000 → 1.5."""
    return decimals(rate_nano, 1_000_000_000, 9).rstrip("0").rstrip(".")


@register.filter
def count(number: int) -> str:
    """A plain count with separated thousands."""
    return f"{number:,}"


@register.simple_tag
@lru_cache(maxsize=4096)
def price_tag(amount_fen: int) -> SafeString:
    """Fen as a price for display: small sign, large yuan, small fen; read aloud as one amount."""
    whole, cents = decimals(amount_fen, 100, 2).split(".")
    return format_html(
        '<span class="price-tag"><span class="price-sign">¥</span>{}'
        '<span class="price-cents">.{}</span></span>',
        whole,
        cents,
    )
