"""Amounts as people read them. Whole-number arithmetic only; what does not fit is floored."""

MINUS = "\N{MINUS SIGN}"


def decimals(units: int, scale: int, places: int) -> str:
    """`units` of which `scale` make one, floored to `places` digits, thousands separated.

    `scale` is a power of ten; `places` 0 leaves the point out.
    """
    smallest = units * 10**places // scale
    whole, rest = divmod(abs(smallest), 10**places)
    sign = MINUS if smallest < 0 else ""
    return f"{sign}{whole:,}" + (f".{rest:0{places}d}" if places else "")


def yuan_sign(text: str) -> str:
    """`text` with the currency sign, behind a minus."""
    return f"{MINUS}¥{text[1:]}" if text.startswith(MINUS) else f"¥{text}"


def fen(amount_fen: int) -> str:
    """Whole fen as yuan: 123450 → ¥1,234.50."""
    return yuan_sign(decimals(amount_fen, 100, 2))


def yuan(amount_micro: int) -> str:
    """Micro-yuan floored to fen: ¥1,234.50."""
    return yuan_sign(decimals(amount_micro, 1_000_000, 2))


def points(amount_micro: int) -> str:
    """Micro-shares or micro-coins floored to four places: 56.1950."""
    return decimals(amount_micro, 1_000_000, 4)
