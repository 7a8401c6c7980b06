"""Appending: once, whole, and only what the database can keep."""

import json

import pytest
from django.db import transaction

from sharemall.ledger import journal, selectors, writer
from sharemall.ledger.models import Pending
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


def many(count: int = journal.MANY) -> list[dict[str, str]]:
    """As many events as are written by COPY, in an order that is not that of their ids."""
    return [sale(f"{number * 7919 % count}\\\t'", f"某人\n{number}") for number in range(count)]


def queue() -> list[str]:
    return list(Pending.objects.order_by("seq").values_list("event_id", flat=True))


@pytest.mark.parametrize("count", [journal.MANY - 1, journal.MANY])
def test_few_and_many_are_kept_and_queued_as_given(count: int) -> None:
    events = many(count)
    assert journal.append_many(events) == count
    assert queue() == [event["id"] for event in events]
    assert all(journal.find(event["id"]) == event for event in events)


def test_many_of_which_some_are_there_add_the_others_in_their_order() -> None:
    events = many()
    journal.append_many(events[50:60])
    assert journal.append_many(events) == len(events) - 10
    assert queue() == [event["id"] for event in events[50:60] + events[:50] + events[60:]]
    assert journal.append_many(events) == 0


def test_many_of_which_one_has_another_content_leave_nothing() -> None:
    events = many()
    journal.append(events[70] | {"paid": "7"})
    with pytest.raises(journal.IdConflict):
        journal.append_many(events)
    assert queue() == [events[70]["id"]]
    assert journal.find(events[0]["id"]) is None


def test_many_go_with_the_transaction_they_are_in() -> None:
    with transaction.atomic():
        journal.append_many(many())
        transaction.set_rollback(True)
    assert queue() == []


@pytest.mark.parametrize("fault", [{"id": "x" * 201}, {"member": "a\0b"}, {"member": "\ud800"}])
def test_many_of_which_one_cannot_be_kept_leave_nothing(fault: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="event"):
        journal.append_many([*many(), sale("1") | fault])
    assert queue() == []


def test_long_values_that_name_no_account_are_kept() -> None:
    event_with_text = event("1", "set_scheme", toml="x" * 5000)
    assert journal.append(event_with_text) is True
    assert journal.find("1") == event_with_text


def test_stored_gives_the_payloads_of_what_is_there() -> None:
    journal.append(sale("1"))
    found = journal.stored(["1", "2"])
    assert list(found) == ["1"]
    assert journal.same(found["1"], json.dumps(sale("1")))
    assert not journal.same(found["1"], json.dumps(sale("1", paid="7")))
    assert journal.stored([]) == {}


def test_several_events_are_settled_together_and_what_nobody_appended_is_left_out(
    django_assert_num_queries: pytest.FixtureRequest,
) -> None:
    opened()
    journal.append_many([sale("1"), event("2", "sell", member="ann", shares="999"), sale("3")])
    codes = writer.settle_all(["1", "2", "never", "3"])
    assert codes == {"1": "", "2": "insufficient_shares", "3": ""}
    with django_assert_num_queries(1):
        assert writer.settle_all(["3", "1"]) == {"1": "", "3": ""}
    assert writer.settle_all(["never"]) == {}


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
        with django_assert_num_queries(16):
            assert writer._apply_batch() == count
