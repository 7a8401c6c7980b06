"""What anybody may see of the pool."""

from datetime import timedelta

import pytest

from sharemall.equity import public
from sharemall.ledger import selectors as ledger
from tests.equity import mall
from tests.equity.mall import FIRST_DAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mall() -> None:
    mall.open_mall()


def test_todays_pools_are_the_honour_fund_and_what_was_carried() -> None:
    mall.days_of_trade(3, "ann", "bob", "cid")
    mall.feed(mall.sale("ann", 77, day=FIRST_DAY + timedelta(days=3)))
    pool, hall = ledger.pool(), public.honour_hall()
    assert pool.honor_fund_micro > 0
    total = sum(rank.pool_micro for rank in hall.ranks)
    assert total == pool.honor_fund_micro + sum(pool.honor_carry_micro)


def test_the_next_close_pays_out_of_the_pools_that_were_shown() -> None:
    mall.days_of_trade(1, "ann", "bob")
    day = FIRST_DAY + timedelta(days=1)
    mall.feed(mall.sale("ann", 333, day=day))
    shown = {rank.level: rank.pool_micro for rank in public.honour_hall().ranks}
    mall.feed(mall.close(day))
    closed = public.honour_hall()
    assert closed.closed == day
    for rank in closed.ranks:
        if rank.paid_heads:
            left = shown[rank.level] - rank.paid_each_micro * rank.paid_heads
            assert 0 <= left < rank.paid_heads


def test_the_ranks_are_shown_from_the_highest_with_their_members() -> None:
    mall.feed(mall.sale("ann", 100), mall.sale("bob", 100_000))
    hall = public.honour_hall()
    assert [rank.level for rank in hall.ranks] == list(range(10, 0, -1))
    assert {rank.level: rank.members for rank in hall.ranks if rank.members} == {2: 1, 10: 1}
    assert (hall.closed, hall.most_members) == (None, 1)


def test_a_days_rate_is_what_one_share_got() -> None:
    mall.days_of_trade(1, "ann")
    (day,), following = public.closed_days()
    assert following is None
    assert day.rate_micro is not None
    row = ledger.dividends("ann")[0]
    held = ledger.balance("ann").shares_micro
    assert abs(day.rate_micro * held // 1_000_000 - row.fund_micro) <= held // 1_000_000 + 1
    assert day.price_micro == day.row.reserve_micro * 1_000_000 // day.row.outstanding_micro
    assert [head.level for head in day.heads] == [1, 2]


def test_a_day_without_turnover_has_no_rate_and_no_heads() -> None:
    mall.feed(mall.close(FIRST_DAY))
    (day,), _ = public.closed_days()
    assert (day.rate_micro, day.price_micro, day.heads) == (None, None, ())


def test_closed_days_page_without_a_gap() -> None:
    mall.days_of_trade(9)
    first, following = public.closed_days(limit=5)
    rest, end = public.closed_days(before=following, limit=5)
    days = [day.row.day for day in first + rest]
    assert days == [FIRST_DAY + timedelta(days=number) for number in range(8, -1, -1)]
    assert end is None


def test_coins_are_covered_by_the_treasury_at_the_formula_price() -> None:
    mall.feed(mall.sale("ann", 1000))
    exchange = {"member": "ann", "shares": "50", "at": "2026-11-01T12:00:00+08:00"}
    mall.feed({"id": "c", "type": "to_coins", **exchange})
    mall.feed(mall.sale("bob", 1000))
    live = public.transparency()
    assert live.pool.coins_micro > 0
    assert live.coin_cover_micro > live.pool.coins_micro
    assert live.unissued_micro == live.scheme.share_cap_micro - live.pool.issued_micro


def test_before_the_first_sale_nothing_needs_cover() -> None:
    live = public.transparency()
    assert (live.coin_cover_micro, live.carried_micro, live.pool.price) == (0, 0, 1)
