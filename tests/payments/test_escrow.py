"""Coins in the escrow that a wind-up turned into cash still reach whom they were for."""

from pathlib import Path

import pytest

from sharemall.ledger import journal, writer
from sharemall.ledger import selectors as ledger
from sharemall.members.models import Member
from sharemall.orders import life
from sharemall.orders.paying import Plan
from sharemall.payments import escrow
from tests.ledger.helpers import assert_equal_to_replay
from tests.orders import books, ready
from tests.orders.ready import NOW, Line

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("coins_everywhere"),
]


@pytest.fixture
def ann() -> Member:
    """The one member with shares; its coins are worth less than a whole one."""
    ready.open_mall()
    ready.give("ann", shares="1000")
    move("to_coins", "0.9")
    return ready.a_member("ann")


def move(kind: str, shares: str) -> None:
    at = "2026-11-22T10:00:00+08:00"
    journal.append({"id": kind, "type": kind, "at": at, "member": "ann", "shares": shares})
    writer.drain()


def wind_up() -> None:
    """The member sells all: less than a share is left, the treasury's."""
    move("sell", "all")
    assert ledger.pool().outstanding_micro == 0


def test_what_cannot_come_back_as_coins_comes_back_as_cash_once(
    ann: Member, tmp_path: Path
) -> None:
    payment = ready.place(ann, ("farm", [Line(price_fen=100)], 0))
    ready.choose(payment, Plan(coins_fen=100))
    wind_up()
    assert books.merchant("escrow") == (0, 1_000_000)
    cash = ledger.balance("ann").cash_micro
    life.cancel(member=ann, no=ready.only(payment).no, now=NOW)
    writer.drain()
    assert [escrow.pay_out_cash(NOW), escrow.pay_out_cash(NOW)] == [1, 0]
    writer.drain()
    assert ledger.balance("ann").cash_micro == cash + 1_000_000
    assert books.merchant("escrow") == (0, 0)
    assert escrow.pay_out_cash(NOW) == 0
    assert_equal_to_replay(tmp_path)


def test_merchant_and_platform_get_as_cash_what_they_cannot_get_as_coins(ann: Member) -> None:
    payment = ready.place(ann, ("farm", [Line(price_fen=100, returnable_days=0)], 0))
    ready.choose(payment, Plan(coins_fen=100))
    wind_up()
    order = ready.only(payment)
    ready.ship(order)
    assert life.book(life.receive(member=ann, no=order.no, now=NOW)) == ["insufficient_coins"] * 2
    assert escrow.pay_out_cash(NOW) == 2
    writer.drain()
    assert books.merchant("farm") == (0, 950_000)
    assert books.merchant("platform") == (0, 50_000)
    assert books.merchant("escrow") == (0, 0)


def test_where_nothing_was_wound_up_a_refused_event_is_left_alone(ann: Member) -> None:
    at = "2026-11-22T10:00:00+08:00"
    journal.append(
        {
            "id": "wrong",
            "type": "return_coins",
            "at": at,
            "merchant": "escrow",
            "member": "ann",
            "coins": "5",
        }
    )
    writer.drain()
    assert escrow.pay_out_cash(NOW) == 0
