"""The books at any moment: tallies, trial balances, balance sheets, a period's movements."""

from datetime import date
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from sharemall.ledger import balance_sheets, selectors, tallies
from sharemall.ledger.balance_sheets import sides_of
from sharemall.ledger.models import Day, Tally, TallyLine
from sharemall.ledger.reasons import MEMBERS, NUMBER
from sharemall.ledger.verify import verify
from tests.ledger.helpers import (
    EXITING,
    assert_equal_to_replay,
    close,
    event,
    feed,
    opened,
    sale,
)
from tests.ledger.random_journal import Journal

pytestmark = pytest.mark.django_db(transaction=True)

TRADE = [
    sale("1"),
    sale("2", "bob", "500", referrer="ann"),
    event("3", "cash_in", member="ann", amount="20", reason="test"),
    event("4", "to_coins", member="bob", shares="10"),
    event("5", "pay_coins", member="bob", merchant="farm", coins="4"),
    close("2026-01-01"),
    sale("6", "cat", "1000", at="2026-01-02T10:00:00+08:00"),
    event("7", "sell", member="ann", shares="3", at="2026-01-02T10:00:00+08:00"),
]


@pytest.fixture
def busy() -> None:
    opened()
    feed(TRADE)


@pytest.mark.usefixtures("busy")
def test_every_unit_balances_at_every_position() -> None:
    for position in range(balance_sheets.last_position() + 1):
        balance = balance_sheets.trial_balance(position)
        assert balance.is_balanced
        assert balance_sheets.balance_sheet(position).is_balanced


@pytest.mark.usefixtures("busy")
def test_the_sheet_of_now_is_the_pool_and_the_balances() -> None:
    pool, sheet = selectors.pool(), balance_sheets.balance_sheet(balance_sheets.last_position())
    assert sheet.reserve_micro == pool.reserve_micro
    assert sheet.dividend_fund_micro == pool.dividend_fund_micro
    assert sheet.honor_carry_micro == sum(pool.honor_carry_micro)
    assert sheet.outstanding_micro == pool.outstanding_micro
    assert sheet.treasury_micro == pool.treasury_micro
    assert sheet.coins_micro == pool.coins_micro
    assert sheet.granted_micro == pool.quota_granted_micro
    members = [selectors.balance(name) for name in ("ann", "bob", "cat")]
    assert sheet.members_cash_micro == sum(member.cash_micro for member in members)
    assert sheet.members_quota_micro == sum(member.quota_micro for member in members)
    assert sheet.merchants_coins_micro == 4_000_000
    assert sheet.cover_left_micro >= 0
    assert sheet.coins_net_micro == sheet.coins_micro * 9 // 10


@pytest.mark.usefixtures("busy")
def test_a_debit_is_what_was_taken_and_a_credit_what_was_given() -> None:
    balance = balance_sheets.trial_balance(4)
    rows = {row.account: row.moved for row in balance.rows}
    assert rows[".reserve"].cash.credit_micro == 180_000_000
    assert rows[".outside"].cash.debit_micro == 380_000_000
    assert rows["members"].share.debit_micro == 10_000_000


@pytest.mark.usefixtures("busy")
def test_tallies_and_entries_give_the_same_books() -> None:
    last = balance_sheets.last_position()
    without = [balance_sheets.trial_and_sheet(position) for position in range(last + 1)]
    period = balance_sheets.movements(2, last)
    closed = Day.objects.get().position
    assert tallies.add_up_due() == [closed]
    assert tallies.add_up_due() == []
    assert Tally.objects.get().after == 0
    assert [balance_sheets.trial_and_sheet(at) for at in range(last + 1)] == without
    assert balance_sheets.movements(2, last) == period
    assert verify() == []


@pytest.mark.usefixtures("busy")
def test_a_tally_counts_the_holders() -> None:
    tallies.add_up_due()
    newest = tallies.newest()
    assert newest is not None
    assert newest.holders == 3
    assert newest.counted_at == balance_sheets.last_position()


@pytest.mark.usefixtures("busy")
def test_a_tally_cannot_be_changed() -> None:
    tallies.add_up_due()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        TallyLine.objects.update(cash_debit_micro=1)


@pytest.mark.usefixtures("busy")
def test_a_tally_that_is_not_what_its_entries_give_is_found() -> None:
    tallies.add_up_due()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE ledger_tallyline SET share_credit_micro = share_credit_micro + 1"
            f" WHERE account = {MEMBERS} AND reason = {NUMBER['sale']}"
        )
        cursor.execute("SET session_replication_role = DEFAULT")
    assert verify() == [
        "tallies: the tallies of account -1 for reason 0 are not what its entries give"
    ]


@pytest.mark.usefixtures("busy")
def test_a_days_books_end_with_its_close() -> None:
    closed = Day.objects.get().position
    assert balance_sheets.end_of(date(2026, 1, 1)) == closed
    assert balance_sheets.end_of(date(2025, 12, 31)) == 0
    assert balance_sheets.end_of(date(2026, 1, 2)) == balance_sheets.last_position()
    feed([close("2026-01-05")])
    assert balance_sheets.end_of(date(2026, 1, 3)) == closed
    assert balance_sheets.period(date(2026, 1, 1), date(2026, 1, 1)) == (0, closed)


@pytest.mark.usefixtures("busy")
def test_a_periods_movements_name_their_reasons() -> None:
    after, until = balance_sheets.period(date(2026, 1, 2), date(2026, 1, 2))
    rows = balance_sheets.movements(after, until)
    assert {row.reason for row in rows} == {"sale", "sell"}
    total = sum((row.moved for row in rows), tallies.Moved())
    assert not any(sides.balance_micro for sides in sides_of(total))
    sold = next(row for row in rows if row.reason == "sell" and row.account == "members")
    assert sold.moved.share.debit_micro == 3_000_000


def test_before_the_first_event_there_is_nothing() -> None:
    with pytest.raises(selectors.LedgerClosed):
        balance_sheets.last_position()
    opened()
    sheet = balance_sheets.balance_sheet(0)
    assert sheet.is_balanced
    assert sheet.worth_micro(1_000_000) == 1_000_000


@pytest.mark.parametrize("seed", range(4))
def test_random_books_balance_however_they_are_added_up(seed: int, tmp_path: Path) -> None:
    journal = Journal(seed)
    opened(journal.scheme)
    feed(journal.events(120))
    last = balance_sheets.last_position()
    without = [balance_sheets.trial_and_sheet(position) for position in range(0, last + 1, 7)]
    tallies.add_up_due()
    with_them = [balance_sheets.trial_and_sheet(position) for position in range(0, last + 1, 7)]
    assert with_them == without
    for balance, sheet in without:
        assert balance.is_balanced
        assert sheet.is_balanced
        assert sheet.cover_left_micro >= -2  # two values, each rounded down
    assert_equal_to_replay(tmp_path)


def test_forced_exits_are_in_the_books(tmp_path: Path) -> None:
    opened(EXITING)
    feed([sale("1"), sale("2", "bob"), close("2026-01-01")])
    tallies.add_up_due()
    assert balance_sheets.trial_balance(balance_sheets.last_position()).is_balanced
    assert_equal_to_replay(tmp_path)
