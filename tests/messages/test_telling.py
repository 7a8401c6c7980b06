"""The rounds: steps of orders, dividends, levels and exits, told once, however often they run."""

from datetime import date, timedelta
from itertools import count

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from sharemall.ledger import writer
from sharemall.members.models import Member
from sharemall.messages import dividends, services, standing
from sharemall.messages.models import Message, Told
from sharemall.orders import life, telling
from sharemall.orders.models import Step
from tests.equity import mall
from tests.messages.given import NOW, a_member, told
from tests.orders import ready

pytestmark = pytest.mark.django_db

EXIT_SCHEME = mall.SCHEME.replace('name = "test"', 'name = "test"\nforced_exit = true')
SECOND_DAY = mall.FIRST_DAY + timedelta(days=1)


@pytest.fixture
def ann() -> Member:
    ready.open_mall()
    return ready.a_member("ann")


def kinds_of(member: Member) -> list[str]:
    return [kind for kind, _ in told(member)]


def test_the_way_of_an_order_is_told_step_by_step(ann: Member) -> None:
    order = ready.only(ready.paid(ann, ("farm", [ready.Line(2), ready.Line()], 800)))
    assert telling.tell(NOW) == 1
    ready.ship(order)
    telling.tell(NOW)
    life.receive(member=ann, no=order.no, now=NOW)
    life.complete_due(NOW + timedelta(days=7))
    writer.drain()
    telling.tell(NOW)
    assert kinds_of(ann) == ["order_paid", "order_shipped", "order_completed"]
    facts = [facts for _, facts in told(ann)]
    assert (facts[0]["total_fen"], facts[0]["lines"]) == (30_800, 2)
    assert facts[1]["tracking_no"] == "SF1"
    assert facts[2]["quota_micro"] == 600_000_000
    assert facts[2]["shares_micro"] > 0
    assert not Step.objects.exists()
    assert Message.objects.filter(link=f"/orders/{order.no}/").count() == 3


def test_a_round_again_tells_nothing_again(ann: Member) -> None:
    ready.paid(ann)
    assert [telling.tell(NOW), telling.tell(NOW)] == [1, 0]
    assert kinds_of(ann) == ["order_paid"]


def test_a_round_that_dies_tells_it_the_next_time(
    ann: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready.paid(ann)

    def die(*_args: object, **_fields: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(services, "send_many", die)
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        telling.tell(NOW)
    monkeypatch.undo()
    assert telling.tell(NOW) == 1
    assert kinds_of(ann) == ["order_paid"]


def test_what_was_earned_is_told_once_it_is_booked(ann: Member) -> None:
    order = ready.only(ready.paid(ann, ("farm", [ready.Line(returnable_days=0)], 0)))
    ready.ship(order)
    life.receive(member=ann, no=order.no, now=NOW)
    assert telling.tell(NOW) == 2
    assert "order_completed" not in kinds_of(ann)
    writer.drain()
    assert telling.tell(NOW) == 1
    assert kinds_of(ann)[-1] == "order_completed"


def test_a_receipt_is_told_only_where_nobody_confirmed_it(ann: Member) -> None:
    order = ready.only(ready.paid(ann))
    ready.ship(order)
    life.receive_due(NOW + life.RECEIVE_WITHIN)
    telling.tell(NOW)
    assert kinds_of(ann)[-1] == "order_received"


@pytest.mark.parametrize("is_paid", [True, False])
def test_a_cancelled_order_says_why_and_what_goes_back(ann: Member, is_paid: bool) -> None:
    payment = ready.paid(ann) if is_paid else ready.place(ann)
    order = ready.only(payment)
    if is_paid:
        life.cancel_by_staff(no=order.no, now=NOW)
    else:
        life.close_unpaid(NOW + timedelta(hours=1))
    telling.tell(NOW)
    kind, facts = told(ann)[-1]
    assert kind == "order_cancelled"
    assert facts["reason"] == ("merchant" if is_paid else "expired")
    assert facts["refunded_fen"] == (10_000 if is_paid else 0)


def test_more_steps_than_a_part_are_all_told(ann: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "PART", 2)
    for _each in range(5):
        ready.paid(ann)
    assert telling.tell(NOW) == 5
    assert len(told(ann)) == 5


def test_a_buyer_who_reaches_a_level_is_told_with_the_order() -> None:
    mall.open_mall(mall.SCHEME)
    ann = a_member("ann")
    standing.tell(NOW)
    mall.feed(mall.sale("ann", 100))
    with transaction.atomic():
        assert standing.look(["ann", "nobody"], now=NOW) == 1
        assert standing.look(["ann"], now=NOW) == 0
    (kind, facts), *_rest = told(ann)
    assert (kind, facts["level"] >= 1) == ("level", True)


def test_before_the_first_walk_nobody_is_told_of_what_was_reached_long_ago() -> None:
    (ann,) = a_mall_with_dividends(1)
    with transaction.atomic():
        assert standing.look(["m0"], now=NOW) == 0
    standing.tell(NOW)
    with transaction.atomic():
        assert standing.look(["m0"], now=NOW) == 0
    assert told(ann) == []


def a_mall_with_dividends(members: int = 1) -> list[Member]:
    mall.open_mall(mall.SCHEME)
    found = [a_member(f"m{number}") for number in range(members)]
    for one in found:
        mall.feed(mall.sale(one.account, 100))
    mall.feed(mall.close(mall.FIRST_DAY))
    return found


AFTER = NOW.replace(day=2)  # noon of the day after the first


def test_everybody_who_got_a_dividend_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dividends, "PART", 2)
    members = a_mall_with_dividends(5)
    assert dividends.tell(AFTER) == 5
    assert dividends.tell(AFTER) == 0
    for member in members:
        ((kind, facts),) = told(member)
        assert kind == "dividend"
        assert facts["day"] == str(mall.FIRST_DAY)
        assert facts["fund_micro"] > 0


def test_each_day_is_told_and_the_part_that_fails_is_done_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dividends, "PART", 2)
    members = a_mall_with_dividends(3)
    mall.feed(mall.sale("m0", 100, day=SECOND_DAY), mall.close(SECOND_DAY))
    Told.objects.create(name=dividends.NAME, day=mall.FIRST_DAY - timedelta(days=1))
    parts = count()
    real = services.send_many

    def die_in_the_second(*args: object, **fields: object) -> int:
        if next(parts) == 1:
            raise ConnectionError
        return real(*args, **fields)  # type: ignore[arg-type]

    monkeypatch.setattr(services, "send_many", die_in_the_second)
    with pytest.raises(ConnectionError):
        dividends.tell(AFTER + timedelta(days=1))
    assert 0 < Message.objects.count() <= 2
    dividends.tell(AFTER + timedelta(days=1))
    assert [len(told(member)) for member in members] == [2, 2, 2]


def test_who_does_not_want_dividends_told_or_has_left_is_not_told() -> None:
    ann, ben, cid = a_mall_with_dividends(3)
    services.prefer(member=ann, dividends=False, wechat_orders=True, wechat_dividends=False)
    Member.objects.filter(pk=ben.pk).update(is_active=False)
    assert dividends.tell(AFTER) == 1
    assert [len(told(member)) for member in (ann, ben, cid)] == [0, 0, 1]


def test_a_part_takes_as_many_statements_however_many_it_tells(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    a_mall_with_dividends(7)
    monkeypatch.setattr(dividends, "MOST_PARTS", 1)
    monkeypatch.setattr(dividends, "PART", 1)
    dividends.tell(AFTER)  # the first makes the place where the others go on
    taken = []
    for part in (1, 5):
        monkeypatch.setattr(dividends, "PART", part)
        with CaptureQueriesContext(connection) as statements:
            assert dividends.tell(AFTER) == part
        taken.append(len(statements))
    assert taken == [13, 13]


def test_a_mall_that_stood_still_does_not_tell_what_was_long_ago() -> None:
    (ann,) = a_mall_with_dividends(1)
    Told.objects.create(name=dividends.NAME, day=date(2026, 10, 1))
    assert dividends.tell(AFTER + timedelta(days=30)) == 0
    assert told(ann) == []


def test_nothing_is_told_before_the_mall_is_open() -> None:
    assert dividends.tell(NOW) == 0
    assert standing.tell(NOW) == 0
    assert telling.tell(NOW) == 0


def test_an_exit_that_is_near_is_told_once_a_crossing() -> None:
    mall.open_mall(EXIT_SCHEME)
    ann, moment = a_member("ann"), NOW
    assert standing.tell(moment) == 0
    mall.feed(mall.sale("ann", 100))
    number = count(1)

    def raise_the_price_until(is_near: bool, buyer: str) -> None:
        nonlocal moment
        for _each in range(400):
            mall.feed(mall.sale(buyer, 2000, number=next(number)))
            moment += standing.AGAIN_AFTER
            standing.tell(moment)
            if ("exit_near" in kinds_of(ann)) == is_near:
                return
        pytest.fail("the value never came near")

    raise_the_price_until(True, "ben")
    before = kinds_of(ann).count("exit_near")
    moment += standing.AGAIN_AFTER
    assert standing.tell(moment) == 0  # it is still near
    facts = told(ann)[-1][1]
    assert facts["value_micro"] * 100 >= facts["quota_micro"] * standing.NEAR_PERCENT
    mall.feed(mall.sale("ann", 5000, number=next(number)))  # more quota: not near any more
    moment += standing.AGAIN_AFTER
    standing.tell(moment)
    assert kinds_of(ann).count("exit_near") == before


def test_a_scheme_without_forced_exits_warns_of_none() -> None:
    mall.open_mall(mall.SCHEME)
    ann = a_member("ann")
    mall.feed(mall.sale("ann", 100), *(mall.sale("ben", 90_000, number=n) for n in range(20)))
    standing.tell(NOW)
    assert "exit_near" not in kinds_of(ann)


def test_a_walk_goes_on_where_it_was_and_is_done_once_an_hour(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(standing, "PART", 2)
    monkeypatch.setattr(standing, "MOST_PARTS", 1)
    mall.open_mall(mall.SCHEME)
    members = [a_member(f"m{number}") for number in range(5)]
    for member in members:
        mall.feed(mall.sale(member.account, 100))
    assert [standing.tell(NOW) for _each in range(4)] == [2, 2, 1, 0]
    mall.feed(mall.sale("m0", 100_000, number=2))
    assert standing.tell(NOW + timedelta(minutes=59)) == 0
    assert standing.tell(NOW + timedelta(minutes=60)) == 1


def test_the_first_walk_in_a_mall_with_a_history_tells_nothing() -> None:
    (ann,) = a_mall_with_dividends(1)
    assert standing.tell(NOW) == 0
    assert told(ann) == []
    mall.feed(mall.sale("m0", 100_000, day=SECOND_DAY))
    assert standing.tell(NOW + timedelta(hours=2)) == 1
