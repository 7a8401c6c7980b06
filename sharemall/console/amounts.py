"""Amounts between fen and what staff type and read: yuan as plain decimals. Whole numbers only."""

import re

# Full-width forms come from Chinese keyboards; they mean the same.
WIDE = str.maketrans("０１２３４５６７８９．，－＋￥", "0123456789.,-+¥")
PLAIN = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.([0-9]+))?")
MOST_DIGITS = 15  # before the point; more is larger than anything that is asked for


class NotAmount(Exception):
    """What was typed is no plain decimal."""


class TooManyPlaces(Exception):
    """There are more digits behind the point than are counted."""


def narrow(text: str) -> str:
    """The text with the digits and signs of a Latin keyboard, without spaces around."""
    return text.translate(WIDE).strip()


def read(text: str, places: int) -> int:
    """A plain decimal times 10^`places`: ("12.5", 2) → 1250. Commas between thousands may be there.

    Raises NotAmount (also for signs and exponents) and TooManyPlaces.
    """
    found = PLAIN.fullmatch(narrow(text).removeprefix("¥").strip())
    if found is None:
        raise NotAmount
    whole, fraction = found[1].replace(",", "").lstrip("0"), found[2] or ""
    if len(fraction) > places:
        raise TooManyPlaces
    return int((whole[:MOST_DIGITS] + fraction.ljust(places, "0")) or "0")


def write(units: int, places: int) -> str:
    """The other way round, without separators: (1250, 2) → "12.50"."""
    whole, rest = divmod(abs(units), 10**places)
    return f"{'-' if units < 0 else ''}{whole}.{rest:0{places}d}"


def yuan(amount_fen: int) -> str:
    """Fen as a price in a sentence: 123450 → ¥1,234.50."""
    whole, rest = divmod(abs(amount_fen), 100)
    return f"{'-' if amount_fen < 0 else ''}¥{whole:,}.{rest:02d}"


def percent(rate_nano: int) -> str:
    """Billionths as a percentage without idle zeros: 55000000 → 5.5."""
    return write(rate_nano, 7).rstrip("0").rstrip(".")
