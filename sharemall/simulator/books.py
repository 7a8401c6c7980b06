"""What a run keeps beside the engine's accounts: each member's side, the company's, the days."""

import numpy as np

from sharemall.engine import rules
from sharemall.engine.amounts import MICRO
from sharemall.engine.exact import Column
from sharemall.engine.issuing import Sales
from sharemall.engine.state import Accounts, DayRow, State
from sharemall.simulator.checks import Booked
from sharemall.simulator.draws import Small
from sharemall.simulator.results import DAY_COLUMNS, PARTS
from sharemall.simulator.scenario import Scenario

NOT_YET = -1
_WHOLE = 100  # percent
_NEVER = np.iinfo(np.int64).max


class MemberBooks:
    """Each member's orders, payments, quota granted, and when which part was back.

    `parts` are the days, one column for each of PARTS.
    """

    def __init__(self, joined_day: Small, members: Accounts) -> None:
        count, there = len(joined_day), len(members.shares)
        self.joined_day = joined_day
        self.orders = np.zeros(count, np.int32)
        self.paid_micro, self.granted_micro, self.coins_spent_micro = np.zeros((3, count), np.int64)
        self.spends_coins = False
        # Of who was there before, no more is known of the quota granted than what is left of it.
        self.granted_micro[:there] = np.frombuffer(members.quota, np.int64)
        self.granted_micro[:there] += np.frombuffer(members.dividends, np.int64)
        self._cash_before = np.frombuffer(members.cash, np.int64).copy()
        self.parts = np.full((len(PARTS), count), NOT_YET, np.int16)
        self._reached = np.zeros(count, np.int8)
        # What must be received for the next part; nobody has paid anything yet.
        self._next_micro = np.full(count, _NEVER)

    def add_sales(self, buyers: Column, paid: Column, quota: Column) -> None:
        """Sales: who paid what in money and was granted what."""
        np.add.at(self.orders, buyers, 1)
        np.add.at(self.paid_micro, buyers, paid)
        np.add.at(self.granted_micro, buyers, quota)
        self._aim(buyers)

    def add_coins(self, members: Column, coins: Column) -> None:
        """Goods paid with coins; each member once."""
        self.coins_spent_micro[members] += coins
        self.spends_coins = True

    def look(self, day: int, cash: Column) -> None:
        """Notes for whom a day was the first on which so much of all it paid had come back."""
        count = len(cash)
        received = cash + self.coins_spent_micro[:count] if self.spends_coins else cash
        members = np.flatnonzero(received >= self._next_micro[:count])
        while len(members):
            self.parts[self._reached[members], members] = day - self.joined_day[members]
            self._reached[members] += 1
            self._aim(members)
            members = members[received[members] >= self._next_micro[members]]

    def received_micro(self, cash: Column) -> Column:
        """Of every member: cash out of the scheme, and goods for coins."""
        received = self.coins_spent_micro.copy()
        received[: len(cash)] += cash
        received[: len(self._cash_before)] -= self._cash_before
        return received

    def _aim(self, members: Column) -> None:
        part = np.array([*PARTS, 0])[self._reached[members]]
        paid = self.paid_micro[members]
        # Up to the next micro; in two steps, so that a product does not pass 64 bits.
        aim = paid // _WHOLE * part - (-(paid % _WHOLE * part) // _WHOLE)
        self._next_micro[members] = np.where((part == 0) | (paid == 0), _NEVER, aim)


class DayBooks:
    """One row a day of results.DAY_COLUMNS, and what is counted on the way to it."""

    def __init__(self, scenario: Scenario, state: State, shop: str) -> None:
        self._scenario, self._state, self._shop = scenario, state, shop
        self.columns = {name: np.zeros(scenario.days, np.int64) for name in DAY_COLUMNS}
        self.booked = Booked.of(state)
        self.cash_micro = scenario.company.cash_micro
        self.today = dict.fromkeys(DAY_COLUMNS, 0)
        self._own = self._company_owns()
        self._checks = 0

    def begin(self, day: int) -> None:
        """A new day, of which nothing is known."""
        self.today = dict.fromkeys(DAY_COLUMNS, 0)
        self.today["day"] = day

    def add(self, **amounts: int) -> None:
        """Adds to the day's columns."""
        for name, amount in amounts.items():
            self.today[name] += amount

    def add_sales(self, sold: Sales) -> None:
        """What a zone's sales gave to the scheme."""
        contributed = sum(int(column.sum()) for column in sold[:4])
        self.booked.contributed_micro += contributed
        self.booked.issued_micro += int(sold.buyer_shares_micro.sum())
        self.booked.issued_micro += int(sold.referrer_shares_micro.sum())
        self.booked.granted_micro += int(sold.quota_micro.sum())
        self.add(contributed_micro=contributed, company_margin_micro=-contributed)

    def close(self, row: DayRow) -> None:
        """What the close did."""
        self.booked.dividends_micro += row.dividend_paid_micro + row.honor_paid_micro
        rate = row.rate
        self.add(
            dividend_fund_micro=row.dividend_fund_micro,
            dividend_paid_micro=row.dividend_paid_micro,
            dividend_per_share_micro=rate.left * MICRO // rate.weight if rate else 0,
            honor_paid_micro=row.honor_paid_micro,
            to_reserve_micro=row.to_reserve_micro,
            forced_exits=row.forced_exits,
        )

    def end(self, *, members: int, checks: int) -> None:
        """The end of the day: the pool as it is, and the company's result."""
        state, pool, own = self._state, self._state.pool, self._company_owns()
        fixed = self._scenario.company.fixed_a_day_micro
        self.add(company_margin_micro=own - self._own - fixed)
        self._own = own
        self.cash_micro += self.today["company_margin_micro"]
        coins = sum(
            int(np.frombuffer(accounts.coins, np.int64).sum())
            for accounts in (state.members, state.merchants)
        )
        self.add(
            price_micro=rules.price_micro(pool, state.scheme),
            reserve_micro=pool.reserve_micro,
            outstanding_micro=pool.outstanding_micro,
            treasury_micro=pool.treasury_micro,
            coins_micro=coins,
            unassigned_micro=pool.unassigned_micro,
            quota_granted_micro=self.booked.granted_micro,
            quota_paid_micro=self.booked.dividends_micro,
            holders=int(np.count_nonzero(np.frombuffer(state.members.shares, np.int64))),
            company_cash_micro=self.cash_micro,
            members=members,
            checks=checks - self._checks,
        )
        self._checks = checks
        for name, value in self.today.items():
            self.columns[name][self.today["day"]] = value

    def _company_owns(self) -> int:
        """What of the engine's cash is the company's: unassigned, and what the shop got."""
        shop = self._state.merchant(self._shop)
        return self._state.pool.unassigned_micro + (shop.cash if shop else 0)
