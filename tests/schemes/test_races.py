"""Fifty at once, and a process killed anywhere while a change takes effect."""

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from sharemall.catalogue import products
from sharemall.catalogue.errors import DoesNotFit
from sharemall.catalogue.models import Product
from sharemall.cli import working
from sharemall.ledger import selectors as ledger
from sharemall.ledger import writer
from sharemall.ledger.models import Event, SchemeVersion
from sharemall.orders import rates
from sharemall.orders.models import Order
from sharemall.orders.refusals import Refused as NotOrdered
from sharemall.schemes import effect, services
from sharemall.schemes.models import Change
from sharemall.schemes.refusals import Refusal, Refused
from tests.ledger.helpers import assert_equal_to_replay, at_once, environment_of
from tests.orders import shop
from tests.schemes import given
from tests.schemes.given import NOW, WEEK, fresh

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 50


@pytest.fixture(autouse=True)
def _mall() -> None:
    given.open_mall()


def answer(work: Callable[[], object]) -> str:
    """What came of it: "done", or the refusal."""
    try:
        work()
    except Refused as refused:
        return refused.refusal
    return "done"


def dear() -> Change:
    return given.published(given.with_zone(given.today(), "wine", dividend="0.50"))


def test_one_change_approved_fifty_times_at_once_is_published_once() -> None:
    change = given.submitted()
    given.staff("bob")
    answers = Counter(at_once(MANY, lambda: answer(lambda: given.approve(change))))
    assert answers == {"done": 1, Refusal.WRONG_STATE: MANY - 1}


def test_of_many_changes_approved_at_once_one_is_published() -> None:
    changes = [
        given.submitted(given.with_zone(given.today(), "wine", quota=str(number)))
        for number in range(3, 13)
    ]
    given.staff("bob")
    left = list(changes)
    answers = Counter(at_once(10, lambda: answer(lambda: given.approve(left.pop()))))
    assert answers == {"done": 1, Refusal.ONE_WAITS: 9}
    assert Change.objects.filter(state="published").count() == 1


def test_fifty_who_save_one_revision_at_once_save_it_once() -> None:
    change = given.a_draft()
    values = [given.with_zone(given.today(), "wine", quota=str(n)) for n in range(3, 3 + MANY)]
    given.staff("cat")

    def save() -> str:
        return answer(
            lambda: services.save_draft(
                draft_id=change.pk,
                revision=change.revision,
                values=values.pop(),
                words=services.Words("Spring"),
                by=given.staff("cat"),
                now=NOW,
            )
        )

    assert Counter(at_once(MANY, save)) == {"done": 1, Refusal.CHANGED: MANY - 1}
    assert fresh(change).revision == change.revision + 1


def test_withdrawing_and_taking_effect_at_once_end_as_one_of_both() -> None:
    change = given.published()
    bob = given.staff("bob")
    # The clock of whoever withdraws is a second behind.
    before = NOW + WEEK - given.DAY

    def withdraw() -> str:
        return answer(
            lambda: services.withdraw(draft_id=change.pk, why="Late.", by=bob, now=before)
        )

    jobs = [withdraw, lambda: str(effect.take_effect_due(NOW + WEEK))] * 5
    at_once(10, lambda: jobs.pop()())
    effect.take_effect_due(NOW + WEEK)
    assert (fresh(change).state, SchemeVersion.objects.count()) in (
        ("withdrawn", 1),
        ("in_force", 2),
    )
    assert Event.objects.filter(id=f"scheme-change-{change.pk}").count() == (
        SchemeVersion.objects.count() - 1
    )


def test_fifty_rounds_at_once_put_it_into_the_journal_once(tmp_path: Path) -> None:
    for number in range(3):
        shop.a_product(f"tight-{number}")
    given.feed(given.sale("1", "zoe", 1_000))
    change = dear()
    assert sum(at_once(MANY, lambda: effect.take_effect_due(NOW + WEEK))) == 1
    assert SchemeVersion.objects.count() == 2
    assert (fresh(change).state, change.taken_off.count()) == ("in_force", 3)
    assert_equal_to_replay(tmp_path)


def test_goods_put_on_sale_while_it_takes_effect_never_stay_on_sale_unfit() -> None:
    names = [shop.a_product(f"tight-{number}", on_sale=False).pk for number in range(12)]
    dear()
    left = list(names)

    def offer() -> None:
        for pk in (left.pop(), left.pop()):
            with suppress(DoesNotFit):
                products.put_on_sale(product_id=pk, now=NOW)

    jobs = [offer] * 6 + [lambda: effect.take_effect_due(NOW + WEEK)] * 2
    at_once(8, lambda: jobs.pop()())
    effect.take_effect_due(NOW + WEEK)
    assert ledger.scheme_version() == 2
    assert not Product.objects.filter(on_sale=True).exists()


def test_orders_paid_and_placed_around_its_moment_always_carry_what_they_hand_over() -> None:
    ann, now = shop.a_member("amy"), NOW + WEEK
    tight, wide = shop.a_product("tight", stock=50), shop.a_product("w", cost_fen=500, stock=50)
    waiting = [shop.place(ann, product, now=now) for product in (tight, wide) * 7]
    dear()
    members = [shop.a_member(f"buyer-{number}") for number in range(4)]
    left = list(waiting)

    def pay() -> str:
        return ",".join(shop.pay(left.pop(), now=now) for _ in range(3))

    def buy() -> str:
        member = members.pop()
        for product in (tight, wide):
            with suppress(NotOrdered):
                shop.pay(shop.place(member, product, now=now), now=now)
        return "paid,paid,paid"

    jobs = [pay] * 4 + [buy] * 4 + [lambda: str(effect.take_effect_due(now))] * 2
    assert Counter(at_once(10, lambda: jobs.pop()())).keys() <= {"paid,paid,paid", "0", "1"}
    effect.take_effect_due(now)
    late = [*left, shop.place(ann, wide, now=now)]  # who came to pay when all was over
    assert [shop.pay(order, now=now) for order in late] == ["paid"] * 3
    orders = list(Order.objects.all())
    assert all(order.status == "paid" for order in orders)
    for order in orders:
        assert rates.unfit([order], rates.of(order.scheme_version)) == set()
    held = Order.objects.filter(lines__product=tight)
    assert set(held.values_list("scheme_version", flat=True)) == {1}
    assert Order.objects.get(pk=late[-1].pk).scheme_version == 2


TAKE = """
import sys
import django
django.setup()
from datetime import datetime
from sharemall.schemes import effect
effect.take_effect_due(datetime.fromisoformat(sys.argv[1]))
"""


def take_and_die(failpoint: str) -> int:
    """Let it take effect in a process that is killed at the failpoint; its exit status."""
    command = [sys.executable, "-c", TAKE, (NOW + WEEK).isoformat()]
    return subprocess.run(command, env=environment_of(failpoint), timeout=60).returncode


@pytest.mark.parametrize(
    "failpoint",
    [
        "scheme-cleared",
        "scheme-before-appended",
        "scheme-appended",
        "inside-batch",
        "before-commit",
        "scheme-applied",
        "scheme-noted",
        "scheme-cleared-again",
    ],
)
def test_killed_anywhere_the_next_round_ends_it_once(failpoint: str, tmp_path: Path) -> None:
    shop.a_product("tight")
    given.feed(given.sale("1", "zoe", 1_000), given.close(NOW))
    change = dear()
    assert take_and_die(failpoint) == -signal.SIGKILL
    for _ in range(2):
        working.do_round(NOW + WEEK)
        writer.drain()
    change = fresh(change)
    assert (change.state, change.version, change.settled_at) == ("in_force", 2, NOW + WEEK)
    assert SchemeVersion.objects.count() == 2
    assert change.taken_off.count() == 1
    assert not Product.objects.filter(on_sale=True).exists()
    assert_equal_to_replay(tmp_path)


def test_one_that_is_not_killed_ends_well() -> None:
    change = dear()
    assert take_and_die("nowhere") == 0
    assert fresh(change).state == "in_force"
