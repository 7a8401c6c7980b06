"""Providers' money however it comes, and everything that goes back."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from sharemall.ledger import journal, writer
from sharemall.ledger.models import SchemeVersion
from sharemall.members.models import Member
from sharemall.orders import life, paying
from sharemall.orders.paying import Plan
from sharemall.orders.refusals import Refusal, Refused
from sharemall.payments import refunds
from sharemall.payments.models import Notice, Payment, Refund, SandboxTrade
from sharemall.payments.providers import Forged, UnknownProvider
from tests.orders import ready
from tests.orders.books import held, merchant
from tests.orders.ready import DAY, NOW, Line, by_sandbox

pytestmark = pytest.mark.django_db

AT = "2026-11-22T12:00:00+08:00"
TWO = (("platform", [Line(3), Line(zone="home")], 500), ("farm", [Line(2, price_fen=3_333)], 801))


@pytest.fixture(autouse=True)
def _mall() -> None:
    ready.open_mall()


@pytest.fixture
def ann() -> Member:
    return ready.a_member("ann")


def refused_by(payment: Payment, plan: Plan, **fields: object) -> Refused:
    with pytest.raises(Refused) as refused:
        ready.choose(payment, plan, **fields)  # type: ignore[arg-type]
    return refused.value


def test_cancelling_gives_the_held_part_back_and_shares_stay_sold(ann: Member) -> None:
    ready.give("ann", coins="1000", cash_fen=1_000)
    ready.give("ann", shares="1000")
    coins, cash = held("ann")
    payment = ready.place(ann)
    ready.choose(payment, by_sandbox(coins_fen=2_000, balance_fen=1_000, shares_fen=3_000))
    life.cancel(member=ann, no=ready.only(payment).no, now=NOW)
    writer.drain()
    payment.refresh_from_db()
    assert (payment.status, payment.wallet) == ("closed", "given_back")
    assert held("ann")[0] == coins
    assert 0 <= held("ann")[1] - cash - 30_000_000 < 10
    assert merchant("escrow")[0] == 0


def test_cancelling_a_paid_order_refunds_every_means_the_way_it_came(ann: Member) -> None:
    ready.give("ann", coins="1000", cash_fen=9_000)
    ready.give("ann", shares="3000")
    coins, cash = held("ann")
    payment = ready.place(ann, *TWO)
    ready.choose(payment, by_sandbox(coins_fen=9_001, balance_fen=8_999, shares_fen=5_003))
    ready.pay(payment)
    first, second = ready.orders_of(payment)
    life.cancel(member=ann, no=first.no, now=NOW)
    writer.drain()
    assert held("ann")[0] == coins - 90_010_000 + first.coins_fen * 10_000
    back = first.balance_fen + first.shares_fen
    assert 0 <= held("ann")[1] - (cash - 89_990_000 + back * 10_000) < 10
    assert merchant("escrow")[0] == second.coins_fen * 10_000
    life.cancel_by_staff(no=second.no, now=NOW)
    writer.drain()
    assert held("ann")[0] == coins
    assert 0 <= held("ann")[1] - (cash + 50_030_000) < 10
    assert refunds.send_due(NOW) == 2
    assert sum(SandboxTrade.objects.exclude(refund_no="").values_list("amount_fen", flat=True)) == (
        payment.provider_fen
    )


def test_no_means_is_refunded_beyond_what_it_paid(ann: Member) -> None:
    payment = ready.paid(ann)
    order = ready.only(payment)
    life.cancel(member=ann, no=order.no, now=NOW)
    payment.refresh_from_db()
    with pytest.raises(refunds.MoreThanPaid):
        refunds.make(payment, {refunds.Means.PROVIDER: 1}, order_no=order.no, cause="x", now=NOW)
    with pytest.raises(refunds.MoreThanPaid):
        refunds.make(payment, {refunds.Means.COINS: 1}, order_no=order.no, cause="x", now=NOW)


def test_a_failed_attempt_leaves_the_order_to_be_paid(ann: Member) -> None:
    payment = ready.place(ann)
    assert ready.pay(payment, succeeds=False, attempt="1") == "failed"
    payment.refresh_from_db()
    assert (ready.only(payment).status, payment.failed_at) == ("unpaid", NOW)
    assert ready.pay(payment, attempt="2") == "paid"


@pytest.mark.parametrize("how", ["late", "double"])
def test_late_and_double_money_goes_back_once(ann: Member, how: str) -> None:
    payment = ready.place(ann)
    if how == "late":
        life.cancel(member=ann, no=ready.only(payment).no, now=NOW)
    else:
        ready.pay(payment)
    sent = ready.news(payment, attempt="again")
    assert [ready.deliver(sent), ready.deliver(sent)] == [how, how]
    refund = Refund.objects.get()
    assert (refund.order_no, refund.amount_fen, refund.reason) == ("", 10_000, how)
    assert refunds.send_due(NOW) == 1
    assert refunds.send_due(NOW + DAY) == 0
    refund.refresh_from_db()
    assert (refund.status, refund.done_at, refund.tries) == ("done", NOW, 1)


@pytest.mark.parametrize("amount_fen", [9_999, 10_001, 1])
def test_another_amount_than_was_asked_for_pays_nothing_and_goes_back(
    ann: Member, amount_fen: int
) -> None:
    payment = ready.place(ann)
    assert ready.pay(payment, amount_fen=amount_fen) == "mismatch"
    assert ready.only(payment).status == "unpaid"
    assert Refund.objects.get().amount_fen == amount_fen


@pytest.mark.parametrize("amount_fen", [0, -10_000])
def test_an_amount_that_is_none_pays_nothing_and_has_nothing_to_refund(
    ann: Member, amount_fen: int
) -> None:
    assert ready.pay(ready.place(ann), amount_fen=amount_fen) == "mismatch"
    assert not Refund.objects.exists()


def test_a_refund_that_the_provider_refuses_is_put_before_somebody(ann: Member) -> None:
    payment = ready.paid(ann)
    life.cancel(member=ann, no=ready.only(payment).no, now=NOW)
    SandboxTrade.objects.all().delete()
    assert refunds.send_due(NOW) == 1
    refund = Refund.objects.get()
    assert (refund.status, refund.done_at) == ("failed", None)
    assert refund.fault


def test_a_refund_waits_longer_each_time_its_provider_is_away(
    ann: Member, settings: Settings
) -> None:
    payment = ready.paid(ann)
    life.cancel(member=ann, no=ready.only(payment).no, now=NOW)
    settings.MODE = "live"
    now, waits = NOW, []
    for _ in range(12):
        assert refunds.send_due(now) == 0
        refund = Refund.objects.get()
        assert refund.next_try_at is not None
        waits.append(refund.next_try_at - now)
        now = refund.next_try_at
    minutes = [wait // timedelta(minutes=1) for wait in waits]
    assert minutes[:4] == [1, 2, 4, 8]
    assert minutes[-1] == 360
    assert (refund.status, bool(refund.fault)) == ("waiting", True)
    settings.MODE = "demo"
    assert refunds.send_due(now) == 1


def test_a_provider_that_is_away_is_asked_once_a_round(ann: Member, settings: Settings) -> None:
    for _ in range(3):
        life.cancel(member=ann, no=ready.only(ready.paid(ann)).no, now=NOW)
    settings.MODE = "live"
    assert refunds.send_due(NOW) == 0
    assert sorted(Refund.objects.values_list("tries", flat=True)) == [0, 0, 1]


def test_what_was_paid_keeps_the_rates_of_that_moment_unless_its_zone_is_gone(
    ann: Member,
) -> None:
    later = ready.SCHEME.replace('"0.10"\nquota', '"0.20"\nquota').split("[zones.home]")[0]
    payment = ready.place(ann, ("platform", [Line()], 0), ("farm", [Line(zone="home"), Line()], 0))
    SchemeVersion.objects.create(version=2, toml=later, position=0)
    ready.pay(payment)
    assert [order.scheme_version for order in ready.orders_of(payment)] == [2, 1]


@pytest.mark.parametrize(
    ("line", "version"),
    [
        (Line(cost_fen=2_000), 2),  # just
        (Line(cost_fen=2_001), 1),
        (Line(quantity=7, cost_fen=2_000), 2),
        (Line(cost_fen=1_000, discount_fen=4_999, subsidy_fen=4_999), 2),
        (Line(cost_fen=1_000, discount_fen=5_010, subsidy_fen=5_010), 1),
        (Line(zone="home", cost_fen=9_999), 2),  # of what is earned
    ],
)
def test_what_no_longer_fits_the_rates_keeps_those_it_was_placed_under(
    ann: Member, line: Line, version: int
) -> None:
    payment = ready.place(ann, ("platform", [Line(cost_fen=0), line], 0))
    dear = ready.SCHEME.replace('"0.10"\nquota', '"0.50"\nquota')  # wine hands over 80 of 100
    SchemeVersion.objects.create(version=2, toml=dear, position=0)
    ready.pay(payment)
    assert ready.only(payment).scheme_version == version


def test_the_commission_counts_for_whether_an_order_fits(ann: Member) -> None:
    payment = ready.place(
        ann, *[("farm", [Line(cost_fen=cost)], 0) for cost in (1_500, 1_501, 2_000)]
    )
    dear = ready.SCHEME.replace('"0.10"\nquota', '"0.50"\nquota')
    SchemeVersion.objects.create(version=2, toml=dear, position=0)
    ready.pay(payment)
    assert [order.scheme_version for order in ready.orders_of(payment)] == [2, 1, 1]


def test_lost_news_is_found_by_asking(ann: Member) -> None:
    payment = ready.choose(ready.place(ann), by_sandbox())
    assert paying.ask(no=payment.no, now=NOW) is None
    ready.news(payment)  # and nobody brings it
    notice = paying.ask(no=payment.no, now=NOW)
    assert notice is not None
    assert (notice.verdict, ready.only(payment).status) == ("paid", "paid")


def test_a_notification_for_an_unknown_payment_is_refused(ann: Member) -> None:
    payment = ready.place(ann)
    with pytest.raises(Forged, match="not ours"):
        ready.pay(payment, payment_no="nobodys")
    assert not Notice.objects.exists()


def test_the_sandbox_is_closed_in_a_live_mall(ann: Member, settings: Settings) -> None:
    payment = ready.place(ann)
    settings.MODE = "live"
    with pytest.raises(UnknownProvider):
        ready.pay(payment)
    assert refused_by(payment, by_sandbox()).refusal == Refusal.NO_PROVIDER


def test_shares_that_sell_for_less_than_was_shown_pay_for_nothing(ann: Member) -> None:
    """A scheme with a higher fee comes between the plan and the sale."""
    ready.give("ann", shares="3000")
    ready.give("ann", cash_fen=50_000)
    payment, before = ready.place(ann), held("ann")[1]
    dearer = ready.SCHEME.replace(
        'share_cap = "1000000"', 'share_cap = "1000000"\nsell_fee = "0.5"'
    )
    journal.append({"id": "dearer", "type": "set_scheme", "at": AT, "toml": dearer})
    ready.choose(payment, Plan(shares_fen=payment.amount_fen))
    assert (payment.wallet, payment.refused_code) == ("none", "sold_for_less")
    assert ready.only(payment).status == "unpaid"
    brought = held("ann")[1] - before
    assert 0 < brought < payment.amount_fen * 10_000
    ready.choose(payment, Plan(balance_fen=payment.amount_fen))
    assert ready.only(payment).status == "paid"
