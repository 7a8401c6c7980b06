"""Dividends by month: added up once a month is over, and the same to read before and after."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import Error, connection, transaction

from sharemall.ledger import months, selectors
from sharemall.ledger.models import Account, DividendMonth, Month
from sharemall.ledger.verify import verify
from tests.ledger.helpers import assert_equal_to_replay, at_once, close, event, feed, opened, sale

pytestmark = pytest.mark.django_db(transaction=True)

JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)


@pytest.fixture
def three_months() -> None:
    """Ann is paid every day, Bob only in January; January and February are over."""
    opened()
    feed([sale("1"), sale("2", "bob", "0.50"), close("2026-01-30"), close("2026-01-31")])
    feed([event("out", "sell", member="bob", shares="all")])
    feed([sale("3"), close("2026-02-01"), sale("4"), close("2026-02-02"), sale("5")])
    feed([close("2026-03-01")])


def read() -> list[object]:
    """What members see of their dividends, by every page size and from every day."""
    days = [date.max, date(2026, 3, 1), date(2026, 2, 2), date(2026, 1, 31), date(2026, 1, 1)]
    return [
        selectors.dividend_months(name)
        + [
            row
            for before in days
            for limit in (1, 2, 3, 31)
            for row in selectors.dividends(name, before=before, limit=limit)
        ]
        for name in ("ann", "bob", "nobody")
    ]


@pytest.mark.usefixtures("three_months")
def test_pages_show_the_same_before_and_after_the_months_are_added_up(tmp_path: Path) -> None:
    before = read()
    assert months.add_up_due() == [JANUARY, FEBRUARY]
    assert read() == before
    assert [row.day for row in selectors.dividend_months("ann")] == [
        date(2026, 3, 1),
        FEBRUARY,
        JANUARY,
    ]
    assert DividendMonth.objects.filter(month=FEBRUARY).count() == 1
    assert_equal_to_replay(tmp_path)


@pytest.mark.usefixtures("three_months")
def test_a_month_is_added_up_once_and_never_while_it_is_open() -> None:
    months.add_up_due()
    assert months.add_up_due() == []
    assert list(Month.objects.order_by("month").values_list("month", flat=True)) == [
        JANUARY,
        FEBRUARY,
    ]
    feed([sale("6"), close("2026-05-01")])
    assert months.add_up_due() == [date(2026, 3, 1)]


@pytest.mark.usefixtures("three_months")
def test_two_processes_add_a_month_up_once() -> None:
    added = at_once(2, months.add_up_due)
    assert sorted(month for one in added for month in one) == [JANUARY, FEBRUARY]
    assert verify() == []


@pytest.mark.one_machine
@pytest.mark.usefixtures("three_months")
def test_a_page_looks_into_the_days_of_the_open_month_alone() -> None:
    months.add_up_due()
    feed([sale("7"), close("2026-04-01"), sale("8"), close("2026-05-01")])
    assert months.add_up_due() == [date(2026, 3, 1), date(2026, 4, 1)]
    for name in ("ann", "bob"):  # other tests may have left later months, without rows
        assert min(_looked_into(name, 31)) == "202605"


@pytest.mark.one_machine
@pytest.mark.usefixtures("three_months")
def test_the_totals_of_months_that_are_over_are_read_from_the_index_alone() -> None:
    months.add_up_due()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE ledger_dividendmonth")  # as the server does by itself
        cursor.execute("SET enable_seqscan = off")  # of so few rows all would be read
        try:
            account = Account.objects.get(key="m:ann").pk
            plan = _plan(months.BY_MONTH, account=account)
        finally:
            cursor.execute("RESET enable_seqscan")
    (reading,) = [
        node for node in _nodes(plan) if node.get("Relation Name") == "ledger_dividendmonth"
    ]
    assert reading["Node Type"] == "Index Only Scan"
    assert (reading["Actual Rows"], reading["Heap Fetches"]) == (2, 0)


def _looked_into(name: str, limit: int) -> set[str]:
    """The partitions that a page of dividends reads."""
    number = Account.objects.get(key=f"m:{name}").pk
    values: dict[str, object] = {"account": number, "before": date.max, "limit": limit}
    return {
        str(node["Relation Name"]).removeprefix("ledger_dividend_")
        for node in _nodes(_plan(months.NEWEST, **values))
        if str(node.get("Relation Name", "")).startswith("ledger_dividend_")
        and node["Actual Loops"]
    }


def _plan(statement: str, **values: object) -> dict[str, Any]:
    """What the database did for a statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", values)
        ((found,),) = cursor.fetchall()
    plan: dict[str, Any] = found[0]["Plan"]
    return plan


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", []):
        yield from _nodes(child)


@pytest.mark.one_machine
@pytest.mark.usefixtures("three_months")
@pytest.mark.parametrize("table", ["ledger_month", "ledger_dividendmonth"])
@pytest.mark.parametrize("deed", ["UPDATE {} SET month = month", "DELETE FROM {}", "TRUNCATE {}"])
def test_a_month_cannot_be_changed_or_removed(deed: str, table: str) -> None:
    months.add_up_due()
    with pytest.raises(Error, match="is refused"), connection.cursor() as cursor:
        cursor.execute(deed.format(table))


@pytest.mark.usefixtures("three_months")
@pytest.mark.parametrize(
    "change",
    [
        "fund_micro = fund_micro + 1",
        "honour_micro = 7",
        "days = '{1}'",
        "funds_micro[1] = 0",
        "honours_micro[1] = 8",
    ],
)
def test_verify_finds_a_month_that_was_changed(change: str) -> None:
    months.add_up_due()
    assert verify() == []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"UPDATE ledger_dividendmonth SET {change} WHERE month = '2026-01-01'")
    assert any(fault.startswith("months: account number") for fault in verify())
