"""What a member sees of shares, quota and dividends."""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from sharemall.engine.scheme import LEVELS, Scheme
from sharemall.equity.quotes import CoinsQuote, SellQuote, gross_at, quote_coins, quote_sell
from sharemall.ledger import journal
from sharemall.ledger import selectors as ledger
from sharemall.ledger.models import Application
from sharemall.ledger.values import Balance, DividendRow, Movement, Outcome, PoolView

PAGE = 30
LATEST = 5


@dataclass(frozen=True, slots=True)
class NextLevel:
    """The rank above a member's: its threshold and what is missing, in micro-shares."""

    level: int
    threshold_micro: int
    held_micro: int

    @property
    def missing_micro(self) -> int:
        return max(0, self.threshold_micro - self.held_micro)


@dataclass(frozen=True, slots=True)
class Holding:
    """A member's points and the pool behind them."""

    balance: Balance
    pool: PoolView
    scheme: Scheme

    @property
    def sellable_micro(self) -> int:
        """The shares held; no more than are outstanding, should a sale fall between two reads."""
        return min(self.balance.shares_micro, self.pool.outstanding_micro)

    @property
    def quote(self) -> SellQuote | None:
        """What selling all of them now would pay; None if there are none."""
        return quote(self, self.sellable_micro) if self.sellable_micro else None

    @property
    def value_micro(self) -> int:
        """What the shares are worth at the formula price, before any fee."""
        return self.quote.gross_micro if self.quote else 0

    @property
    def quota_sold_micro(self) -> int:
        """Quota that sales used up, in a scheme with forced exit."""
        balance = self.balance
        return balance.granted_micro - balance.dividends_micro - balance.quota_micro

    @property
    def next_level(self) -> NextLevel | None:
        """The rank to reach next; None at the top or in a scheme without ranks."""
        thresholds = self.scheme.honor_thresholds_micro
        if not thresholds or self.balance.level >= LEVELS:
            return None
        return NextLevel(
            level=self.balance.level + 1,
            threshold_micro=thresholds[self.balance.level],
            held_micro=self.balance.shares_micro,
        )


@dataclass(frozen=True, slots=True)
class Sold:
    """A sale of shares that the ledger has applied, to the micro-unit.

    `received_micro` is what the sale brought in cash; `wound_up_micro` what came beside it
    because less than one share would have been left and everything was paid out.
    """

    at: datetime
    position: int
    shares_micro: int
    gross_micro: int
    received_micro: int
    wound_up_micro: int
    price_before: Fraction
    price_after: Fraction | None

    @property
    def fee_micro(self) -> int:
        return self.gross_micro - self.received_micro


@dataclass(frozen=True, slots=True)
class Exchanged:
    """Shares that the ledger has turned into coins, to the micro-unit."""

    at: datetime
    position: int
    shares_micro: int
    coins_micro: int
    quota_micro: int
    price: Fraction


@dataclass(frozen=True, slots=True)
class Refused:
    """What the ledger refused: `code` is rules.md's; nothing was moved."""

    code: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is journalled and not applied yet."""


def holding(account: str) -> Holding:
    """A member's points now."""
    return Holding(ledger.balance(account), ledger.pool(), ledger.scheme())


def quote(holding: Holding, shares_micro: int) -> SellQuote:
    """What selling some of a member's shares would pay now."""
    return quote_sell(holding.pool, holding.scheme, shares_micro)


def coins_quote(holding: Holding, shares_micro: int) -> CoinsQuote:
    """What some of a member's shares would become as coins now."""
    return quote_coins(
        holding.pool, holding.scheme, shares_micro, quota_micro=holding.balance.quota_micro
    )


def dividends(
    account: str, *, before: date | None = None, limit: int = PAGE
) -> tuple[list[DividendRow], date | None]:
    """A page of a member's dividends, newest first, and the `before` of the next page."""
    found = ledger.dividends(account, before=before, limit=limit + 1)
    return found[:limit], found[limit - 1].day if len(found) > limit else None


def dividend_months(account: str) -> list[DividendRow]:
    """A member's dividends by month, oldest first."""
    return ledger.dividend_months(account)[::-1]


def movements(
    account: str, *, before: int | None = None, limit: int = PAGE
) -> tuple[list[Movement], int | None]:
    """A page of a member's movements, newest first, and the `before` of the next page.

    The movements of one event stay on one page.
    """
    found = ledger.movements(account, before=before, limit=limit + 1)
    if len(found) <= limit:
        return found, None
    shown = [row for row in found if row.position != found[-1].position]
    return shown, shown[-1].position


def sell_event_id(account: str, key: UUID) -> str:
    """The journal's id of the sale that a form with this key asks for."""
    return f"sell-{account}-{key}"


def sale_of_shares(account: str, key: UUID) -> Sold | Refused | Waiting | None:
    """What became of the sale under this key; None if the member never asked for one."""
    event_id = sell_event_id(account, key)
    outcome = ledger.outcome(event_id)
    if outcome is None:
        return Waiting() if journal.find(event_id) else None
    if outcome.code:
        return Refused(outcome.code)
    return _sold(account, outcome)


def exchange_event_id(account: str, key: UUID) -> str:
    """The journal's id of the exchange for coins that a form with this key asks for."""
    return f"coins-{account}-{key}"


def exchange(account: str, key: UUID) -> Exchanged | Refused | Waiting | None:
    """What became of the exchange under this key; None if the member never asked for one."""
    event_id = exchange_event_id(account, key)
    outcome = ledger.outcome(event_id)
    if outcome is None:
        return Waiting() if journal.find(event_id) else None
    if outcome.code:
        return Refused(outcome.code)
    return _exchanged(account, outcome)


def _exchanged(account: str, outcome: Outcome) -> Exchanged:
    moves = ledger.movements_of(outcome.event_id, account)
    mine = next(move for move in moves if move.reason == "to_coins")
    before, _after = _pools_around(outcome.position)
    return Exchanged(
        at=datetime.fromisoformat(mine.at),
        position=outcome.position,
        shares_micro=-mine.share_micro,
        coins_micro=mine.coin_micro,
        quota_micro=-mine.quota_micro,
        price=Fraction(*before),
    )


def _sold(account: str, outcome: Outcome) -> Sold:
    mine = {move.reason: move for move in ledger.movements_of(outcome.event_id, account)}
    sale, wound_up = mine["sell"], mine.get("wind_up")
    before, after = _pools_around(outcome.position)
    return Sold(
        at=datetime.fromisoformat(sale.at),
        position=outcome.position,
        shares_micro=-sale.share_micro,
        gross_micro=gross_at(*before, -sale.share_micro),
        received_micro=sale.cash_micro,
        wound_up_micro=wound_up.cash_micro if wound_up else 0,
        price_before=Fraction(*before),
        price_after=Fraction(*after) if after[1] else None,
    )


def _pools_around(position: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Reserve and outstanding before and after the event at this position."""
    found = Application.objects.filter(position__in=(position - 1, position))
    before, after = found.order_by("position").values_list("reserve_micro", "outstanding_micro")
    return before, after
