"""When days are closed, and what closing refuses."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from sharemall.ledger import closing, journal, selectors
from sharemall.ledger.models import Day, Dividend
from tests.ledger.helpers import close, feed, opened, sale

pytestmark = pytest.mark.django_db(transaction=True)

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(day: str) -> dict[str, str]:
    return {"at": f"{day}T10:00:00+08:00"}


def test_closing_a_day_twice_answers_with_the_first_close() -> None:
    opened()
    feed([sale("1")])
    first = closing.close_day(date(2026, 1, 1))
    assert first.code == ""
    assert closing.close_day(date(2026, 1, 1)) == first
    assert Day.objects.count() == 1


def test_a_day_ahead_is_not_closed_and_its_close_stays_possible() -> None:
    opened()
    feed([sale("1")])
    tomorrow = date.today() + timedelta(days=2)  # noqa: DTZ011 two days are ahead in every zone
    with pytest.raises(closing.DayNotClosable, match="not over"):
        closing.close_day(tomorrow)
    assert journal.find(f"close-{tomorrow}") is None


def test_a_day_before_a_closed_one_is_not_closed() -> None:
    opened()
    feed([sale("1"), close("2026-01-02")])
    with pytest.raises(closing.DayNotClosable, match="in order"):
        closing.close_day(date(2026, 1, 1))


def test_missed_days_are_closed_in_order_and_idle_ones_cost_nothing() -> None:
    opened()
    feed([sale("1", **at("2026-01-01")), sale("2", "bob", **at("2026-01-02"))])
    feed([sale("3", **at("2026-01-05"))])
    with time_machine.travel(datetime(2026, 1, 6, 0, 0, 1, tzinfo=SHANGHAI), tick=False):
        moment = datetime.now(SHANGHAI)
        assert [str(day) for day in closing.due_days(moment)] == [
            "2026-01-01",
            "2026-01-02",
            "2026-01-05",
        ]
        assert [outcome.code for outcome in closing.close_due(moment)] == [""] * 3
        assert closing.close_due(moment) == []
    assert selectors.pool().last_closed == date(2026, 1, 5)


def test_the_running_day_is_not_due_until_midnight_of_the_schemes_zone() -> None:
    opened()
    feed([sale("1", **at("2026-01-01"))])
    before = datetime(2026, 1, 1, 23, 59, 59, tzinfo=SHANGHAI)
    assert closing.due_days(before) == []
    assert closing.due_days(before + timedelta(seconds=1)) == [date(2026, 1, 1)]


def test_what_comes_late_for_a_closed_day_is_shared_out_by_the_next_close() -> None:
    opened()
    feed([sale("1", **at("2026-01-01")), close("2026-01-01"), sale("2", **at("2026-01-01"))])
    after = datetime(2026, 1, 3, 1, tzinfo=SHANGHAI)
    assert closing.due_days(after) == [date(2026, 1, 2)]


def test_dividends_are_in_the_months_own_partition_and_read_back_by_member() -> None:
    opened()
    feed([sale("1"), close("2026-01-31"), sale("2"), close("2026-02-01")])
    ann = selectors.dividends("ann")
    assert [str(row.day) for row in ann] == ["2026-02-01", "2026-01-31"]
    assert [str(row.day) for row in selectors.dividends("ann", before=ann[0].day)] == ["2026-01-31"]
    months = selectors.dividend_months("ann")
    assert [str(row.day) for row in months] == ["2026-02-01", "2026-01-01"]
    assert Dividend.objects.count() == 2
    assert sum(row.fund_micro + row.honour_micro for row in ann) == (
        selectors.balance("ann").dividends_micro
    )


def test_a_days_row_tells_its_rate_and_its_pools() -> None:
    opened()
    feed([sale("1"), sale("2", "bob", "300"), close("2026-01-01")])
    (day,) = selectors.days()
    held = selectors.balance("ann").shares_micro + selectors.balance("bob").shares_micro
    assert (int(day.rate_num), int(day.rate_den)) == (80_000_000, held)
    assert day.honor_heads[0] == 2
    assert day.dividend_paid_micro <= day.dividend_fund_micro
    assert day.passes > 0
