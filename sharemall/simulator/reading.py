"""Scenario files: TOML text in, a checked `Scenario` out, or every fault named by its key.

Source: docs/simulator.md.
"""

import csv
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path

from sharemall.engine.amounts import FEN_MICRO, MICRO, NANO, amount
from sharemall.engine.errors import InputError, SchemeError
from sharemall.engine.scheme import Scheme, parse_scheme
from sharemall.engine.times import parse_date
from sharemall.engine.toml_table import Table
from sharemall.simulator.fit import DAYS_A_WEEK, repurchase_of
from sharemall.simulator.orders import OrdersError
from sharemall.simulator.scenario import (
    Arrivals,
    CoinsUse,
    Company,
    Gain,
    Panic,
    Payday,
    Referral,
    Repurchase,
    Scenario,
    Values,
    ZonePlan,
)

PRESETS = Path(__file__).parent / "presets"
SCHEMES = PRESETS / "schemes"
# The package's own orders to draw from, by the name that stands for them. See PURCHASES.md there.
SAMPLES = {"cdnow": Path(__file__).parents[1] / "demo" / "purchases.csv"}
MOST_DAYS = 20_000
_MOST_A_DAY = 1_000_000
_MOST_NUMBER = 1_000_000
_MOST_YUAN = 10**7
_MOST_COMPANY_YUAN = 10**12
_MONTHS = 12
_VALUE_KEYS = ("median", "sigma", "least", "most", "file", "column", "cost")


class ScenarioError(InputError):
    """A scenario that is refused; `faults` holds every fault, each led by its key."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def presets() -> list[str]:
    """The names of the presets that come with the package; `preset` loads one."""
    return sorted(path.stem for path in PRESETS.glob("*.toml"))


def preset(name: str) -> Scenario:
    """A preset by its name; raises ScenarioError if there is none of it."""
    if name not in presets():
        raise ScenarioError((f"preset: there is no {name!r}; there are: {', '.join(presets())}",))
    return load_scenario(PRESETS / f"{name}.toml")


def load_scenario(path: Path) -> Scenario:
    """The scenario in a file; what it names lies beside it. Raises ScenarioError."""
    return parse_scenario(_read(path, "file"), folder=path.parent)


def parse_scenario(
    text: str, *, folder: Path | None = None, scheme_text: str | None = None
) -> Scenario:
    """Reads a scenario's text; raises ScenarioError naming every fault by its key.

    Files that it names lie in `folder` (None: only what comes with the package can be named).
    `scheme_text` takes the place of the scheme that it names.
    """
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        reason = repr(str(error)).strip("'\"")
        raise ScenarioError((f"file: not a TOML file: {reason}",)) from None
    faults: list[str] = []
    root = Table("", document, faults)
    scenario = _Reader(root, folder).scenario(text, scheme_text)
    root.refuse_unknown()
    if faults or scenario is None:
        raise ScenarioError(tuple(dict.fromkeys(faults)))
    return scenario


class _Reader:
    """Reads one document. What it gives is of no use once a fault was noted."""

    def __init__(self, root: Table, folder: Path | None) -> None:
        self._root = root
        self._folder = folder

    def scenario(self, text: str, scheme_text: str | None) -> Scenario | None:
        """All of it; None if there is no scheme, which is a fault."""
        table = self._root.table("scenario", "name, scheme and days")
        scheme = self._scheme(table, scheme_text)
        orders = self._root.optional("orders")
        days = table.whole("days", least=1, most=MOST_DAYS)
        start = self._start(table, days)
        parts = {
            "name": table.text("name"),
            "titles": table.translations("titles"),
            "arrivals": self._arrivals(),
            "repurchase": self._repurchase(),
            "referral": self._referral(),
            "coins": self._coins(),
            "company": self._company(),
            "stop_day": _maybe_day(orders, "stop_day"),
            "completion_days": orders.whole("completion_days", 10, most=365),
            "refunds_nano": orders.rate("refunds", "0"),
        }
        gain, payday, panics = self._selling()
        zones = self._zones(orders, scheme)
        table.refuse_unknown()
        orders.refuse_unknown()
        if scheme is None:
            return None
        return Scenario(
            scheme=scheme,
            start=start,
            days=days,
            zones=zones,
            gain=gain,
            payday=payday,
            panics=panics,
            text=text,
            **parts,  # type: ignore[arg-type]
        )

    def _scheme(self, table: Table, scheme_text: str | None) -> Scheme | None:
        name = table.text("scheme", None if scheme_text is None else "given")
        if scheme_text is None:
            path = self._path(table, "scheme", name, _own(SCHEMES, "*.toml"))
            scheme_text = self._text(table, "scheme", path)
        if scheme_text is None:
            return None
        try:
            return parse_scheme(scheme_text)
        except SchemeError as error:
            for fault in error.faults:
                table.fault("scheme", fault)
            return None

    def _path(self, table: Table, key: str, name: str, own: Mapping[str, Path]) -> Path | None:
        if name in own or not name:
            return own.get(name)
        if self._folder is not None and name.endswith((".toml", ".csv")):
            return self._folder / name
        file = "" if self._folder is None else ", or a file beside this one"
        table.fault(key, f"there is no {name!r}; allowed are: {', '.join(sorted(own))}{file}")
        return None

    def _text(self, table: Table, key: str, path: Path | None) -> str | None:
        if path is None:
            return None
        try:
            return _read(path, key)
        except ScenarioError as error:
            table.fault(key, error.faults[0].partition(": ")[2])
            return None

    def _start(self, table: Table, days: int) -> date:
        text = table.text("start", "2026-01-01")
        day = parse_date(text)
        if day is not None and day <= date.max - timedelta(days=days):
            return day
        if text:
            table.fault("start", f'must be a day such as "2026-01-01", not {text!r}')
        return date(2026, 1, 1)

    def _arrivals(self) -> Arrivals:
        table = self._root.table("arrivals", "a_day or at_start")
        arrivals = Arrivals(
            at_start=table.whole("at_start", 0, most=10_000_000),
            a_day_nano=table.rate("a_day", "0", most=_MOST_A_DAY),
            growth_a_year_nano=table.rate("growth", "1", most=1000),
            season_nano=table.rates("season", _MONTHS, most=100) or (NANO,) * _MONTHS,
            stop_day=_maybe_day(table, "stop_day"),
        )
        some = arrivals.at_start or arrivals.a_day_nano
        bad = table.is_faulty("at_start") or table.is_faulty("a_day")
        if "arrivals" in self._root.values and not some and not bad:
            table.fault("a_day", "nobody ever joins; a_day or at_start must be above 0")
        table.refuse_unknown()
        return arrivals

    def _repurchase(self) -> Repurchase:
        table = self._root.optional("repurchase")
        if "file" in table.values:
            return self._fitted(table)
        none = None if table.values else "1"
        rates = {key: table.rate(key, none, most=_MOST_NUMBER) for key in ("r", "alpha", "a", "b")}
        for key, rate in rates.items():
            if key in table.values and not rate and not table.is_faulty(key):
                table.fault(key, "must be above 0")
        unit = table.word("unit", ("week", "day"), "week")
        table.refuse_unknown()
        return Repurchase(
            r_nano=rates["r"] if table.values else 0,
            alpha_nano=rates["alpha"],
            a_nano=rates["a"],
            b_nano=rates["b"],
            unit_days=1 if unit == "day" else 7,
        )

    def _fitted(self, table: Table) -> Repurchase:
        """The parameters under which a file's orders are likeliest."""
        path = self._path(table, "file", table.text("file"), SAMPLES)
        text = table.text("until", "")
        until = parse_date(text)
        if text and until is None:
            table.fault("until", f'must be a day such as "2026-01-01", not {text!r}')
        table.refuse_unknown()
        if path is None or table.is_faulty("until"):
            return Repurchase(0, 0, 0, 0, DAYS_A_WEEK)
        try:
            return repurchase_of(path, until)
        except OrdersError as error:
            for fault in error.faults:
                table.fault("file", fault)
        except OSError as error:
            table.fault("file", f"{path} cannot be read: {error.strerror}")
        return Repurchase(0, 0, 0, 0, DAYS_A_WEEK)

    def _referral(self) -> Referral:
        table = self._root.optional("referral")
        referral = Referral(table.rate("members", "0"), table.rate("referrers", "1"))
        table.refuse_unknown()
        return referral

    def _selling(self) -> tuple[Gain, Payday, tuple[Panic, ...]]:
        selling = self._root.optional("selling")
        table = selling.optional("gain")
        gain = Gain(
            members_nano=table.rate("members", "0"),
            gain_nano=table.rate("gain", "0", most=1000),
            part_nano=table.rate("part", "1"),
        )
        table.refuse_unknown()
        table = selling.optional("payday")
        payday = Payday(
            members_nano=table.rate("members", "0"),
            day_of_month=table.whole("day", 15, least=1, most=31),
            part_nano=table.rate("part", "1"),
        )
        table.refuse_unknown()
        if gain.members_nano + payday.members_nano > NANO:
            selling.fault("gain", "members: together with payday.members above 1")
        panics = []
        for table in selling.tables("panic", "day and holders"):
            panics.append(Panic(table.whole("day", most=MOST_DAYS), table.rate("holders")))
            table.refuse_unknown()
        selling.refuse_unknown()
        return gain, payday, tuple(sorted(panics, key=lambda panic: panic.day))

    def _coins(self) -> CoinsUse:
        table = self._root.optional("coins")
        coins = CoinsUse(table.rate("members", "0"), table.rate("most", "1"))
        table.refuse_unknown()
        return coins

    def _company(self) -> Company:
        table = self._root.optional("company")
        company = Company(
            cash_micro=_yuan(table, "cash"),
            fixed_a_day_micro=_yuan(table, "fixed_a_day"),
            refund_cost_nano=table.rate("refund_cost", "0"),
            coins="sell" if table.word("coins", ("keep", "sell"), "keep") == "sell" else "keep",
        )
        table.refuse_unknown()
        return company

    def _zones(self, orders: Table, scheme: Scheme | None) -> tuple[ZonePlan, ...]:
        """The zones named, or all of the scheme's; what they leave open says [orders]."""
        zones = self._root.optional("zones")
        orders.known(*_VALUE_KEYS)
        of_scheme = scheme.zones if scheme is not None else {}
        if not zones.values:
            return tuple(self._zone(name, orders, orders, NANO) for name in of_scheme or ("",))
        plans = []
        for name in zones.values:
            table = zones.table(name, "its keys")
            if scheme is not None and name not in of_scheme:
                zones.fault(name, f"no such zone; the scheme has: {', '.join(of_scheme)}")
            weight = table.rate("weight", "1", most=_MOST_NUMBER)
            plans.append(self._zone(name, table, orders, weight))
            table.known(*_VALUE_KEYS)
            table.refuse_unknown()
        if not any(plan.weight_nano for plan in plans):
            self._root.fault("zones", "no weight is above 0; nothing could be ordered")
        return tuple(plans)

    def _zone(self, name: str, own: Table, usual: Table, weight_nano: int) -> ZonePlan:
        """A zone's plan: each key from its own table or, if it is not there, from the usual one."""

        def of(key: str) -> Table:
            return usual if key not in own.values and key in usual.values else own

        least, most = _fen(of("least"), "least", "0.01"), _fen(of("most"), "most", str(_MOST_YUAN))
        if least > most:
            of("least").fault("least", "is above most")
        # An own median is not drawn from a file that others draw from.
        files = own if "median" in own.values else of("file")
        file, column = files.text("file", ""), of("column").text("column", "amount")
        amounts: tuple[int, ...] = ()
        median = of("median").amount("median", "100" if file else None)
        if file:
            text = self._text(files, "file", self._path(files, "file", file, SAMPLES))
            amounts = () if text is None else _amounts(files, text, column, least, most)
        sigma, cost = of("sigma").rate("sigma", "0", most=10), of("cost").rate("cost", "0")
        values = Values(median // FEN_MICRO, sigma, least, most, amounts)
        return ZonePlan(name, weight_nano, values, cost)


def _own(folder: Path, pattern: str) -> dict[str, Path]:
    return {path.stem: path for path in folder.glob(pattern)}


def _maybe_day(table: Table, key: str) -> int | None:
    day = table.whole(key, 0, most=MOST_DAYS)
    return day if key in table.values else None


def _yuan(table: Table, key: str) -> int:
    return table.rate(key, "0", most=_MOST_COMPANY_YUAN) * MICRO // NANO


def _fen(table: Table, key: str, default: str) -> int:
    fen = table.amount(key, default) // FEN_MICRO
    if not 1 <= fen <= _MOST_YUAN * MICRO // FEN_MICRO and not table.is_faulty(key):
        table.fault(key, f"must be from 0.01 to {_MOST_YUAN}")
    return fen


def _amounts(table: Table, text: str, column: str, least: int, most: int) -> tuple[int, ...]:
    """The amounts of a CSV's column in fen; free orders are left out, and what is beyond bounds."""
    rows = csv.DictReader(text.splitlines())
    if column not in (rows.fieldnames or ()):
        table.fault("column", f"the file has no column {column!r}")
        return ()
    found = []
    for number, row in enumerate(rows, 2):
        micro = amount((row[column] or "").strip())
        if micro is None or micro < 0:
            table.fault("file", f"line {number}: {row[column]!r} is no amount")
            return ()
        found.append(micro // FEN_MICRO)
    good = _between(found, least, most)
    if not good:
        table.fault("file", "no amount in it lies between least and most")
    return good


def _between(amounts: Iterable[int], least: int, most: int) -> tuple[int, ...]:
    return tuple(fen for fen in amounts if least <= fen <= most)


def _read(path: Path, key: str) -> str:
    try:
        return path.read_bytes().decode()
    except OSError as error:
        raise ScenarioError((f"{key}: {path} cannot be read: {error.strerror}",)) from None
    except UnicodeDecodeError:
        raise ScenarioError((f"{key}: {path} is not UTF-8",)) from None
