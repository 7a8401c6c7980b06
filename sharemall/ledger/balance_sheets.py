"""The books at any moment: trial balance, balance sheet, and a period's movements by reason.

In the ledger what an account is given counts up and what is taken from it down; `.outside` is the
world that it came from, so that every unit sums to 0. Read as bookkeeping: debits are what was
taken off, credits what was added; `.outside` is then the money in custody, all others say to whom
it belongs. Source: rules.md, "What always holds".
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from sharemall.engine.rules import fee_of
from sharemall.engine.scheme import Scheme
from sharemall.ledger import selectors, tallies
from sharemall.ledger.models import Application, Day, Pool
from sharemall.ledger.reasons import MEMBERS, NAME_OF_CLASS, REASONS
from sharemall.ledger.tallies import Moved, Sides, Sums
from sharemall.ledger.versions import in_force, versions

ONE_DAY = timedelta(days=1)
# In this order pages list the accounts: what is held first, the world outside last.
ORDER = (
    ".reserve",
    ".dividend_fund",
    ".dividend_carry",
    ".honor_fund",
    ".honor_carry",
    ".unassigned",
    "members",
    ".dividends",
    "merchants",
    ".treasury",
    ".outside",
)


@dataclass(frozen=True, slots=True)
class TrialRow:
    """An account of the pool, all "members" or all "merchants", and both sides of each unit.

    What members got as dividends is not in "members": it is the account ".dividends".
    """

    account: str
    moved: Moved


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """All entries up to a position, by account; `total` balances to 0 in every unit."""

    position: int
    rows: tuple[TrialRow, ...]

    @property
    def total(self) -> Moved:
        """Both sides summed over all accounts."""
        return sum((row.moved for row in self.rows), Moved())

    @property
    def is_balanced(self) -> bool:
        """Whether debits and credits are equal in every unit."""
        return not any(sides.balance_micro for sides in sides_of(self.total))


@dataclass(frozen=True, slots=True)
class BalanceSheet:
    """What the mall's points stand on at a moment, in micro-units.

    `custody_micro` is the money that has to be there: all that came in from outside and did not go
    out again. It equals what is held of it, account by account.
    """

    position: int
    custody_micro: int
    reserve_micro: int
    dividend_fund_micro: int
    dividend_carry_micro: int
    honor_fund_micro: int
    honor_carry_micro: int
    unassigned_micro: int
    members_cash_micro: int
    merchants_cash_micro: int
    outstanding_micro: int
    members_shares_micro: int
    merchants_shares_micro: int
    treasury_micro: int
    members_coins_micro: int
    merchants_coins_micro: int
    members_quota_micro: int
    granted_micro: int
    price_num: int  # the formula price is num ÷ den yuan a share
    price_den: int
    scheme: Scheme

    @property
    def held_micro(self) -> int:
        """The money by whose it is, added up."""
        return (
            self.reserve_micro
            + self.dividend_fund_micro
            + self.dividend_carry_micro
            + self.honor_fund_micro
            + self.honor_carry_micro
            + self.unassigned_micro
            + self.members_cash_micro
            + self.merchants_cash_micro
        )

    @property
    def is_balanced(self) -> bool:
        """Whether the money in custody is what is held, and the shares are the outstanding ones."""
        held = self.members_shares_micro + self.merchants_shares_micro + self.treasury_micro
        return self.custody_micro == self.held_micro and held == self.outstanding_micro

    @property
    def coins_micro(self) -> int:
        """Coins in existence, at full value: one yuan each."""
        return self.members_coins_micro + self.merchants_coins_micro

    def worth_micro(self, shares_micro: int) -> int:
        """Shares at the formula price, rounded down."""
        return shares_micro * self.price_num // self.price_den

    @property
    def held_shares_worth_micro(self) -> int:
        """The shares of members and merchants at the formula price."""
        return self.worth_micro(self.members_shares_micro + self.merchants_shares_micro)

    @property
    def treasury_worth_micro(self) -> int:
        """The treasury's shares, which stand behind the coins, at the formula price."""
        return self.worth_micro(self.treasury_micro)

    @property
    def coins_net_micro(self) -> int:
        """What coins bring that become shares and are sold: their value less the fee."""
        return self.coins_micro - fee_of(self.coins_micro, self.scheme)

    @property
    def cover_left_micro(self) -> int:
        """What is left of the reserve when all shares and all coins are paid at full value."""
        return self.reserve_micro - self.held_shares_worth_micro - self.coins_micro


@dataclass(frozen=True, slots=True)
class Movement:
    """What moved on an account for a reason in a period."""

    reason: str
    account: str
    moved: Moved


def end_of(day: date) -> int:
    """The position behind which `day`'s books are closed.

    Its close's; of a day that was passed over that of the close before it; of a day that no close
    has reached yet the last position that there is.
    """
    closed = Day.objects.filter(day__lte=day).order_by("-day")
    found = closed.values_list("day", "position").first()
    later = Day.objects.filter(day__gt=day).exists()
    if found is not None and (found[0] == day or later):
        return int(found[1])
    return 0 if later else last_position()


def last_position() -> int:
    """The position of the last applied event. Raises LedgerClosed."""
    position = Pool.objects.values_list("position", flat=True).first()
    if position is None:
        raise selectors.LedgerClosed
    return position


def trial_balance(position: int) -> TrialBalance:
    """Every account's debits and credits by all events up to `position`."""
    by_account = _by_account(tallies.between(0, position))
    rows = (TrialRow(account, by_account.get(account, Moved())) for account in ORDER)
    return TrialBalance(position, tuple(rows))


def balance_sheet(position: int) -> BalanceSheet:
    """What is held, and whose it is, behind the event at `position`."""
    return _sheet(position, tallies.between(0, position))


def trial_and_sheet(position: int) -> tuple[TrialBalance, BalanceSheet]:
    """Both from one reading of the entries."""
    sums = tallies.between(0, position)
    by_account = _by_account(sums)
    rows = tuple(TrialRow(account, by_account.get(account, Moved())) for account in ORDER)
    return TrialBalance(position, rows), _sheet(position, sums)


def movements(after: int, until: int) -> list[Movement]:
    """What the events behind `after` up to `until` moved, by reason and account, in order."""
    sums = tallies.between(after, until)
    place = {account: number for number, account in enumerate(ORDER)}
    found = [
        Movement(REASONS[reason], NAME_OF_CLASS[account], moved)
        for (account, reason), moved in sums.items()
    ]
    return sorted(found, key=lambda row: (REASONS.index(row.reason), place[row.account]))


def period(first: date, last: date) -> tuple[int, int]:
    """The positions of the business days from `first` to `last`: behind which, and up to which."""
    return end_of(first - ONE_DAY), end_of(last)


def sides_of(moved: Moved) -> tuple[Sides, Sides, Sides, Sides]:
    """Cash, shares, coins and quota."""
    return moved.cash, moved.share, moved.coin, moved.quota


def _by_account(sums: Sums) -> dict[str, Moved]:
    by_account: dict[str, Moved] = defaultdict(Moved)
    for (account, _reason), moved in sums.items():
        by_account[NAME_OF_CLASS[account]] += moved
    return by_account


def _sheet(position: int, sums: Sums) -> BalanceSheet:
    held = _by_account(sums)
    cash = {account: held[account].cash.balance_micro for account in ORDER}
    share = {account: held[account].share.balance_micro for account in ORDER}
    coin = {account: held[account].coin.balance_micro for account in ORDER}
    granted = sum(
        moved.quota.credit_micro
        for (account, reason), moved in sums.items()
        if account == MEMBERS and REASONS[reason] == "sale"
    )
    scheme = in_force(versions(), position + 1)
    reserve, outstanding = _price_at(position, scheme)
    quota = held["members"].quota.balance_micro + held[".dividends"].quota.balance_micro
    return BalanceSheet(
        position=position,
        custody_micro=-cash[".outside"],
        reserve_micro=cash[".reserve"],
        dividend_fund_micro=cash[".dividend_fund"],
        dividend_carry_micro=cash[".dividend_carry"],
        honor_fund_micro=cash[".honor_fund"],
        honor_carry_micro=cash[".honor_carry"],
        unassigned_micro=cash[".unassigned"],
        members_cash_micro=cash["members"] + cash[".dividends"],
        merchants_cash_micro=cash["merchants"],
        outstanding_micro=-share[".outside"],
        members_shares_micro=share["members"],
        merchants_shares_micro=share["merchants"],
        treasury_micro=share[".treasury"],
        members_coins_micro=coin["members"],
        merchants_coins_micro=coin["merchants"],
        members_quota_micro=quota,
        granted_micro=granted,
        price_num=reserve,
        price_den=outstanding,
        scheme=scheme,
    )


def _price_at(position: int, scheme: Scheme) -> tuple[int, int]:
    """Reserve and outstanding behind the event; without shares the initial price, as a ratio."""
    row = (
        Application.objects.filter(position=position)
        .values_list("reserve_micro", "outstanding_micro")
        .first()
    )
    if row is None or not row[1]:
        return scheme.initial_price_micro, 1_000_000
    return row
