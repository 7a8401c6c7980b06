"""Scenarios that are small enough for every event to be looked at."""

import random

from sharemall.simulator.reading import parse_scenario
from sharemall.simulator.scenario import Scenario

WINE = """
[scheme]
name = "wine"
share_cap = "100000000"
[zones.wine]
reserve = "0.30"
dividend = "0.30"
quota = "2"
[zones.wine.issue]
by = "value"
buyer = "0.70"
"""

# As many of the rules as one scheme can hold.
FULL = """
[scheme]
name = "full"
share_cap = "{cap}"
initial_price = "0.5"
sell_fee = "0.10"
forced_exit = {exit}
honor_thresholds = ["0.5", "1", "2", "3", "5", "8", "13", "21", "34", "55"]
[zones.value]
base = "{base}"
reserve = "0.20"
dividend = "0.10"
honor = "0.05"
quota = "{quota}"
[zones.value.issue]
by = "value"
buyer = "0.60"
referrer = "0.10"
[zones.amount]
reserve = "0.15"
dividend = "0.05"
honor = "0.02"
quota = "1"
[zones.amount.issue]
by = "amount"
yuan_per_share = "150"
referrer = "0.05"
"""

ACTIVE = """
[scenario]
name = "active"
start = "2026-01-20"
days = {days}
[arrivals]
at_start = 8
a_day = "2"
growth = "2"
[orders]
median = "80"
sigma = "0.7"
cost = "0.5"
completion_days = {completion}
refunds = "0.1"
{orders}
[repurchase]
r = "1"
alpha = "7"
a = "0.5"
b = "3"
unit = "day"
[referral]
members = "0.5"
referrers = "0.5"
[selling.gain]
members = "0.3"
gain = "0.1"
part = "0.6"
[selling.payday]
members = "0.2"
day = 30
part = "0.5"
[[selling.panic]]
day = 35
holders = "{panic}"
[coins]
members = "{coins}"
most = "{most}"
[company]
cash = "1000"
fixed_a_day = "5"
refund_cost = "0.1"
coins = "sell"
"""


def active(
    *,
    days: int = 60,
    completion: int = 3,
    orders: str = "",
    panic: str = "0.5",
    most: str = "0.7",
    coins: str = "0.4",
    cap: str = "100000000",
    exit: bool = False,
    base: str = "sales",
    quota: str = "1",
) -> Scenario:
    """A scenario in which everything happens that can."""
    scheme = FULL.format(cap=cap, exit=str(exit).lower(), base=base, quota=quota)
    text = ACTIVE.format(
        days=days, completion=completion, orders=orders, panic=panic, most=most, coins=coins
    )
    return parse_scenario(text, scheme_text=scheme)


def any_scenario(seed: int) -> Scenario:
    """One of many such scenarios, which one the seed says."""
    pick = random.Random(seed)
    return active(
        days=pick.choice([45, 60, 75]),
        completion=pick.choice([0, 1, 7]),
        orders=pick.choice(["", "stop_day = 40"]),
        panic=pick.choice(["0", "0.5", "0.95", "1"]),
        most=pick.choice(["0.3", "1"]),
        coins=pick.choice(["0", "0.4"]),
        cap=pick.choice(["100000000", "300", "90", "2"]),
        exit=pick.choice([False, True]),
        base=pick.choice(["sales", "profit"]),
        quota=pick.choice(["0.2", "1", "3"]),
    )


def equal_orders(*, days: int, a_day: str, scheme: str = WINE, more: str = "") -> Scenario:
    """Nothing but orders of ¥100 each, one a member."""
    text = f"""
        [scenario]
        name = "equal"
        days = {days}
        [arrivals]
        a_day = "{a_day}"
        [orders]
        median = "100"
        completion_days = 0
        {more}
    """
    return parse_scenario(text, scheme_text=scheme)
