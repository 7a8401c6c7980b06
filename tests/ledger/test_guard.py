"""The database itself refuses what would falsify the ledger; `verify` finds what got past it."""

from datetime import date

import pytest
from django.db import Error, connection, transaction

from sharemall.ledger.selectors import last_verification
from sharemall.ledger.verify import verify
from tests.ledger.helpers import close, event, feed, opened, sale

pytestmark = pytest.mark.django_db(transaction=True)

# Triggers guard these; Citus takes none on the tables that it spreads.
TRIGGER = pytest.mark.one_machine
PROTECTED = (
    "event",
    "application",
    pytest.param("entry", marks=TRIGGER),
    pytest.param("dividend", marks=TRIGGER),
    "day",
    "schemeversion",
)


@pytest.fixture
def busy() -> None:
    """A ledger with sales, coins, a dividend and a refusal."""
    opened()
    feed(
        [
            sale("1"),
            sale("2", "bob", "200", referrer="ann"),
            event("3", "to_coins", member="bob", shares="5"),
            event("4", "sell", member="ann", shares="2"),
            close("2026-01-01"),
            sale("5", "cat", "50"),
            sale("6", "cat", "-1"),
        ]
    )
    assert verify() == []


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def corrupt(statement: str) -> None:
    """What only a superuser can do: past every trigger."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        assert cursor.rowcount != 0


@pytest.mark.parametrize("table", PROTECTED)
@pytest.mark.parametrize("deed", ["DELETE FROM {}", "TRUNCATE {}"])
@pytest.mark.usefixtures("busy")
def test_rows_cannot_be_removed(table: str, deed: str) -> None:
    with pytest.raises(Error, match="is refused"):
        run(deed.format(f"ledger_{table}"))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_event SET payload = '{}'",
        "UPDATE ledger_application SET code = ''",
        pytest.param("UPDATE ledger_entry SET cash_micro = 0", marks=TRIGGER),
        pytest.param("UPDATE ledger_dividend SET fund_micro = 0", marks=TRIGGER),
        pytest.param("UPDATE ledger_dividend_202601 SET fund_micro = 0", marks=TRIGGER),
        pytest.param("DELETE FROM ledger_dividend_202601", marks=TRIGGER),
        "UPDATE ledger_day SET forced_exits = 9",
        "UPDATE ledger_schemeversion SET toml = ''",
    ],
)
@pytest.mark.usefixtures("busy")
def test_rows_cannot_be_changed(change: str) -> None:
    with pytest.raises(Error, match="is refused"):
        run(change)


@TRIGGER
@pytest.mark.usefixtures("busy")
def test_entries_that_do_not_balance_are_refused() -> None:
    with pytest.raises(Error, match="do not balance"):
        run("INSERT INTO ledger_entry VALUES (2, 99, 0, 5, 0, 0, 0), (1, 99, 0, -4, 0, 0, 0)")


@TRIGGER
@pytest.mark.usefixtures("busy")
def test_a_closed_day_takes_no_more_dividends() -> None:
    with pytest.raises(Error, match="takes no more"):
        run("INSERT INTO ledger_dividend VALUES (10, '2026-01-01', 1, 0)")


@pytest.mark.usefixtures("busy")
def test_a_day_must_match_its_dividends() -> None:
    with pytest.raises(Error, match="do not match the day"):
        run(
            "INSERT INTO ledger_day SELECT '2026-01-02', 99, dividend_fund_micro,"
            " dividend_paid_micro, honor_fund_micro, honor_paid_micro, to_reserve_micro,"
            " forced_exits, rate_num, rate_den, honor_amounts_micro, honor_heads, passes,"
            " reserve_micro, outstanding_micro FROM ledger_day"
        )


@pytest.mark.usefixtures("busy")
def test_a_balance_is_never_negative() -> None:
    with pytest.raises(Error, match="balance_never_negative"):
        run("UPDATE ledger_balance SET share_micro = -1")


@pytest.mark.parametrize(
    ("deed", "told"),
    [
        (
            "UPDATE ledger_event SET payload = replace(payload, '200', '900') WHERE id = '2'",
            "chain: position 2 (event 2)",
        ),
        ("UPDATE ledger_application SET code = '' WHERE event_id = '6'", "chain: position 7"),
        ("DELETE FROM ledger_application WHERE position = 3", "chain: position 3 is missing"),
        ("UPDATE ledger_pool SET hash = '\\x00'", "chain: it ends at position 7"),
        ("DELETE FROM ledger_application WHERE position = 7", "events: event 6"),
        (
            "UPDATE ledger_entry SET cash_micro = 9 WHERE position = 4 AND account_id = 10",
            "entries: position 4 is off balance",
        ),
        (
            "INSERT INTO ledger_entry VALUES (2, 99, 0, 5, 0, 0, 0), (1, 99, 0, -5, 0, 0, 0)",
            "entries: position 99",
        ),
        (
            "INSERT INTO ledger_entry VALUES (2, 7, 0, 5, 0, 0, 0), (1, 7, 0, -5, 0, 0, 0)",
            "entries: position 7",
        ),
        (
            "INSERT INTO ledger_entry VALUES (2, 6, 8, 5, 0, 0, 0), (99, 6, 8, -5, 0, 0, 0)",
            "entries: position 6 has an entry on account 99",
        ),
        ("DELETE FROM ledger_account WHERE id = 11", "accounts: 12 are numbered, 11 named"),
        ("DELETE FROM ledger_balance WHERE account_id = 12", "accounts: 12 are numbered, 12 named"),
        (
            "UPDATE ledger_balance SET is_member = false WHERE account_id = 10",
            "accounts: account 10 is a merchant by its name or",
        ),
        (
            "UPDATE ledger_balance SET moved_micro = moved_micro + 1 WHERE account_id = 11",
            "balances: account m:bob",
        ),
        (
            "UPDATE ledger_balance SET share_micro = share_micro + 1 WHERE account_id = 10",
            "shares: ",
        ),
        ("UPDATE ledger_balance SET coin_micro = coin_micro + 1 WHERE account_id = 11", "coins: "),
        ("UPDATE ledger_balance SET level = 9 WHERE account_id = 10", "totals: "),
        ("UPDATE ledger_pool SET reserve_micro = reserve_micro - 1", "pool: .reserve"),
        ("UPDATE ledger_pool SET unassigned_micro = 7", "cash: "),
        ("UPDATE ledger_pool SET paid_micro = 7", "totals: "),
        ("UPDATE ledger_pool SET issued_micro = 10::bigint ^ 15", "shares: "),
        ("UPDATE ledger_application SET reserve_micro = 1 WHERE position = 2", "price: position 2"),
        ("UPDATE ledger_dividend SET fund_micro = fund_micro + 1", "days: 2026-01-01"),
        ("DELETE FROM ledger_day", "days: 2026-01-01"),
    ],
)
@pytest.mark.usefixtures("busy")
def test_verify_names_the_first_row_that_is_wrong(deed: str, told: str) -> None:
    before = last_verification()
    corrupt(deed)
    faults = verify()
    assert [fault for fault in faults if fault.startswith(told)], faults
    after = last_verification()
    assert before is not None
    assert after is not None
    assert after.pk == before.pk, "a ledger with faults was put on record as verified"


@pytest.mark.usefixtures("busy")
def test_a_verification_is_kept_with_its_position() -> None:
    found = last_verification()
    assert found is not None
    assert found.position == 7
    assert date(2026, 1, 1) < found.verified_at.date()
