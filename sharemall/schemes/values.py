"""A scheme as the values of a form, field by field, and back into a scheme file.

What a running mall may not change (share cap, initial price, time zone) is no value: it comes from
the scheme in force. A field's name: "name", "sell_fee", "honor_thresholds.3" (from 0), and of the
zone in the row n "zones.n.key", "zones.n.reserve" and so on.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum

from sharemall.engine.amounts import LEVELS, MICRO, NANO
from sharemall.engine.errors import SchemeError
from sharemall.engine.scheme import Scheme, Zone, parse_scheme

LONGEST_NAME = 60
MOST_ZONES = 40
KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
RATES = ("reserve", "dividend", "honor", "quota")
OF_ISSUE = ("buyer", "yuan_per_share", "referrer")
_PATH = re.compile(r"zones\.z([0-9]+)\.(?:issue\.)?([a-z_]+)|scheme\.([a-z_]+)(?:\[([0-9]+)\])?")


class FaultCode(StrEnum):
    """What is wrong with a field."""

    MISSING = "missing"
    NAME = "name"  # one printable line of at most so many letters
    RATE = "rate"  # a decimal from 0 to 1
    QUOTA = "quota"  # a decimal from 0 to 1000
    AMOUNT = "amount"  # above 0, at most 10^12
    WORD = "word"  # none of the choices
    MORE_THAN_ALL = "more_than_all"  # several rates come to more than 1
    TEN_OR_NONE = "ten_or_none"
    ASCENDING = "ascending"
    KEY = "key"
    KEY_TWICE = "key_twice"
    NO_ZONE = "no_zone"
    TOO_MANY_ZONES = "too_many_zones"
    OTHER = "other"  # what the parser says stands in the fault's text


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, at the field where it can be mended; `text` is the parser's."""

    field: str
    code: FaultCode
    text: str = ""


class BadValues(Exception):
    """The values make no scheme; `faults` holds all that is wrong."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f"{fault.field}: {fault.code}" for fault in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class ZoneValues:
    """A zone's rates as they are written in the form; "" where nothing is."""

    key: str = ""
    base: str = "sales"
    reserve: str = ""
    dividend: str = ""
    honor: str = ""
    quota: str = ""
    by: str = "value"
    buyer: str = ""
    yuan_per_share: str = ""
    referrer: str = ""


@dataclass(frozen=True, slots=True)
class Values:
    """A scheme as it is written in the form."""

    name: str
    zones: tuple[ZoneValues, ...]
    sell_fee: str = ""
    forced_exit: bool = False
    honor_thresholds: tuple[str, ...] = ()


def values_of(scheme: Scheme) -> Values:
    """The values of a scheme; written into a file again they make the same one."""
    return Values(
        name=scheme.name,
        zones=tuple(_zone_values(key, zone) for key, zone in scheme.zones.items()),
        sell_fee=decimal(scheme.sell_fee_nano, NANO),
        forced_exit=scheme.forced_exit,
        honor_thresholds=tuple(decimal(one, MICRO) for one in scheme.honor_thresholds_micro),
    )


def _zone_values(key: str, zone: Zone) -> ZoneValues:
    issue, by_value = zone.issue, zone.issue.by == "value"
    return ZoneValues(
        key=key,
        base=zone.base,
        reserve=decimal(zone.reserve_nano, NANO),
        dividend=decimal(zone.dividend_nano, NANO),
        honor=decimal(zone.honor_nano, NANO),
        quota=decimal(zone.quota_nano, NANO),
        by=issue.by,
        buyer=decimal(issue.buyer_nano, NANO) if by_value else "",
        yuan_per_share="" if by_value else decimal(issue.yuan_per_share_micro, MICRO),
        referrer=decimal(issue.referrer_nano, NANO),
    )


def decimal(number: int, scale: int) -> str:
    """A number in `scale`ths as the shortest decimal: 300_000_000 nano is "0.3"."""
    whole, rest = divmod(number, scale)
    digits = str(scale + rest)[1:].rstrip("0")
    return f"{whole}.{digits}" if digits else str(whole)


def tidied(values: Values) -> Values:
    """The same without blanks around what is written, and without rows that nothing is in."""
    zones = [
        ZoneValues(**{name: str(text).strip() for name, text in asdict(zone).items()})
        for zone in values.zones
    ]
    thresholds = tuple(text.strip() for text in values.honor_thresholds)
    return replace(
        values,
        name=values.name.strip(),
        sell_fee=values.sell_fee.strip(),
        zones=tuple(zone for zone in zones if not is_blank(zone)),
        honor_thresholds=thresholds if any(thresholds) else (),
    )


def is_blank(zone: ZoneValues) -> bool:
    """Whether nothing is written in a row but what a new one begins with."""
    empty = ZoneValues()
    chosen = ("base", "by")
    return all(
        getattr(zone, one.name) == getattr(empty, one.name)
        for one in fields(zone)
        if one.name not in chosen
    )


def scheme_file(values: Values, kept: Scheme) -> str:
    """The scheme file that tidied values make on a mall under `kept`. Raises BadValues."""
    faults = [*_faults(values, kept), *_parser_faults(values, kept)]
    if faults:
        raise BadValues(faults)
    text = _written(values, kept, [zone.key for zone in values.zones])
    parse_scheme(text)
    return text


def _faults(values: Values, kept: Scheme) -> Iterator[Fault]:
    """What the parser does not look at: names, keys, how many; what is in force stays good."""
    if not values.name:
        yield Fault("name", FaultCode.MISSING)
    elif values.name != kept.name and not _is_name(values.name):
        yield Fault("name", FaultCode.NAME)
    if not values.zones:
        yield Fault("zones", FaultCode.NO_ZONE)
    if len(values.zones) > MOST_ZONES:
        yield Fault("zones", FaultCode.TOO_MANY_ZONES)
    seen: set[str] = set()
    for row, zone in enumerate(values.zones):
        if not zone.key:
            yield Fault(f"zones.{row}.key", FaultCode.MISSING)
        elif KEY.fullmatch(zone.key) is None and zone.key not in kept.zones:
            yield Fault(f"zones.{row}.key", FaultCode.KEY)
        elif zone.key in seen:
            yield Fault(f"zones.{row}.key", FaultCode.KEY_TWICE)
        seen.add(zone.key)


def _is_name(text: str) -> bool:
    return len(text) <= LONGEST_NAME and text.isprintable()


def _parser_faults(values: Values, kept: Scheme) -> list[Fault]:
    """What the engine's parser finds, zone by zone, whatever the zones are called."""
    if not values.zones:
        return []
    named = replace(values, name=values.name or "-")
    try:
        parse_scheme(_written(named, kept, [f"z{row}" for row in range(len(values.zones))]))
    except SchemeError as error:
        return [fault for text in error.faults for fault in _of_parser(text)]
    return []


def _of_parser(text: str) -> list[Fault]:
    """A parser's fault at the fields that its path names."""
    path, _, said = text.partition(": ")
    together = " + " in path
    found = []
    for match in _PATH.finditer(path):
        row, of_zone, of_scheme, place = match.groups()
        field = f"zones.{row}.{of_zone}" if of_zone else of_scheme
        field = f"{field}.{place}" if place else field
        found.append(Fault(field, _code(field, said, together=together), said))
    return found or [Fault("zones", FaultCode.OTHER, text)]


def _code(field: str, said: str, *, together: bool) -> FaultCode:
    last = field.rpartition(".")[2]
    if together:
        return FaultCode.MORE_THAN_ALL
    if said.startswith("missing"):
        return FaultCode.MISSING
    if last in ("base", "by", "forced_exit"):
        return FaultCode.WORD
    if last == "quota":
        return FaultCode.QUOTA
    if last == "yuan_per_share" or field.startswith("honor_thresholds."):
        return FaultCode.AMOUNT
    if last == "honor_thresholds":
        return FaultCode.ASCENDING if said.startswith("must ascend") else FaultCode.TEN_OR_NONE
    if last in ("sell_fee", *RATES, *OF_ISSUE):
        return FaultCode.RATE
    return FaultCode.OTHER


def _written(values: Values, kept: Scheme, keys: Sequence[str]) -> str:
    """The file as text; a field that is empty is left out, so that its default holds."""
    lines = [
        "[scheme]",
        _line("name", values.name),
        _line("timezone", kept.timezone),
        _line("share_cap", decimal(kept.share_cap_micro, MICRO)),
        _line("initial_price", decimal(kept.initial_price_micro, MICRO)),
        *_lines({"sell_fee": values.sell_fee}),
        f"forced_exit = {str(values.forced_exit).lower()}",
        f"honor_thresholds = [{', '.join(map(_quoted, values.honor_thresholds[: 2 * LEVELS]))}]",
    ]
    for key, zone in zip(keys, values.zones, strict=True):
        lines += ["", f"[zones.{_key(key)}]"]
        lines += _lines({name: getattr(zone, name) for name in ("base", *RATES)})
        lines.append(f"[zones.{_key(key)}.issue]")
        of_issue = {"by": zone.by, "referrer": zone.referrer}
        if zone.by != "amount":
            of_issue["buyer"] = zone.buyer
        if zone.by != "value":
            of_issue["yuan_per_share"] = zone.yuan_per_share
        lines += _lines(of_issue)
    return "\n".join(lines) + "\n"


def _lines(pairs: dict[str, str]) -> list[str]:
    return [_line(name, text) for name, text in pairs.items() if text]


def _line(name: str, text: str) -> str:
    return f"{name} = {_quoted(text)}"


def _key(text: str) -> str:
    return text if KEY.fullmatch(text) else _quoted(text)


def _quoted(text: str) -> str:
    """A TOML string: JSON's escapes are TOML's, but for one sign that JSON leaves as it is."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
