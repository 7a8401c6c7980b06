"""Appending: once, whole, and only what the database can keep."""

import pytest

from sharemall.ledger import journal, selectors, writer
from tests.ledger.helpers import event, opened, sale

pytestmark = pytest.mark.django_db


def test_the_same_event_again_is_ignored() -> None:
    assert journal.append(sale("1")) is True
    assert journal.append(sale("1")) is False
    assert journal.find("1") == sale("1")


def test_the_same_id_with_another_content_is_refused() -> None:
    journal.append(sale("1"))
    with pytest.raises(journal.IdConflict, match="'1'"):
        journal.append(sale("1", paid="101"))
    with pytest.raises(journal.IdConflict):
        journal.append_many([sale("2"), sale("2", paid="3")])
    assert journal.find("2") is None


@pytest.mark.parametrize(
    "bad",
    [
        {"id": ""},
        {"id": 7},
        {"type": "sale"},
        sale("x" * 201),
        sale("a\0b"),
        sale("1", member="\ud800"),
        sale("1", member="m" * 201),
    ],
)
def test_what_the_database_cannot_keep_is_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="event"):
        journal.append(bad)


def test_odd_but_valid_names_come_back_as_they_were() -> None:
    opened()
    odd = sale("q'\"\\%s{}; --", member="某人\t\\N", paid="100.00")
    journal.append(odd)
    assert writer.drain() == 1
    assert journal.find(str(odd["id"])) == odd
    assert selectors.balance("某人\t\\N").shares_micro == 21_000_000


def test_an_event_nobody_appended_cannot_be_settled() -> None:
    opened()
    with pytest.raises(writer.NotAppended):
        writer.settle("nobody")


def test_a_refused_event_moves_nothing_and_says_why() -> None:
    opened()
    journal.append_many([sale("1"), event("2", "sell", member="ann", shares="99")])
    before = selectors.pool()
    outcome = writer.settle("2")
    assert outcome.code == "insufficient_shares"
    after = selectors.pool()
    assert after.reserve_micro == 30_000_000
    assert before.position == 0
    assert after.position == 2
    assert selectors.movements_of("2", "ann") == []


def test_movements_explain_a_balance() -> None:
    opened()
    journal.append_many([sale("1"), event("2", "sell", member="ann", shares="1")])
    writer.drain()
    newest, oldest = selectors.movements("ann")
    assert (newest.reason, newest.share_micro) == ("sell", -1_000_000)
    assert (oldest.reason, oldest.quota_micro, oldest.event_id) == ("sale", 200_000_000, "1")
    held = selectors.balance("ann")
    assert held.shares_micro == newest.share_micro + oldest.share_micro
    assert held.cash_micro == newest.cash_micro


def test_a_batch_takes_the_same_queries_for_one_event_and_for_many(
    django_assert_num_queries: pytest.FixtureRequest,
) -> None:
    opened()
    journal.append(sale("0"))
    writer.drain()
    for count in (2, 200):
        names = ["ann", *(f"m{count}-{number}" for number in range(count - 1))]
        journal.append_many(sale(f"{count}-{name}", name) for name in names)
        with django_assert_num_queries(15):
            assert writer._apply_batch() == count
