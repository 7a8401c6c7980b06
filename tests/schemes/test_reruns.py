"""The re-run: what the journal did is what the engine does again, and what a draft makes of it."""

from datetime import timedelta
from typing import Any

import pytest

from sharemall.ledger import past
from sharemall.ledger import selectors as ledger
from sharemall.ledger.models import Day
from sharemall.members.models import Member
from sharemall.schemes import reruns, services
from sharemall.schemes.models import Change
from sharemall.schemes.rerun import run
from tests.ledger.helpers import event
from tests.schemes import given
from tests.schemes.given import DAY, NOW, fresh

pytestmark = pytest.mark.django_db(transaction=True)

MICRO = 1_000_000


@pytest.fixture(autouse=True)
def _mall() -> None:
    given.open_mall()


def trade(days: int, *, start: int = 0, until: timedelta = timedelta()) -> None:
    """So many days of sales in both zones, closed one by one, the last `until` before now."""
    for number in range(start, start + days):
        at = NOW - until - (start + days - number) * DAY
        given.feed(
            given.sale(f"a{number}", "zoe", 1_000 + number, at=at, merchant="platform"),
            given.sale(f"b{number}", "yan", 350, at=at, referrer="zoe", merchant="farm"),
            given.sale(f"c{number}", "xia", 777, at=at, zone="home", referrer="yan"),
            given.close(at),
        )


def rerun(change: Change, **fields: Any) -> dict[str, Any]:
    done = reruns.rerun(draft_id=change.pk, now=NOW, **fields)
    assert done.rerun is not None
    return done.rerun


def test_under_the_rates_in_force_it_gives_what_the_ledger_has() -> None:
    trade(5)
    result = rerun(given.a_draft())
    pool, today = ledger.pool(), result["today"]
    assert result["sales"] == today["sales"] == 15
    assert (today["end_reserve_micro"], today["end_outstanding_micro"]) == (
        pool.reserve_micro,
        pool.outstanding_micro,
    )
    assert today["quota_micro"] == pool.quota_granted_micro
    assert today["paid_micro"] == pool.quota_paid_micro > 0
    assert today["price_micro"] == pool.price_micro
    assert [night["day"] for night in result["nights"]] == [
        str(row.day) for row in Day.objects.order_by("day")
    ]


def test_it_begins_with_the_ledger_of_ninety_days_ago() -> None:
    trade(4, until=100 * DAY)
    before = {name: ledger.balance(name) for name in ("zoe", "yan", "xia")}
    pool = ledger.pool()
    trade(3, start=4)
    found = past.read(ledger.business_day(NOW) - reruns.PERIOD)
    assert found.after == pool.position
    for name, balance in before.items():
        row = found.members.get(name)
        assert row is not None
        assert (row.shares, row.quota, row.coins) == (
            balance.shares_micro,
            balance.quota_micro,
            balance.coins_micro,
        )
        assert row.cash == row.dividends == 0
    assert found.pool.numbers()[:4] == (
        pool.reserve_micro,
        pool.outstanding_micro,
        pool.treasury_micro,
        pool.issued_micro,
    )
    assert found.pool.dividend_carry_micro == pool.dividend_carry_micro
    assert sum(found.pool.honor_carry_micro) == sum(pool.honor_carry_micro)
    again = run(found, ledger.scheme())
    live = ledger.pool()
    assert again.state.pool.reserve_micro == live.reserve_micro
    assert sum(night.row.dividend_paid_micro for night in again.nights) == (
        sum(Day.objects.filter(day__gte="2026-02-01").values_list("dividend_paid_micro", flat=True))
    )


def test_what_members_sold_and_exchanged_meanwhile_is_not_part_of_it() -> None:
    trade(2)
    given.feed(
        event("s", "sell", member="zoe", shares="all"),
        event("c", "to_coins", member="yan", shares="1"),
    )
    result = rerun(given.a_draft())
    assert result["today"]["end_outstanding_micro"] > ledger.pool().outstanding_micro


def test_it_shows_what_each_side_would_have_paid_and_granted() -> None:
    trade(5)
    lower = given.with_zone(given.today(), "wine", dividend="0", quota="1")
    result = rerun(given.a_draft(lower))
    today, draft = result["today"], result["draft"]
    # Each day 1 000 + n and 350 in wine; home gives nothing but on its profit.
    wine = sum(1_000 + number + 350 for number in range(5)) * MICRO
    assert today["dividend_micro"] - draft["dividend_micro"] == wine // 10
    assert today["quota_micro"] - draft["quota_micro"] == wine
    assert draft["paid_micro"] < today["paid_micro"]
    assert draft["reserve_micro"] == today["reserve_micro"]
    assert {zone["key"]: zone["turnover_micro"] for zone in result["zones"]} == {
        "wine": wine,
        "home": 5 * 777 * MICRO,
    }


def test_the_margin_is_what_cost_contributions_and_commission_leave() -> None:
    given.feed(
        given.sale("1", "zoe", 100, merchant="platform"),
        given.sale("2", "zoe", 200, merchant="farm"),
        given.sale("3", "zoe", 300, cost_fen=None),
    )
    result = rerun(given.a_draft())
    today, draft = result["today"], result["draft"]
    # 45 % and 47 % of the turnover; 5 % of the farm's 200; 30 % are the cost, where it is known.
    assert today["contributions_micro"] == 270 * MICRO
    assert draft["contributions_micro"] == 282 * MICRO
    assert today["commission_micro"] == 10 * MICRO
    assert today["left_micro"] == (300 - 90 - 135 - 10) * MICRO
    assert today["company_micro"] == (100 - 30 - 45 + 10) * MICRO
    assert result["cost_known_micro"] == 300 * MICRO
    assert today["short"] == 0


def test_sales_that_do_not_bring_in_what_they_cost_and_hand_over_are_counted() -> None:
    given.feed(given.sale("1", "zoe", 100), given.sale("2", "zoe", 100, cost_fen=6_000))
    dear = given.with_zone(given.today(), "wine", dividend="0.30")
    result = rerun(given.a_draft(dear))
    assert (result["today"]["short"], result["today"]["short_micro"]) == (1, 5 * MICRO)
    assert (result["draft"]["short"], result["draft"]["short_micro"]) == (1, 25 * MICRO)
    wine = result["zones"][0]
    assert wine["draft"]["left_micro"] == (35 - 30 - 30 - 5 + 30) * MICRO - 20 * MICRO


def test_sales_of_a_zone_that_goes_earn_nothing_and_are_named() -> None:
    trade(2)
    result = rerun(given.a_draft(given.without_zone(given.today(), "home")))
    assert result["draft"]["refused"] == {"unknown_zone": 2}
    home = result["zones"][1]
    assert (home["key"], home["draft"]["there"], home["today"]["there"]) == ("home", False, True)
    assert home["draft"]["quota_micro"] == home["draft"]["contributions_micro"] == 0


def test_members_who_gain_and_lose_are_counted_and_the_biggest_are_named() -> None:
    trade(5)
    result = rerun(given.a_draft(given.with_zone(given.today(), "wine", dividend="0")))
    members = result["members"]
    assert (members["count"], members["gain"]) == (3, 0)
    assert members["lose"] == 3
    assert members["losers"][0]["account"] == "zoe"
    lost = sum(row["today_micro"] - row["draft_micro"] for row in members["losers"])
    assert lost == members["lose_micro"]
    assert sum(group["count"] for group in members["groups"]) == 3
    quantiles = [value for _part, value in members["quantiles"]]
    assert quantiles == sorted(quantiles)


def test_an_empty_mall_has_an_empty_rerun() -> None:
    result = rerun(given.a_draft())
    assert (result["sales"], result["closes"], result["members"]["count"]) == (0, 0, 0)
    assert result["today"]["price_micro"] == MICRO


def test_a_rerun_belongs_to_the_revision_that_it_began_with() -> None:
    trade(1)
    change = given.a_draft()

    def save_meanwhile(part: int) -> None:
        if part == 50 and fresh(change).revision == change.revision:
            services.save_draft(
                draft_id=change.pk,
                revision=change.revision,
                values=given.today(),
                words=services.Words("Spring"),
                by=given.staff("cat"),
                now=NOW,
            )

    rerun(change, progress=save_meanwhile)
    assert not fresh(change).is_rerun
    rerun(change)
    assert fresh(change).is_rerun


def test_a_long_one_is_asked_for_and_done_by_the_worker_with_progress() -> None:
    trade(2)
    change = given.a_draft()
    seen: list[int] = []
    reruns.ask(draft_id=change.pk, now=NOW)
    asked = reruns.ask(draft_id=change.pk, now=NOW + DAY)
    assert (asked.rerun_asked_at, asked.rerun_done) == (NOW, 0)
    assert reruns.run_asked(NOW + DAY) == 1
    assert reruns.run_asked(NOW + DAY) == 0
    done = fresh(change)
    assert done.is_rerun
    assert (done.rerun_done, done.rerun_asked_at) == (100, None)
    rerun(change, progress=seen.append)
    assert seen == sorted(seen)
    assert seen[0] == 10


def test_a_rerun_that_fails_is_logged_and_not_tried_for_ever(
    caplog: pytest.LogCaptureFixture,
) -> None:
    change = given.a_draft()
    reruns.ask(draft_id=change.pk, now=NOW)
    Change.objects.update(toml="no scheme")
    assert reruns.run_asked(NOW) == 0
    assert "failed" in caplog.text
    assert fresh(change).rerun_asked_at is None


def test_it_changes_nothing_in_the_ledger() -> None:
    trade(2)
    before = ledger.pool(), ledger.balance("zoe")
    rerun(given.a_draft())
    assert (ledger.pool(), ledger.balance("zoe")) == before
    assert Member.objects.filter(account="zoe").count() == 0
