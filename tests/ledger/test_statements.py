"""A member's movements of cash and coins, and statements of a period."""

from datetime import date, timedelta

import pytest

from sharemall.ledger import months, statements
from sharemall.ledger import selectors as ledger
from sharemall.ledger.values import Movement
from tests.equity import mall
from tests.equity.mall import FIRST_DAY
from tests.ledger.helpers import event

pytestmark = pytest.mark.django_db


def day(number: int) -> date:
    return FIRST_DAY + timedelta(days=number)


def moved(id: str, type: str, on: date, amount: str, **fields: str) -> dict[str, str]:
    """Money beside the scheme, at noon of a day."""
    at = f"{on}T12:00:00+08:00"
    fields = {"member": "ann", "amount": amount, "reason": "test"} | fields
    return event(id, type, **fields) | {"at": at}


@pytest.fixture(autouse=True)
def _trade() -> None:
    """Four closed days with dividends, money in and out between, coins on the third day."""
    mall.open_mall()
    for number in range(4):
        mall.feed(mall.sale("ann", 100, day=day(number)), mall.sale("bob", 50, day=day(number)))
        mall.feed(moved(f"in-{number}", "cash_in", day(number), "10"))
        if number == 2:
            coins = {"id": "c", "type": "to_coins", "member": "ann", "shares": "5"}
            mall.feed(coins | {"at": f"{day(2)}T13:00:00+08:00"})
        mall.feed(mall.close(day(number)))
    mall.feed(moved("out", "cash_out", day(4), "3"))


def everything(**fields: object) -> list[Movement]:
    """All pages, one after the other."""
    found, before = [], None
    while True:
        page, before = statements.movements("ann", before=before, **fields)
        found += page
        if before is None:
            return found


def test_all_movements_add_up_to_what_is_held() -> None:
    found, balance = everything(), ledger.balance("ann")
    assert sum(row.cash_micro for row in found) == balance.cash_micro
    assert sum(row.coin_micro for row in found) == balance.coins_micro > 0
    assert [row.position for row in found] == sorted((row.position for row in found), reverse=True)


def test_dividends_stand_at_the_close_of_their_day() -> None:
    paid = [row for row in everything() if row.reason == "dividend"]
    assert [row.event_id for row in paid] == [f"close-{day(number)}" for number in (3, 2, 1, 0)]
    assert sum(row.cash_micro for row in paid) == ledger.balance("ann").dividends_micro
    assert all(row.at.startswith(row.event_id.removeprefix("close-")) for row in paid)


@pytest.mark.parametrize("limit", [3, 4, 7])
@pytest.mark.parametrize("unit", ["", "cash", "coin"])
def test_pages_of_any_size_hold_every_movement_once(unit: str, limit: int) -> None:
    assert everything(unit=unit, limit=limit) == everything(unit=unit, limit=1_000)


def test_one_unit_leaves_the_others_out() -> None:
    assert {row.reason for row in everything(unit="coin")} == {"to_coins"}
    assert "to_coins" not in {row.reason for row in everything(unit="cash")}


def test_who_the_books_have_not_met_has_no_movements() -> None:
    assert statements.movements("nobody") == ([], None)
    found = statements.statement("nobody", day(0), day(9))
    assert (found.cash_micro, found.coins_micro, list(found.chunks)) == (0, 0, [])


@pytest.mark.parametrize("chunk", [2, 3, 500])
@pytest.mark.parametrize(("first", "last"), [(0, 9), (1, 2), (2, 2), (4, 4), (7, 9)])
def test_a_statement_goes_from_what_was_held_to_what_is(
    first: int, last: int, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statements, "CHUNK", chunk)
    found = statements.statement("ann", day(first), day(last))
    rows = [row for chunk in found.chunks for row in chunk]
    following = statements.statement("ann", day(last + 1), day(last + 1))
    assert found.cash_micro + sum(row.cash_micro for row in rows) == following.cash_micro
    assert found.coins_micro + sum(row.coin_micro for row in rows) == following.coins_micro
    assert all(day(first) <= date.fromisoformat(row.at[:10]) <= day(last) for row in rows)
    assert [row.position for row in rows] == sorted(row.position for row in rows)


def test_a_statement_of_everything_has_every_movement_and_begins_at_nothing() -> None:
    found = statements.statement("ann", day(0), day(9))
    assert (found.cash_micro, found.coins_micro) == (0, 0)
    assert [row for chunk in found.chunks for row in chunk] == everything()[::-1]


# Not in one transaction: Citus makes a month over a connection of its own.
@pytest.mark.django_db(transaction=True)
def test_months_that_are_added_up_count_before_the_period() -> None:
    later = date(2026, 12, 20)
    mall.feed(mall.sale("ann", 100, day=later), mall.close(later))
    assert months.add_up_due() == [date(2026, 11, 1)]
    found = statements.statement("ann", later, later)
    rows = [row for chunk in found.chunks for row in chunk]
    assert [row.reason for row in rows] == ["dividend"]
    assert found.cash_micro + rows[0].cash_micro == ledger.balance("ann").cash_micro
