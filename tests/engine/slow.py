"""The rules once more, slow and obvious: dictionaries and exact fractions, one account at a time.

Written from docs/rules.md alone, sharing nothing with the engine but the reading of a scheme file,
so that both can be wrong only in different ways. Takes well-formed events.
"""

from copy import deepcopy
from datetime import date
from fractions import Fraction
from math import ceil, floor

from sharemall.engine.scheme import Scheme, Zone, parse_scheme

MICRO = 10**6
Account = dict[str, int]


def shared_out(fund: int, quotas: list[int], weights: list[int]) -> tuple[list[int], int, int]:
    """What each gets of a fund, what is dust, and what nobody could take.

    By the definition: try every number of capped members, least room per weight first, and take
    the one for which being capped and quota·W ≤ weight·L agree for everybody.
    """
    people = [place for place in range(len(quotas)) if quotas[place] > 0 and weights[place] > 0]
    people.sort(key=lambda place: Fraction(quotas[place], weights[place]))
    for count in range(len(people) + 1):
        capped, others = people[:count], people[count:]
        left = fund - sum(quotas[place] for place in capped)
        weight = sum(weights[place] for place in others)
        if all((quotas[p] * weight <= weights[p] * left) == (p in capped) for p in people):
            given = [0] * len(quotas)
            for place in capped:
                given[place] = quotas[place]
            for place in others:
                given[place] = floor(Fraction(weights[place] * left, weight))
            dust = left - sum(given[place] for place in others) if others else 0
            return given, dust, left - dust - sum(given[place] for place in others)
    raise AssertionError("no consistent set of capped members")


class SlowMall:
    """A whole state; `apply` takes one event and returns its rejection code or ""."""

    def __init__(self, scheme_text: str) -> None:
        self.schemes = [parse_scheme(scheme_text)]
        self.members: dict[str, Account] = {}
        self.merchants: dict[str, Account] = {}
        self.pool = dict.fromkeys(
            ("R", "S", "treasury", "issued", "fund", "honor", "carry", "unassigned"), 0
        )
        self.carries = [0] * 10
        self.days: list[tuple[object, ...]] = []

    @property
    def scheme(self) -> Scheme:
        return self.schemes[-1]

    @property
    def price(self) -> Fraction:
        if self.pool["S"]:
            return Fraction(self.pool["R"], self.pool["S"])
        return Fraction(self.scheme.initial_price_micro, MICRO)

    def numbers(self) -> dict[object, int]:
        """Every balance and pool number under a name of its own."""
        found: dict[object, int] = dict(self.pool)
        found["burned"] = self.pool["issued"] - self.pool["S"]
        found |= {("carry", level): carry for level, carry in enumerate(self.carries)}
        for kind, accounts in (("m", self.members), ("s", self.merchants)):
            for name, account in accounts.items():
                found |= {(kind, name, unit): number for unit, number in account.items()}
        return found

    def apply(self, event: dict[str, str]) -> str:
        """Applies an event or, leaving no trace, returns the code of its rejection."""
        saved = deepcopy(vars(self))
        before = self.numbers()
        code = getattr(self, event["type"])(event) or ""
        if not code and self.pool["S"] < MICRO:
            self.wind_up()
        if not code and event["type"] != "close_day":
            after = self.numbers()
            if any(after[key] > max(2**62, before.get(key, 0)) for key in after):
                code = "overflow"
        if code:
            vars(self).update(saved)
        return code

    def account(self, kind: str, name: str) -> Account:
        accounts = self.members if kind == "member" else self.merchants
        units = ("shares", "quota", "cash", "coins", "dividends", "level")
        return accounts.setdefault(name, dict.fromkeys(units, 0))

    def holder(self, event: dict[str, str]) -> Account:
        kind = "member" if "member" in event else "merchant"
        return self.account(kind, event[kind])

    def sale(self, event: dict[str, str]) -> str | None:
        version = int(event.get("scheme", len(self.schemes)))
        if version > len(self.schemes):
            return "unknown_scheme"
        scheme = self.schemes[version - 1]
        if event["zone"] not in scheme.zones:
            return "unknown_zone"
        zone = scheme.zones[event["zone"]]
        if event["member"] == event.get("referrer"):
            return "self_referral"
        paid, cost = micro(event["paid"]), micro(event["cost"])
        base = max(paid - cost, 0) if zone.base == "profit" else paid
        c, d, h = (floor(base * rate(zone, part)) for part in ("reserve", "dividend", "honor"))
        buyer_shares, referrer_shares = self.issued_shares(zone, paid, c, "referrer" in event)
        buyer = self.account("member", event["member"])
        buyer["quota"] += floor(base * rate(zone, "quota"))
        if self.pool["S"] + buyer_shares + referrer_shares < MICRO:
            self.pool["unassigned"] += c + d + h
        else:
            self.pool["R"] += c
            self.pool["fund"] += d
            self.pool["honor"] += h
            self.pool["S"] += buyer_shares + referrer_shares
            self.pool["issued"] += buyer_shares + referrer_shares
            buyer["shares"] += buyer_shares
            if referrer_shares:
                referrer = self.account("member", event["referrer"])
                referrer["shares"] += referrer_shares
                self.raise_level(referrer)
        self.raise_level(buyer)
        return None

    def issued_shares(self, zone: Zone, paid: int, c: int, referred: bool) -> tuple[int, int]:
        issue = zone.issue
        share = Fraction(issue.referrer_nano, 10**9)
        if issue.by == "value":
            buyer = floor(floor(c * Fraction(issue.buyer_nano, 10**9)) / self.price)
            referrer = floor(floor(c * share) / self.price)
        else:
            wanted = floor(Fraction(paid, issue.yuan_per_share_micro) * MICRO)
            budget = floor(c / (1 + share))
            buyer = min(wanted, floor(budget / self.price))
            referrer = min(floor(wanted * share), floor((c - budget) / self.price))
        left = self.scheme.share_cap_micro - self.pool["issued"]
        buyer = min(buyer, left)
        return buyer, min(referrer, left - buyer) if referred else 0

    def raise_level(self, account: Account) -> None:
        reached = [t for t in self.scheme.honor_thresholds_micro if account["shares"] >= t]
        account["level"] = max(account["level"], len(reached))

    def worth(self, shares: int) -> int:
        return floor(shares * self.price)

    def fee(self, gross: int) -> int:
        return ceil(gross * Fraction(self.scheme.sell_fee_nano, 10**9))

    def sell(self, event: dict[str, str]) -> str | None:
        account = self.holder(event)
        shares = taken(account["shares"], event["shares"])
        if shares is None:
            return "insufficient_shares"
        self.sell_together([(account, shares)])
        return None

    def sell_together(self, sellers: list[tuple[Account, int]]) -> None:
        fees = all_gross = 0
        for account, shares in sellers:
            gross = self.worth(shares)
            account["shares"] -= shares
            account["cash"] += gross - self.fee(gross)
            if self.scheme.forced_exit:
                account["quota"] = max(account["quota"] - gross, 0)
            fees += self.fee(gross)
            all_gross += gross
        sold = sum(shares for _, shares in sellers)
        kept = floor(fees * Fraction(self.pool["S"] - sold, self.pool["S"]))
        self.pool["R"] -= all_gross - kept
        self.pool["S"] -= sold
        self.pool["fund"] += fees - kept

    def to_coins(self, event: dict[str, str]) -> str | None:
        account = self.holder(event)
        shares = taken(account["shares"], event["shares"])
        if shares is None:
            return "insufficient_shares"
        if "merchant" in event and self.scheme.forced_exit:
            return "not_allowed"
        coins = self.worth(shares)
        account["shares"] -= shares
        account["coins"] += coins
        self.pool["treasury"] += shares
        if self.scheme.forced_exit:
            account["quota"] = max(account["quota"] - coins, 0)
        return None

    def pay_coins(self, event: dict[str, str]) -> str | None:
        giver = self.account("member", event["member"])
        return self.give(giver, self.account("merchant", event["merchant"]), event["coins"])

    def return_coins(self, event: dict[str, str]) -> str | None:
        giver = self.account("merchant", event["merchant"])
        return self.give(giver, self.account("member", event["member"]), event["coins"])

    def pass_coins(self, event: dict[str, str]) -> str | None:
        if event["merchant"] == event["to"]:
            return "bad_event"
        giver = self.account("merchant", event["merchant"])
        return self.give(giver, self.account("merchant", event["to"]), event["coins"])

    def give(self, giver: Account, taker: Account, text: str) -> str | None:
        coins = taken(giver["coins"], text)
        if coins is None:
            return "insufficient_coins"
        giver["coins"] -= coins
        taker["coins"] += coins
        return None

    def to_shares(self, event: dict[str, str]) -> str | None:
        merchant = self.account("merchant", event["merchant"])
        coins = taken(merchant["coins"], event["coins"])
        if coins is None:
            return "insufficient_coins"
        merchant["coins"] -= coins
        merchant["shares"] += floor(coins / self.price)
        self.pool["treasury"] -= floor(coins / self.price)
        return None

    def cash_in(self, event: dict[str, str]) -> str | None:
        if event["amount"] == "all":
            return "bad_event"
        self.holder(event)["cash"] += micro(event["amount"])
        return None

    def cash_out(self, event: dict[str, str]) -> str | None:
        if event["amount"] == "all":
            return "bad_event"
        account = self.holder(event)
        if micro(event["amount"]) > account["cash"]:
            return "insufficient_cash"
        account["cash"] -= micro(event["amount"])
        return None

    def set_scheme(self, event: dict[str, str]) -> None:
        self.schemes.append(parse_scheme(event["toml"]))

    def close_day(self, event: dict[str, str]) -> str | None:
        day = date.fromisoformat(event["date"])
        if self.days and day <= self.days[-1][0]:
            return "day_already_closed"
        fund, honor = self.pool["fund"] + self.pool["carry"], self.pool["honor"]
        self.pool["fund"] = self.pool["honor"] = 0
        people = list(self.members.values())
        given, self.pool["carry"], to_reserve = shared_out(
            fund, [person["quota"] for person in people], [person["shares"] for person in people]
        )
        pay(people, given)
        honored = 0
        for level in range(1, 11):
            pool = honor // 10 + self.carries[level - 1] + (honor % 10 if level == 1 else 0)
            heads = [int(self.is_head(person, level)) for person in people]
            paid, self.carries[level - 1], left = shared_out(
                pool, [person["quota"] for person in people], heads
            )
            pay(people, paid)
            honored += sum(paid)
            to_reserve += left
        self.pool["R"] += to_reserve
        exits = self.forced_exits() if self.scheme.forced_exit else 0
        self.days.append((day, fund, sum(given), honor, honored, to_reserve, exits))
        return None

    def is_head(self, person: Account, level: int) -> bool:
        thresholds = self.scheme.honor_thresholds_micro
        return bool(thresholds) and person["level"] >= level and person["shares"] >= thresholds[0]

    def forced_exits(self) -> int:
        count = 0
        while True:
            everybody = [*self.members.values(), *self.merchants.values()]
            sellers = [
                (account, account["shares"])
                for account in everybody
                if account["shares"] > 0 and self.worth(account["shares"]) >= account["quota"]
            ]
            if not sellers:
                return count
            self.sell_together(sellers)
            count += len(sellers)
            if self.pool["S"] < MICRO:
                self.wind_up()

    def wind_up(self) -> None:
        price = self.price
        for account in [*self.members.values(), *self.merchants.values()]:
            worth = floor(account["shares"] * price) if self.pool["S"] else 0
            account["cash"] += worth + account["coins"]
            self.pool["R"] -= worth + account["coins"]
            account["shares"] = account["coins"] = 0
        emptied = ("R", "fund", "honor", "carry")
        self.pool["unassigned"] += sum(self.pool[key] for key in emptied) + sum(self.carries)
        self.pool |= dict.fromkeys((*emptied, "S", "treasury"), 0)
        self.carries = [0] * 10


def pay(people: list[Account], amounts: list[int]) -> None:
    for person, paid in zip(people, amounts, strict=True):
        person["quota"] -= paid
        person["cash"] += paid
        person["dividends"] += paid


def rate(zone: Zone, part: str) -> Fraction:
    return Fraction(getattr(zone, f"{part}_nano"), 10**9)


def micro(text: str) -> int:
    return int(Fraction(text) * MICRO)


def taken(held: int, text: str) -> int | None:
    wanted = held if text == "all" else micro(text)
    return wanted if 0 < wanted <= held else None
