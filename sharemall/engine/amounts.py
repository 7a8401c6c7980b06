"""Decimal strings at the edges, integers inside: 1 yuan = 1 share = 1 coin = 1 000 000 micro."""

import re

MICRO = 1_000_000
NANO = 1_000_000_000
FEN_MICRO = 10_000
MAX_AMOUNT_MICRO = 10**12 * MICRO
# No event raises a number above the first; a close that would pass the second stops everything.
MOST_AFTER_EVENT = 2**62
MOST_EVER = 2**63 - 1
LEVELS = 10

_FORM = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?")
_SCALE = tuple(10 ** (6 - places) for places in range(7))
# More whole digits than any limit allows; longer numbers are cut to this before `int` sees them.
_MANY_DIGITS = 40

UNACCEPTABLE = -1


def scaled(text: str, places: int) -> tuple[int, int] | None:
    """The plain decimal `text` times 10^`places`, and how many places it was written with.

    None if it is no plain decimal (`-?[0-9]+(\\.[0-9]+)?`). Digits beyond `places` are cut off:
    the caller sees them by the number of places. Absurdly long numbers come out only as very big.
    """
    match = _FORM.fullmatch(text)
    if match is None:
        return None
    sign, whole, fraction = match.group(1), match.group(2).lstrip("0"), match.group(3) or ""
    digits = whole[:_MANY_DIGITS] + fraction[:places].ljust(places, "0")
    value = int(digits or "0")
    return (-value if sign else value), len(fraction)


def amount(text: str) -> int | None:
    """An event's amount in micro-units; None if `text` is no amount by its form.

    UNACCEPTABLE (-1) if it is one that every event refuses: negative, with more than six
    decimals, or above 10^12.
    """
    whole, point, fraction = text.partition(".")
    digits = whole + fraction
    if whole and digits.isdigit() and digits.isascii() and len(whole) < 13 and len(fraction) < 7:
        return int(digits) * _SCALE[len(fraction)] if fraction or not point else None
    parsed = scaled(text, 6)
    if parsed is None:
        return None
    value, places = parsed
    return value if places <= 6 and 0 <= value <= MAX_AMOUNT_MICRO else UNACCEPTABLE


def decimal_string(micro: int) -> str:
    """Micro-units as a decimal string of six places."""
    if not micro:  # which many balances are
        return "0.000000"
    if micro < 0:
        return "-" + decimal_string(-micro)
    return "%d.%06d" % divmod(micro, MICRO)  # noqa: UP031  a third faster than an f-string
