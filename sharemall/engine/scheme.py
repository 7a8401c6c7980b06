"""Scheme files: TOML text in, a checked `Scheme` out, or every fault at once."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sharemall.engine.amounts import LEVELS as LEVELS
from sharemall.engine.amounts import MICRO
from sharemall.engine.errors import SchemeError
from sharemall.engine.toml_table import Table

_MOST_QUOTA = 1000


@dataclass(frozen=True, slots=True)
class Issue:
    """How many shares a sale issues; `yuan_per_share_micro` counts only by amount."""

    by: Literal["value", "amount"]
    buyer_nano: int
    referrer_nano: int
    yuan_per_share_micro: int


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of the mall with its own rates, in billionths of the base."""

    base: Literal["sales", "profit"]
    reserve_nano: int
    dividend_nano: int
    honor_nano: int
    quota_nano: int
    issue: Issue


@dataclass(frozen=True, slots=True)
class Scheme:
    """One version of a scheme. Source: rules.md, "A scheme file"."""

    name: str
    timezone: str
    share_cap_micro: int
    initial_price_micro: int
    sell_fee_nano: int
    forced_exit: bool
    honor_thresholds_micro: tuple[int, ...]
    zones: Mapping[str, Zone]
    text: str

    def may_follow(self, other: "Scheme") -> bool:
        """Whether this may replace `other`: cap, initial price and time zone are for life."""
        return (
            self.share_cap_micro == other.share_cap_micro
            and self.initial_price_micro == other.initial_price_micro
            and self.timezone == other.timezone
        )


def parse_scheme(text: str) -> Scheme:
    """Reads a scheme file's text; raises SchemeError naming every fault by its key."""
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        reason = repr(str(error)).strip("'\"")
        raise SchemeError((f"file: not a TOML file: {reason}",)) from None
    faults: list[str] = []
    root = Table("", document, faults)
    table = root.table("scheme", "name and share_cap")
    scheme = _read_scheme(table, root, text)
    root.refuse_unknown()
    if faults:
        raise SchemeError(tuple(faults))
    return scheme


def _read_scheme(table: Table, root: Table, text: str) -> Scheme:
    scheme = Scheme(
        name=table.text("name"),
        timezone=table.time_zone("timezone", "Asia/Shanghai"),
        share_cap_micro=table.amount("share_cap"),
        initial_price_micro=table.amount("initial_price", "1"),
        sell_fee_nano=table.rate("sell_fee", "0.10"),
        forced_exit=table.boolean("forced_exit", default=False),
        honor_thresholds_micro=table.thresholds("honor_thresholds"),
        zones=_read_zones(root),
        text=text,
    )
    table.refuse_unknown()
    return scheme


def _read_zones(root: Table) -> dict[str, Zone]:
    zones = root.table("zones", "at least one zone")
    if root.values.get("zones") == {}:
        root.fault("zones", "empty; needs at least one zone")
    return {name: _read_zone(zones.table(name, "its rates")) for name in zones.values}


def _read_zone(table: Table) -> Zone:
    zone = Zone(
        base="profit" if table.word("base", ("sales", "profit"), "sales") == "profit" else "sales",
        reserve_nano=table.rate("reserve"),
        dividend_nano=table.rate("dividend", "0"),
        honor_nano=table.rate("honor", "0"),
        quota_nano=table.rate("quota", "0", most=_MOST_QUOTA),
        issue=_read_issue(table.table("issue", "by, and buyer or yuan_per_share")),
    )
    table.refuse_more_than_all("reserve", "dividend", "honor")
    table.refuse_unknown()
    return zone


def _read_issue(table: Table) -> Issue:
    by = table.word("by", ("value", "amount"))
    # Without a good `by` it is not known which key is wanted: both are checked, neither is missed.
    issue = Issue(
        by="amount" if by == "amount" else "value",
        buyer_nano=0 if by == "amount" else table.rate("buyer", None if by else "0"),
        referrer_nano=table.rate("referrer", "0"),
        yuan_per_share_micro=(
            MICRO if by == "value" else table.amount("yuan_per_share", None if by else "1")
        ),
    )
    if by == "value":
        table.refuse_more_than_all("buyer", "referrer")
    table.refuse_unknown()
    return issue
