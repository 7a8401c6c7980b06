"""Random journals of every event type, many of them refused, from a seed."""

from datetime import date, timedelta
from random import Random
from typing import Any

MEMBERS = [f"m{number}" for number in range(12)]
MERCHANTS = ["s1", "s2", "escrow"]
ZONES = ["wine", "home", "nowhere"]

SCHEME = """
[scheme]
name = "random"
share_cap = "{cap}"
initial_price = "{price}"
sell_fee = "{fee}"
forced_exit = {exit}
honor_thresholds = {thresholds}
[zones.wine]
reserve = "0.3{digit}"
dividend = "0.2"
honor = "0.1"
quota = "{quota}"
[zones.wine.issue]
by = "value"
buyer = "0.7"
referrer = "0.2"
[zones.home]
base = "profit"
reserve = "0.4"
dividend = "0.25"
honor = "0.05"
quota = "1"
[zones.home.issue]
by = "amount"
yuan_per_share = "20"
referrer = "0.05"
"""
LEVELS = '["0.5", "1", "2", "4", "8", "16", "32", "64", "128", "256"]'


def scheme(random: Random, *, cap: str | None = None, price: str | None = None) -> str:
    """A scheme; `cap` and `price` are for life, the rest may change with a version."""
    return SCHEME.format(
        cap=cap or random.choice(["40", "1000000"]),
        price=price or random.choice(["1", "0.01", "33.3"]),
        fee=random.choice(["0", "0.1", "1"]),
        exit=random.choice(["true", "false"]),
        thresholds=random.choice([LEVELS, "[]"]),
        digit=random.randrange(10),
        quota=random.choice(["0", "0.4", "2"]),
    )


class Journal:
    """Events in order, all under schemes with one cap and initial price."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.cap = self.random.choice(["40", "1000000"])
        self.price = self.random.choice(["1", "0.01", "33.3"])
        self.scheme = scheme(self.random, cap=self.cap, price=self.price)
        self.day = date(2026, 1, 1)

    def events(self, count: int) -> list[dict[str, Any]]:
        """`count` events: sales above all, then everything else, a close now and then."""
        return [self._event(f"e{number}") for number in range(count)]

    def _event(self, name: str) -> dict[str, Any]:
        kinds = ["sale", "other", "close_day", "set_scheme"]
        kind = self.random.choices(kinds, [45, 45, 8, 2])[0]
        base = {"id": name, "at": f"{self.day}T12:00:00+08:00"}
        fields = getattr(self, f"_{kind}")()
        return base | fields

    def _sale(self) -> dict[str, Any]:
        pick = self.random
        event = {
            "type": "sale",
            "member": pick.choice(MEMBERS),
            "zone": pick.choices(ZONES, [6, 3, 1])[0],
            "paid": f"{pick.randrange(1, 100_000) / 100:.2f}",
            "cost": f"{pick.randrange(0, 300)}",
        }
        if pick.random() < 0.3:
            event["referrer"] = pick.choice(MEMBERS)
        if pick.random() < 0.1:
            event["scheme"] = pick.choice(["1", "2", "7"])
        return event

    def _other(self) -> dict[str, Any]:
        pick = self.random
        member, merchant = {"member": pick.choice(MEMBERS)}, {"merchant": pick.choice(MERCHANTS)}
        holder = pick.choice([member, member, merchant])
        size = pick.choice(["all", f"{pick.randrange(1, 10**8) / 10**6:.6f}", "-1", "0.1234567"])
        cash = {"amount": f"{pick.randrange(1, 500)}", "reason": "test"}
        return pick.choice(
            [
                {"type": "sell", "shares": size} | holder,
                {"type": "to_coins", "shares": size} | holder,
                {"type": "pay_coins", "coins": size} | member | merchant,
                {"type": "return_coins", "coins": size} | member | merchant,
                {"type": "pass_coins", "coins": size, "to": pick.choice(MERCHANTS)} | merchant,
                {"type": "to_shares", "coins": size} | merchant,
                {"type": pick.choice(["cash_in", "cash_out"])} | cash | holder,
                {"type": "sell", "member": 7, "shares": size},
            ]
        )

    def _close_day(self) -> dict[str, Any]:
        closed = self.day - timedelta(days=self.random.choice([0, 0, 0, 1, -1]))
        self.day += timedelta(days=self.random.choice([1, 1, 30]))
        return {"type": "close_day", "date": closed.isoformat()}

    def _set_scheme(self) -> dict[str, Any]:
        text = scheme(self.random, cap=self.cap, price=self.price)
        return {"type": "set_scheme", "toml": self.random.choice([text, text, "no scheme"])}
