"""What a member is shown of its own holding."""

from datetime import timedelta

import pytest

from sharemall.equity import selectors
from tests.equity import mall
from tests.equity.mall import FIRST_DAY

pytestmark = pytest.mark.django_db


def test_a_member_that_the_ledger_has_not_met_holds_nothing() -> None:
    mall.open_mall()
    holding = selectors.holding("nobody")
    assert (holding.value_micro, holding.quote, holding.quota_sold_micro) == (0, None, 0)
    assert selectors.dividends("nobody") == ([], None)
    assert selectors.movements("nobody") == ([], None)
    assert selectors.dividend_months("nobody") == []


def test_the_next_level_says_what_is_missing() -> None:
    mall.open_mall()
    mall.feed(mall.sale("ann", 100))
    holding = selectors.holding("ann")
    level = holding.next_level
    assert level is not None
    assert (holding.balance.level, level.level, level.threshold_micro) == (2, 3, 40_000_000)
    assert level.missing_micro == 40_000_000 - holding.balance.shares_micro


def test_at_the_top_there_is_no_next_level() -> None:
    mall.open_mall()
    mall.feed(mall.sale("ann", 100_000))
    holding = selectors.holding("ann")
    assert (holding.balance.level, holding.next_level) == (10, None)


def test_a_scheme_without_thresholds_has_no_levels() -> None:
    start = mall.SCHEME.index("honor_thresholds")
    mall.open_mall(mall.SCHEME[:start] + mall.SCHEME[mall.SCHEME.index("[zones.wine]") :])
    assert selectors.holding("ann").next_level is None


def test_who_sold_below_a_threshold_it_had_reached_may_hold_too_much_for_a_gap() -> None:
    assert selectors.NextLevel(3, 40, 50).missing_micro == 0


def test_dividends_page_by_day_and_sum_by_month() -> None:
    mall.open_mall()
    mall.days_of_trade(33, "ann", "bob")
    rows, following = selectors.dividends("ann", limit=30)
    assert [row.day for row in rows[:2]] == [
        FIRST_DAY + timedelta(days=32),
        FIRST_DAY + timedelta(days=31),
    ]
    rest, end = selectors.dividends("ann", before=following, limit=30)
    assert (len(rows), len(rest), end) == (30, 3, None)
    months = selectors.dividend_months("ann")
    assert [row.day.month for row in months] == [11, 12]
    total = sum(row.fund_micro + row.honour_micro for row in rows + rest)
    assert sum(row.fund_micro + row.honour_micro for row in months) == total
    assert selectors.holding("ann").balance.dividends_micro == total > 0


def test_quota_that_sales_used_up_is_shown_where_exits_are_forced() -> None:
    mall.open_mall(mall.SCHEME.replace('name = "test"', 'name = "test"\nforced_exit = true'))
    mall.feed(mall.sale("ann", 100), mall.sale("bob", 100))
    held = selectors.holding("ann").balance.shares_micro
    mall.feed(
        {
            "id": "s",
            "type": "sell",
            "at": "2026-11-01T11:00:00+08:00",
            "member": "ann",
            "shares": "all",
        }
    )
    holding = selectors.holding("ann")
    assert held > 0
    assert holding.quota_sold_micro == holding.balance.granted_micro - holding.balance.quota_micro
    assert holding.quota_sold_micro > 0
