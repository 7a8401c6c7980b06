"""Events: a journal line in, a checked shape out. Source: rules.md, "Events"."""

import json
from collections.abc import Callable, Mapping, Sequence
from json.scanner import make_scanner
from typing import Any, NamedTuple

from sharemall.engine.errors import JournalError
from sharemall.engine.times import is_moment

Event = Mapping[str, Any]

# Deeper lines are refused, so that what can be read does not hang on the interpreter's stack.
MAX_DEPTH = 500
_MOST_SEEN = 1000


class Shape(NamedTuple):
    """The fields an event type must and may have; `holder`: exactly one of member, merchant."""

    required: frozenset[str]
    allowed: frozenset[str]
    holder: bool
    seen: set[tuple[str, ...]]  # good sequences of fields, so that the usual ones are quick

    def fits(self, fields: tuple[str, ...]) -> bool:
        """Whether these are the fields of the type, in whatever order."""
        named = frozenset(fields)
        if not self.required <= named <= self.allowed:
            return False
        if self.holder and ("member" in named) == ("merchant" in named):
            return False
        if len(self.seen) < _MOST_SEEN:
            self.seen.add(fields)
        return True


def _shape(required: str, optional: str = "", *, holder: bool = False) -> Shape:
    always = frozenset(("id", "type", "at", *required.split()))
    choice = {"member", "merchant"} if holder else set()
    return Shape(always, always.union(optional.split(), choice), holder, set())


SHAPES = {
    "sale": _shape("member zone paid", "cost referrer merchant scheme"),
    "sell": _shape("shares", holder=True),
    "to_coins": _shape("shares", holder=True),
    "pay_coins": _shape("member merchant coins"),
    "return_coins": _shape("merchant member coins"),
    "pass_coins": _shape("merchant to coins"),
    "to_shares": _shape("merchant coins"),
    "cash_in": _shape("amount reason", holder=True),
    "cash_out": _shape("amount reason", holder=True),
    "close_day": _shape("date"),
    "set_scheme": _shape("toml"),
}


def well_shaped(event: Event, shape: Shape) -> bool:
    """Whether the fields are those of the type, all non-empty strings, and `at` is a time."""
    for value in event.values():
        if type(value) is not str or not value:
            return False
    fields = tuple(event)
    return (fields in shape.seen or shape.fits(fields)) and is_moment(event["at"])


# Which fields of which type name accounts, and as what: a sale's merchant is only recorded.
_ACCOUNT_FIELDS: dict[str, tuple[tuple[str, str], ...]] = {
    **dict.fromkeys(SHAPES, (("member", "m:"), ("merchant", "s:"))),
    "sale": (("member", "m:"), ("referrer", "m:")),
    "pass_coins": (("merchant", "s:"), ("to", "s:")),
}


def accounts_of(event: Event) -> list[str]:
    """The keys, as in moves, of the accounts that the event may read or change.

    A close takes all accounts, and so does a wind-up. Tolerant of malformed events: whatever could
    be an account's id is one.
    """
    kind = event.get("type")
    fields = _ACCOUNT_FIELDS.get(kind, ()) if type(kind) is str else ()
    found = []
    for field, prefix in fields:
        name = event.get(field)
        if name and type(name) is str:
            found.append(prefix + name)
    return found


class JsonNumber(NamedTuple):
    """A JSON number, exactly: 1, 1.0 and 10e-1 are one. No good event holds any; only compared."""

    negative: bool
    digits: str
    exponent: int | str


def _number(literal: str) -> JsonNumber:
    mantissa, _, exponent = literal.lower().partition("e")
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    digits = (whole + fraction).lstrip("0")
    if not digits:
        return JsonNumber(negative=False, digits="", exponent=0)
    significant = digits.rstrip("0")
    if len(exponent) > 1000:
        return JsonNumber(literal.startswith("-"), digits, exponent)
    scale = int(exponent or "0") - len(fraction) + len(digits) - len(significant)
    return JsonNumber(literal.startswith("-"), significant, scale)


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


_decoder = json.JSONDecoder(parse_int=_number, parse_float=_number, parse_constant=_no_constant)


# What `_decoder.raw_decode` calls, once for every line, without its frame around it.
_scan: Callable[[str, int], tuple[Any, int]] = make_scanner(_decoder)  # type: ignore[arg-type]
_LINE_ENDS = frozenset(("", "\n", "\r\n"))


def parse_line(line: str | bytes, number: int) -> dict[str, Any] | None:
    """The event of journal line `number` (from 1), None for a blank line; raises JournalError."""
    try:
        text = line if isinstance(line, str) else line.decode()
        found, end = _scan(text, 0)
        event: dict[str, Any] = found
        name = event["id"]
        if type(name) is str and name and end <= 2 * MAX_DEPTH and text[end:] in _LINE_ENDS:
            return event
    except (StopIteration, LookupError, TypeError, ValueError, RecursionError):
        pass
    return _parse_closely(line, number)


def parse_good_lines(lines: Sequence[str]) -> list[dict[str, Any]]:
    """The events of lines that `parse_line` has taken before, at half its cost.

    Raises JournalError, with the line's place, if one is no event after all.
    """
    try:
        found, _ = _scan(f"[{','.join(lines)}]", 0)
    except (StopIteration, ValueError, RecursionError):
        found = []
    events: list[dict[str, Any]] = found
    if len(events) == len(lines) and all(type(event) is dict for event in events):
        return events
    return [_parse_alone(line, number) for number, line in enumerate(lines, 1)]


def _parse_alone(line: str, number: int) -> dict[str, Any]:
    event = parse_line(line, number)
    if event is None:
        raise JournalError(f"line {number}: blank")
    return event


def _parse_closely(line: str | bytes, number: int) -> dict[str, Any] | None:
    """What `parse_line` does, for lines that are no events or no usual ones."""
    try:
        text = line if isinstance(line, str) else line.decode()
    except UnicodeDecodeError:
        raise JournalError(f"line {number}: not UTF-8") from None
    text = text.strip(" \t\r\n")
    try:
        event, end = _decoder.raw_decode(text)
    except RecursionError:
        raise JournalError(_too_deep(number)) from None
    except ValueError as error:
        if not text or text.isspace():
            return None
        raise JournalError(f"line {number}: not JSON: {_reason(text, error)}") from None
    if end != len(text):
        raise JournalError(f"line {number}: more than one JSON value")
    if not isinstance(event, dict):
        raise JournalError(f"line {number}: no JSON object")
    if end > 2 * MAX_DEPTH and _is_deep(text, event):
        raise JournalError(_too_deep(number))
    name = event.get("id")
    if type(name) is not str or not name:
        raise JournalError(f"line {number}: no id (a non-empty string is needed)")
    return event


def _too_deep(number: int) -> str:
    return f"line {number}: nested deeper than {MAX_DEPTH} levels"


def _reason(text: str, error: ValueError) -> str:
    if text.startswith("\ufeff"):
        return "it begins with a byte order mark, which is to be left out"
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at character {error.pos + 1}"
    return str(error)


def _is_deep(text: str, event: Any) -> bool:
    """Whether more than MAX_DEPTH objects and arrays are inside one another; no recursion here."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return False
    level = [event]
    for _ in range(MAX_DEPTH):
        containers = [item for item in level if isinstance(item, dict | list)]
        level = []
        for container in containers:
            level += container.values() if isinstance(container, dict) else container
    return any(isinstance(item, dict | list) for item in level)
