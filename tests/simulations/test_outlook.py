"""What the real mall comes to if nobody buys any more, against the simulator called directly."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from sharemall.ledger.report import state as report
from sharemall.ledger.whole import whole_state
from sharemall.simulations import outlook
from sharemall.simulations.models import Outlook
from sharemall.simulator.ahead import nobody_buys
from tests.equity import mall
from tests.ledger.helpers import close

pytestmark = pytest.mark.django_db(transaction=True)
FIRST = mall.FIRST_DAY


def a_mall() -> None:
    """Three members, coins at a merchant's, two closed days and an open one with funds in it."""
    mall.open_mall()
    mall.feed(
        mall.sale("ann", 100),
        mall.sale("bob", 300, number=1),
        mall.sale("cid", 7, number=2),
        close("2026-11-01"),
        mall.sale("bob", 50, day=FIRST + timedelta(days=1), number=3),
        {
            "id": "coins",
            "type": "to_coins",
            "at": "2026-11-02T12:00:00+08:00",
            "member": "ann",
            "shares": "5",
        },
        {
            "id": "pay",
            "type": "pay_coins",
            "at": "2026-11-02T12:00:01+08:00",
            "member": "ann",
            "merchant": "platform",
            "coins": "2",
        },
        close("2026-11-02"),
        mall.sale("ann", 80, day=FIRST + timedelta(days=2), number=4),
    )


def text(client: Client) -> str:
    html = re.sub(
        r"<(script|style).*?</\1>", "", client.get("/transparency/").content.decode(), flags=re.S
    )
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


@pytest.fixture
def english() -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    return client


def test_the_whole_state_is_what_the_report_says() -> None:
    a_mall()
    state, position = whole_state()
    stated: dict[str, Any] = report()
    assert state.complete
    assert position == 9
    assert len(state.members.rows) == len(stated["members"]) == 3
    assert list(state.merchants.rows) == ["platform"]
    ann = state.member("ann")
    assert ann is not None
    assert f"{ann.cash / 1e6:.6f}" == str(stated["members"]["ann"]["cash"])


def test_its_figures_are_the_simulators() -> None:
    a_mall()
    state, _ = whole_state()
    waiting = state.pool.dividend_fund_micro + state.pool.honor_fund_micro
    run = nobody_buys(state, start=date(2026, 11, 3), days=outlook.DAYS, run_day=outlook.DAYS - 1)
    assert outlook.compute_due()
    found = outlook.latest()
    assert found is not None
    row, figures = found
    assert (row.day, row.position) == (date(2026, 11, 2), 9)
    paid = run.days["dividend_paid_micro"] + run.days["honor_paid_micro"]
    assert figures.paid_micro == paid.tolist()
    assert figures.waiting_micro >= waiting > 0
    assert 0 < sum(figures.paid_micro) <= figures.waiting_micro
    assert 1 <= figures.pays_until < outlook.DAYS
    assert figures.price_then_micro == run.days["price_micro"][-2]
    assert figures.sold_micro == run.days["sold_shares_cash_micro"][-1] > 0
    assert figures.sellers == 3
    assert figures.unsold == 0
    assert figures.all_are_paid
    assert figures.reserve_left_micro > 0  # the coins' cover
    assert [day for day, _ in figures.past] == ["2026-11-01", "2026-11-02"]


def test_it_is_worked_out_once_for_each_close() -> None:
    a_mall()
    assert outlook.compute_due()
    assert not outlook.compute_due()
    mall.feed(close("2026-11-03"))
    assert outlook.is_due()
    assert outlook.compute_due()
    assert [row.day.day for row in Outlook.objects.all()] == [3, 2]


def test_there_is_none_before_a_mall_and_before_the_first_close(english: Client) -> None:
    assert not outlook.compute_due()
    mall.open_mall()
    assert not outlook.compute_due()
    assert "It has not been worked out yet" in text(english)


def test_what_a_dead_process_had_begun_is_given_up_and_the_page_keeps_the_last() -> None:
    a_mall()
    assert outlook.compute_due()
    mall.feed(close("2026-11-03"))
    Outlook.objects.create(day=date(2026, 11, 3), started_at=mall.NOW)
    assert not outlook.compute_due()
    assert outlook.give_up_orphans() == 1
    found = outlook.latest()
    assert found is not None
    assert found[0].day == date(2026, 11, 2)


def test_the_page_says_it_in_words_from_which_day_and_promises_nothing(english: Client) -> None:
    a_mall()
    outlook.compute_due()
    found = outlook.latest()
    assert found is not None
    said = text(english)
    assert "estimate, no promise" in said
    assert "after the close of 2026-11-02 (journal position 9)" in said
    assert "All 3 holders together get for everything" in said
    assert f"{found[1].sold_micro // 10**6}." in said
    assert "Everyone who sells is paid out of the reserve" in said
    chinese = text(Client())
    assert "如果再也没有人购买" in chinese
    assert "估算" in chinese


def test_with_nothing_outstanding_it_says_so(english: Client) -> None:
    mall.open_mall()
    mall.feed(
        mall.sale("ann", 100),
        {
            "id": "all",
            "type": "sell",
            "at": "2026-11-01T12:00:00+08:00",
            "member": "ann",
            "shares": "all",
        },
        close("2026-11-01"),
    )
    assert outlook.compute_due()
    assert "there is nothing to sell" in text(english)
