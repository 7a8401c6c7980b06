"""The same scenario with other numbers: keys of its file, or of its scheme's, set anew.

A key is the path of a number as the files spell it: `arrivals.growth`, `orders.refunds`,
`selling.panic[0].holders`; with `scheme.` before it one of the scheme's file: `scheme.sell_fee`,
`scheme.zones.wine.reserve`.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from sharemall.simulator.reading import ScenarioError, parse_scenario
from sharemall.simulator.scenario import Scenario

MOST_VALUES = 50
SCHEME = "scheme."
WHOLE = ("at_start", "completion_days", "day", "days", "stop_day")  # numbers without quotes
_NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,9})?")
_AXIS = re.compile(r"(?P<key>[^=]+)=(?P<low>[^:]*):(?P<high>[^:]*):(?P<count>[^:]*)")
_PART = re.compile(r"([^\[\]]+)(?:\[([0-9]{1,3})\])?")


@dataclass(frozen=True, slots=True)
class Axis:
    """A key and the values that it takes, as decimal strings."""

    key: str
    values: tuple[str, ...]


def parse_axis(text: str) -> Axis:
    """An axis from KEY=a:b:n: n evenly spaced values from a to b. Raises ScenarioError."""
    found = _AXIS.fullmatch(text)
    if found is None:
        raise ScenarioError((f"grid {text!r}: write it as KEY=a:b:n, like orders.refunds=0:0.2:5",))
    key, low, high, count = (found[name].strip() for name in ("key", "low", "high", "count"))
    faults = [
        f"grid {key}: {name} {number!r} is no number from 0 with at most nine decimals"
        for name, number in (("a", low), ("b", high))
        if _NUMBER.fullmatch(number) is None
    ]
    if not count.isascii() or not count.isdigit() or not 2 <= int(count) <= MOST_VALUES:
        faults.append(f"grid {key}: n {count!r} is no whole number from 2 to {MOST_VALUES}")
    if faults:
        raise ScenarioError(tuple(faults))
    first, step = Fraction(low), (Fraction(high) - Fraction(low)) / (int(count) - 1)
    places = 0 if _is_whole(key) else 9
    values = [_decimal(first + step * number, places) for number in range(int(count))]
    return Axis(key, tuple(dict.fromkeys(values)))


def varied(scenario: Scenario, changes: Mapping[str, str], folder: Path | None) -> Scenario:
    """The scenario with these keys set; raises ScenarioError naming every fault.

    `folder` is where the files lie that the scenario names.
    """
    document, scheme = tomllib.loads(scenario.text), tomllib.loads(scenario.scheme.text)
    faults = []
    for key, value in changes.items():
        root, path = document, key
        if key.startswith(SCHEME):
            root, path = scheme, key.removeprefix(SCHEME)
            path = path if path.startswith("zones.") else f"scheme.{path}"
        fault = _set(root, path, int(value) if _is_whole(key) else value)
        if fault:
            faults.append(f"{key}: {fault}")
    if faults:
        raise ScenarioError(tuple(faults))
    return parse_scenario(dumps(document), folder=folder, scheme_text=dumps(scheme))


def _is_whole(key: str) -> bool:
    return key.rpartition(".")[2] in WHOLE


def _decimal(number: Fraction, places: int) -> str:
    """The number as a decimal string, rounded to so many places, without trailing zeros."""
    whole, rest = divmod(round(number * 10**places), 10**places)
    return f"{whole}.{rest:0{places}d}".rstrip("0").rstrip(".") if rest else str(whole)


def _set(root: dict[str, Any], path: str, value: str | int) -> str:
    """Puts the value there; tables on the way are made. Says what is wrong, or nothing."""
    *way, last = path.split(".")
    place: Any = root
    for part in way:
        found = _PART.fullmatch(part)
        if found is None:
            return f"{part!r} is no name of a table"
        place = place.setdefault(found[1], [] if found[2] else {})
        if found[2]:
            if not isinstance(place, list) or int(found[2]) >= len(place):
                return f"there is no {part}"
            place = place[int(found[2])]
        if not isinstance(place, dict):
            return f"{part!r} is no table"
    place[last] = value
    return ""


def dumps(document: Mapping[str, Any]) -> str:
    """A document of tables, arrays, strings, whole numbers and booleans as TOML text."""
    return "\n".join(_lines("", document)) + "\n"


def _lines(path: str, table: Mapping[str, Any]) -> list[str]:
    """A table's own values, then the tables in it."""
    lines = [
        f"{_name(key)} = {_value(value)}" for key, value in table.items() if not _is_table(value)
    ]
    for key, value in table.items():
        if not _is_table(value):
            continue
        inner = f"{path}.{_name(key)}" if path else _name(key)
        if isinstance(value, dict):
            lines += ["", f"[{inner}]", *_lines(inner, value)]
        else:
            for item in value:
                lines += ["", f"[[{inner}]]", *_lines(inner, item)]
    return lines


def _is_table(value: object) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)
    )


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return str(value)


def _name(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _text(key)


def _text(text: str) -> str:
    """A basic string; what a line of TOML may not hold is escaped."""
    escaped = "".join(
        f"\\u{ord(sign):04x}" if ord(sign) < 32 or ord(sign) == 127 else sign
        for sign in text.replace("\\", "\\\\").replace('"', '\\"')
    )
    return f'"{escaped}"'
