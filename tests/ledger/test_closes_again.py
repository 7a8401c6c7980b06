"""A close rehearsed, a closed day worked out again, and a dividend explained."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from fractions import Fraction

import pytest
from django.db import connection

from sharemall.ledger import explaining, rehearsing, reworking, selectors
from sharemall.ledger.models import Account, Balance, Day, Dividend
from sharemall.ledger.report import state
from tests.ledger.helpers import EXITING, SCHEME, close, event, feed, opened, sale
from tests.ledger.random_journal import MEMBERS, Journal

pytestmark = pytest.mark.django_db(transaction=True)

FIRST, SECOND = date(2026, 1, 1), date(2026, 1, 2)
LATER = "2026-01-02T10:00:00+08:00"
NARROW = SCHEME.replace('quota = "2"', 'quota = "0.25"')


@contextmanager
def unguarded() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = DEFAULT")


def changed(statement: str) -> None:
    with unguarded(), connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount


@pytest.fixture
def closed() -> None:
    opened()
    feed(
        [
            sale("1"),
            sale("2", "bob", "500", referrer="ann"),
            event("3", "to_coins", member="bob", shares="10"),
            sale("dan", "dan", "70"),
            close("2026-01-01"),
            sale("4", "cat", "1000", at=LATER),
            event("5", "sell", member="ann", shares="3", at=LATER),
            close("2026-01-02"),
        ]
    )


@pytest.mark.parametrize("scheme", [SCHEME, NARROW, EXITING])
def test_a_rehearsal_is_what_the_close_then_does(scheme: str) -> None:
    opened(scheme)
    feed([sale("1"), sale("2", "bob", "500", referrer="ann"), sale("3", "cat", "60")])
    before = state()
    rehearsal = rehearsing.rehearse(FIRST)
    assert state() == before
    assert not Day.objects.exists()
    assert not rehearsal.pending
    feed([close("2026-01-01")])
    day, pool = Day.objects.get(), selectors.pool()
    assert rehearsal.closed.dividend_paid_micro == day.dividend_paid_micro
    assert rehearsal.closed.honor_paid_micro == day.honor_paid_micro
    assert rehearsal.closed.forced_exits == day.forced_exits
    assert list(rehearsal.closed.honor_amounts_micro) == day.honor_amounts_micro
    assert rehearsal.after.reserve_micro == pool.reserve_micro
    assert rehearsal.after.outstanding_micro == pool.outstanding_micro
    assert rehearsal.dust_micro == pool.dividend_carry_micro
    assert rehearsal.honour_dust_micro == sum(pool.honor_carry_micro)


def test_a_rehearsal_before_the_opening_says_so() -> None:
    with pytest.raises(selectors.LedgerClosed):
        rehearsing.rehearse(FIRST)


@pytest.mark.usefixtures("closed")
def test_a_closed_day_comes_out_the_same_again() -> None:
    before = state()
    steps: list[str] = []
    for day, dividends in ((FIRST, 3), (SECOND, 4)):
        again = reworking.rework(day, steps.append)
        assert again is not None
        assert again.agrees, again
        assert again.dividends == dividends
    assert steps == [*reworking.STEPS, *reworking.STEPS]
    assert state() == before


@pytest.mark.usefixtures("closed")
def test_a_day_that_is_not_closed_cannot_be_worked_out_again() -> None:
    assert reworking.rework(date(2026, 1, 3)) is None
    assert explaining.explain("ann", date(2026, 1, 3)) is None


@pytest.mark.usefixtures("closed")
def test_a_dividend_that_was_changed_is_named() -> None:
    changed(
        "UPDATE ledger_dividend SET fund_micro = fund_micro + 1 WHERE day = '2026-01-02'"
        " AND account_id = (SELECT id FROM ledger_account WHERE key = 'm:bob')"
    )
    again = reworking.rework(SECOND)
    assert again is not None
    assert not again.agrees
    assert again.rows_unequal == 1
    (row,) = again.rows
    assert (row.kind, row.account) == ("dividend", "m:bob")
    assert row.recorded[0] == (row.worked_out[0] or 0) + 1
    explained = explaining.explain("bob", SECOND)
    assert explained is not None
    assert not explained.agrees


@pytest.mark.usefixtures("closed")
def test_a_dividend_that_was_removed_is_named() -> None:
    changed(
        "DELETE FROM ledger_dividend WHERE day = '2026-01-01'"
        " AND account_id = (SELECT id FROM ledger_account WHERE key = 'm:ann')"
    )
    again = reworking.rework(FIRST)
    assert again is not None
    (row,) = again.rows
    assert row.recorded == (None, None)
    assert (row.worked_out[0] or 0) > 0


@pytest.mark.usefixtures("closed")
def test_a_day_whose_numbers_were_changed_is_named() -> None:
    changed("UPDATE ledger_day SET to_reserve_micro = to_reserve_micro + 1")
    again = reworking.rework(FIRST)
    assert again is not None
    assert [field.name for field in again.fields] == ["to_reserve"]


@pytest.mark.usefixtures("closed")
def test_an_entry_that_was_changed_before_the_day_shows() -> None:
    changed(
        "UPDATE ledger_entry SET share_micro = share_micro - 5 WHERE position = 1"
        " AND account_id = (SELECT id FROM ledger_account WHERE key = 'm:ann')"
    )
    again = reworking.rework(FIRST)
    assert again is not None
    assert not again.agrees


@pytest.mark.usefixtures("closed")
def test_a_close_whose_predecessor_kept_no_remainders_says_so() -> None:
    changed("UPDATE ledger_day SET honor_carries_micro = NULL")
    carried = reworking.rework(FIRST)
    assert carried is not None
    assert carried.agrees
    with pytest.raises(reworking.CannotRework, match="did not keep"):
        reworking.rework(SECOND)


def test_forced_exits_are_worked_out_again() -> None:
    opened(EXITING)
    feed(
        [
            sale("1"),
            sale("2", "bob", "500", referrer="ann"),
            event("3", "to_coins", member="bob", shares="10"),
            close("2026-01-01"),
            *[sale(f"d{number}", "dan", "9000", at=LATER) for number in range(4)],
            close("2026-01-02"),
        ]
    )
    assert Day.objects.filter(forced_exits__gt=0).exists()
    for day in (FIRST, SECOND):
        again = reworking.rework(day)
        assert again is not None
        assert again.agrees, again


@pytest.mark.parametrize("seed", range(6))
def test_every_random_day_comes_out_again_and_every_dividend_is_explained(seed: int) -> None:
    journal = Journal(seed)
    opened(journal.scheme)
    feed(journal.events(150))
    days = list(Day.objects.order_by("day").values_list("day", flat=True))
    for day in days:
        again = reworking.rework(day)
        assert again is not None
        assert again.agrees, (seed, day, again)
    known = set(Account.objects.values_list("key", flat=True))
    for member in MEMBERS:
        for day in days if f"m:{member}" in known else []:
            explained = explaining.explain(member, day)
            assert explained is not None
            assert explained.agrees, (seed, member, day, explained)


@pytest.mark.usefixtures("closed")
def test_a_dividend_is_shares_times_rate_and_the_open_pools() -> None:
    explained = explaining.explain("bob", SECOND)
    assert explained is not None
    assert explained.agrees
    assert explained.rate is not None
    number = selectors.number_of("bob")
    row = Dividend.objects.get(account_id=number, day=SECOND)
    assert explained.product == explained.standing.shares_micro * explained.rate
    assert explained.fund_micro == row.fund_micro == int(explained.product)
    assert Fraction(0) <= explained.rounded_off < 1
    assert not explained.fund_is_capped
    assert explained.standing.level == Balance.objects.get(account_id=number).level
    assert [pool.level for pool in explained.pools if pool.is_open] == list(
        range(1, explained.standing.level + 1)
    )


def test_a_capped_dividend_says_so() -> None:
    opened(NARROW)
    feed([sale("1"), sale("2", "bob"), close("2026-01-01")])
    explained = explaining.explain("ann", FIRST)
    assert explained is not None
    assert explained.agrees
    assert explained.standing.quota_micro == 25_000_000
    assert explained.fund_is_capped or explained.honour_is_capped


@pytest.mark.usefixtures("closed")
def test_somebody_without_shares_got_nothing() -> None:
    explained = explaining.explain("cat", FIRST)
    assert explained is not None
    assert explained.agrees
    assert explained.stated == (0, 0)
    stranger = explaining.explain("nobody", FIRST)
    assert stranger is not None
    assert stranger.agrees
