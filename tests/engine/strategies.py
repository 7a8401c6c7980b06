"""Random schemes and journals of every event type, small enough to shrink to something readable."""

import json
from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import strategies as st

from sharemall.engine.amounts import decimal_string
from sharemall.engine.apply import apply
from sharemall.engine.scheme import parse_scheme
from sharemall.engine.state import State

Event = dict[str, str]

FIRST_DAY = date(2026, 1, 1)
MEMBERS = ("a", "b", "c", "d", "e")
MERCHANTS = ("s", "t", "escrow")
OWN_MEMBERS = ("me", "mate")
OWN_MERCHANTS = ("mine",)

rates = st.sampled_from(
    ["0.30", "0.30", "0.50", "0.10", "0.333333333", "0.000000001", "0.999999999", "0", "1"]
)
quotas = st.sampled_from(["2", "0.3", "0.6", "1", "0", "2.000000001", "1000"])
caps = st.sampled_from(["100000000", "1000000000000", "1000.5", "30", "2", "0.5"])
prices = st.sampled_from(["1", "0.5", "0.01", "0.000001", "3.333333", "60"])
fees = st.sampled_from(["0", "0.10", "0.333333333", "0.5", "1"])


def _nano(rate: str) -> int:
    whole, _, fraction = rate.partition(".")
    return int(whole + fraction.ljust(9, "0"))


def _rate(nano: int) -> str:
    return f"{nano // 10**9}.{nano % 10**9:09d}"


@st.composite
def _parts(draw: st.DrawFn, count: int) -> list[str]:
    """Rates that come to at most 1 together; those of the last are often left out."""
    left, parts = 10**9, []
    for _ in range(count):
        part = min(_nano(draw(rates)), left)
        left -= part
        parts.append(part)
    return [_rate(part) for part in draw(st.permutations(parts))]


@st.composite
def zone_texts(draw: st.DrawFn, name: str) -> str:
    """One zone of a scheme file."""
    reserve, dividend, honor = draw(_parts(3))
    lines = [
        f"[zones.{name}]",
        f'base = "{draw(st.sampled_from(["sales", "sales", "sales", "profit"]))}"',
        f'reserve = "{reserve}"',
        f'dividend = "{dividend}"',
        f'honor = "{honor}"',
        f'quota = "{draw(quotas)}"',
        f"[zones.{name}.issue]",
    ]
    if draw(st.booleans()):
        yuan = draw(st.sampled_from(["0.5", "200", "2000", "0.000001", "1000000000000"]))
        lines += ['by = "amount"', f'yuan_per_share = "{yuan}"', f'referrer = "{draw(rates)}"']
    else:
        buyer, referrer = draw(_parts(2))
        lines += ['by = "value"', f'buyer = "{buyer}"', f'referrer = "{referrer}"']
    return "\n".join(lines)


@st.composite
def rates_texts(draw: st.DrawFn) -> str:
    """What a set_scheme may change: fee, forced exit, thresholds, zones."""
    thresholds = []
    if draw(st.sampled_from([True, True, False])):
        steps = draw(st.lists(st.integers(1, 10**7), min_size=10, max_size=10))
        thresholds = [decimal_string(sum(steps[: place + 1])) for place in range(10)]
    quoted = ", ".join(f'"{threshold}"' for threshold in thresholds)
    lines = [
        f'sell_fee = "{draw(fees)}"',
        f"forced_exit = {draw(st.sampled_from(['true', 'false']))}",
        f"honor_thresholds = [{quoted}]",
    ]
    lines += [draw(zone_texts(name)) for name in ("x", "y")[: draw(st.integers(1, 2))]]
    return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Journal:
    """A scheme file and events that are well-formed, though many will be refused."""

    scheme: str
    events: list[Event]

    @property
    def lines(self) -> list[str]:
        """The journal's lines."""
        return [json.dumps(event) + "\n" for event in self.events]


micro_amounts = st.one_of(
    st.just("all"),
    st.integers(1, 5 * 10**6).map(decimal_string),
    st.integers(1, 10).map(decimal_string),
    st.integers(1, 10**10).map(decimal_string),
)
fen_amounts = st.one_of(
    st.integers(10**4, 10**6),
    st.integers(10**5, 10**8),
    st.integers(1, 100),
    st.integers(1, 10**14),
).map(lambda fen: f"{fen // 100}.{fen % 100:02d}")


class Writer:
    """Writes a journal event by event, looking at the state so far so that most events apply."""

    def __init__(self, draw: st.DrawFn, head: str, state: State) -> None:
        self.draw = draw
        self.head = head
        self.state = state
        self.day = FIRST_DAY - timedelta(days=1)
        self.names = {"member": MEMBERS, "merchant": MERCHANTS}
        self.kinds = ["sale", "sale", "sale", "close", "other"]
        self.count = 0

    def write(self, count: int) -> list[Event]:
        """The next events, applied to the state."""
        events = []
        for _ in range(count):
            kinds, pool = list(self.kinds), self.state.pool
            if pool.dividend_fund_micro or pool.honor_fund_micro:
                kinds += ["close", "close"]
            if pool.outstanding_micro or self.draw(st.integers(0, 9)) == 9:
                kinds += ["sell", "to_coins", "coins", "coins"]
            events.append(self.dated(getattr(self, self.draw(st.sampled_from(kinds)))()))
        return events

    def dated(self, event: Event) -> Event:
        """The event with its id and time, applied."""
        self.count += 1
        event = {"id": f"e{self.count}", "at": f"{self.day}T15:59:59Z", **event}
        apply(self.state, event)
        return event

    def sale(self) -> Event:
        event = {
            "type": "sale",
            "member": self.any("member"),
            "zone": self.draw(st.sampled_from(["x", "x", "x", "x", "x", "x", "y"])),
            "paid": self.draw(fen_amounts),
            "cost": self.draw(st.sampled_from(["0", "0.5", "3.333333", "100"])),
        }
        if self.draw(st.booleans()):
            event["referrer"] = self.any("member")
        if self.draw(st.integers(0, 9)) == 9:
            event["scheme"] = self.draw(st.sampled_from(["1", "2"]))
        return event

    def sell(self) -> Event:
        return {"type": "sell", **self.holder("shares"), "shares": self.draw(micro_amounts)}

    def to_coins(self) -> Event:
        return {"type": "to_coins", **self.holder("shares"), "shares": self.draw(micro_amounts)}

    def coins(self) -> Event:
        if self.having("merchant", "coins"):
            return self.merchants_coins()
        if not self.having("member", "coins"):
            return self.to_coins()
        event = {"type": "pay_coins", "member": self.one("member", "coins")}
        return event | {"merchant": self.any("merchant"), "coins": self.draw(micro_amounts)}

    def merchants_coins(self) -> Event:
        event = {"merchant": self.one("merchant", "coins"), "coins": self.draw(micro_amounts)}
        kind = self.draw(st.sampled_from(["to_shares", "return_coins", "pass_coins"]))
        if kind == "return_coins":
            event["member"] = self.any("member")
        elif kind == "pass_coins":
            event["to"] = self.any("merchant")
        return {"type": kind, **event}

    def close(self) -> Event:
        self.day += timedelta(days=self.draw(st.sampled_from([1, 1, 1, 1, 2, 0])))
        return {"type": "close_day", "date": str(self.day)}

    def other(self) -> Event:
        kind = self.draw(st.sampled_from(["cash_in", "cash_out", "set_scheme"]))
        if kind == "set_scheme":
            return {"type": kind, "toml": self.head + self.draw(rates_texts())}
        holder, amount = self.holder("cash"), self.draw(micro_amounts)
        return {"type": kind, **holder, "amount": amount, "reason": "order"}

    def holder(self, unit: str) -> Event:
        """A member or merchant that has some of this, if any does."""
        kind = self.draw(st.sampled_from(["member", "merchant"]))
        if not self.having("merchant", unit):
            kind = "member"
        return {kind: self.one(kind, unit)}

    def one(self, kind: str, unit: str) -> str:
        return self.draw(st.sampled_from(self.having(kind, unit) or self.names[kind]))

    def any(self, kind: str) -> str:
        return self.draw(st.sampled_from(self.names[kind]))

    def having(self, kind: str, unit: str) -> list[str]:
        accounts = self.state.members if kind == "member" else self.state.merchants
        names = self.names[kind]
        return [name for name, row in accounts.items() if name in names and getattr(row, unit)]


@st.composite
def journals(draw: st.DrawFn, most: int = 30) -> Journal:
    """A scheme and up to `most` events."""
    writer, scheme = _begun(draw)
    return Journal(scheme, writer.write(draw(st.integers(6, most))))


@dataclass(frozen=True)
class Lunch:
    """A journal of others, and then the events of one person with several accounts.

    The person begins with nothing, ends with nothing but cash, and closes days as it likes.
    """

    before: Journal
    own: list[Event]


@st.composite
def lunches(draw: st.DrawFn) -> Lunch:
    """What a person might try to get more out than it put in."""
    writer, scheme = _begun(draw)
    before = Journal(scheme, writer.write(draw(st.integers(0, 12))))
    writer.names = {"member": OWN_MEMBERS, "merchant": OWN_MERCHANTS}
    writer.kinds = ["sale", "sale", "close"]
    own = writer.write(draw(st.integers(1, 15)))
    for name in OWN_MEMBERS:
        pay = {"type": "pay_coins", "member": name, "merchant": OWN_MERCHANTS[0], "coins": "all"}
        own.append(writer.dated(pay))
        own.append(writer.dated({"type": "sell", "member": name, "shares": "all"}))
    for name in OWN_MERCHANTS:
        own.append(writer.dated({"type": "to_shares", "merchant": name, "coins": "all"}))
        own.append(writer.dated({"type": "sell", "merchant": name, "shares": "all"}))
    return Lunch(before, own)


def _begun(draw: st.DrawFn) -> tuple[Writer, str]:
    head = f'[scheme]\nname = "any"\nshare_cap = "{draw(caps)}"\ninitial_price = "{draw(prices)}"\n'
    scheme = head + draw(rates_texts())
    return Writer(draw, head, State.empty(parse_scheme(scheme))), scheme
