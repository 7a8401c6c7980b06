"""Every member is told of a published change once, however often the round runs or dies."""

import signal
import subprocess
import sys
from collections import Counter

import pytest
from django.test import Client
from django.utils import translation

from sharemall.cli import working
from sharemall.members.models import Member
from sharemall.messages import kinds
from sharemall.messages.models import Message
from sharemall.schemes import services, telling
from sharemall.schemes.models import Change, Telling
from tests.ledger.helpers import at_once, environment_of
from tests.schemes import given
from tests.schemes.given import NOW, WEEK

pytestmark = pytest.mark.django_db

HOUR = given.DAY / 24


@pytest.fixture(autouse=True)
def _mall() -> None:
    given.open_mall()
    for number in range(5):
        given.a_member(f"m{number}")


def withdraw(change: Change) -> None:
    services.withdraw(draft_id=change.pk, why="库存不足", by=given.staff("bob"), now=NOW + HOUR)


def told(kind: str = "rules_announced") -> Counter[str]:
    """Whom it was told, how often."""
    rows = Message.objects.filter(kind=kind).values_list("member__account", flat=True)
    return Counter(rows)


def everybody() -> Counter[str]:
    return Counter(Member.objects.values_list("account", flat=True))


def test_every_member_gets_one_message_that_leads_to_the_page(client: Client) -> None:
    change = given.published()
    working.tell_news(NOW)
    working.tell_news(NOW)
    assert told() == everybody()
    message = Message.objects.filter(member__account="m1").get()
    assert (message.link, message.read_at) == ("/rule-changes/", None)
    assert change.effective_at is not None
    assert message.facts["effective_at"] == change.effective_at.isoformat()
    client.force_login(message.member)
    page = client.get("/me/messages/").content.decode()
    assert "规则变更预告" in page
    assert "2026-03-09 12:00" in page
    assert client.get("/rule-changes/").status_code == 200


def test_it_is_said_in_the_readers_language() -> None:
    given.published()
    telling.tell(NOW)
    message = Message.objects.all()[0]
    with translation.override("en"):
        assert kinds.title_of(message.kind) == "The rules change"
        assert "at 2026-03-09 12:00" in kinds.text_of(message.kind, message.facts)


def test_drafts_and_what_waits_for_approval_are_told_nobody() -> None:
    given.a_draft()
    given.submitted()
    assert telling.tell(NOW) == 0
    assert not Telling.objects.exists()


def test_locked_members_and_those_who_join_later_are_left_out() -> None:
    Member.objects.filter(account="m1").update(is_active=False)
    given.published()
    telling.tell(NOW)
    given.a_member("late")
    assert telling.tell(NOW + HOUR) == 0
    assert told() == everybody() - Counter(["m1", "late"])


def test_a_second_change_is_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "PART", 2)
    given.in_force()
    telling.tell(NOW)
    assert not told()  # it was in force before anybody could be told
    given.published(given.with_zone(given.today(), "wine", quota="3"), now=NOW + WEEK)
    telling.tell(NOW + WEEK)
    assert told() == everybody()


def test_who_was_told_is_told_that_it_does_not_come(monkeypatch: pytest.MonkeyPatch) -> None:
    change = given.published()
    monkeypatch.setattr(telling, "PART", 3)
    monkeypatch.setattr(telling, "MOST_PARTS", 1)
    assert telling.tell(NOW) == 3
    before = told()
    withdraw(change)
    monkeypatch.setattr(telling, "MOST_PARTS", 40)
    telling.tell(NOW + HOUR)
    assert told() == before
    assert told("rules_withdrawn") == before
    message = Message.objects.filter(kind="rules_withdrawn")[0]
    assert "库存不足" in kinds.text_of(message.kind, message.facts)
    assert telling.tell(NOW + HOUR) == 0


def test_what_nobody_was_told_of_goes_without_a_word() -> None:
    withdraw(given.published())
    assert telling.tell(NOW + HOUR) == 0
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_rounds_at_once_tell_everybody_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "PART", 2)
    given.published()
    total = len(everybody())
    assert sum(at_once(8, lambda: telling.tell(NOW))) == total
    assert told() == everybody()


@pytest.mark.django_db(transaction=True)
def test_withdrawing_meanwhile_leaves_nobody_with_the_first_half(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(telling, "PART", 1)
    change = given.published()
    jobs = [lambda: telling.tell(NOW)] * 4 + [lambda: withdraw(change)]
    at_once(5, lambda: jobs.pop()())
    telling.tell(NOW + HOUR)
    assert told() == told("rules_withdrawn")
    assert set(told().values()) <= {1}


TELL = """
import sys
import django
django.setup()
from datetime import datetime
from sharemall.schemes import telling
telling.PART = 2
telling.tell(datetime.fromisoformat(sys.argv[1]))
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("failpoint", ["rules-part-written", "rules-part-told"])
def test_killed_anywhere_the_next_round_goes_on_and_tells_nobody_twice(failpoint: str) -> None:
    given.published()
    command = [sys.executable, "-c", TELL, NOW.isoformat()]
    died = subprocess.run(command, env=environment_of(failpoint), timeout=60)
    assert died.returncode == -signal.SIGKILL
    assert sum(told().values()) == (2 if failpoint == "rules-part-told" else 0)
    telling.tell(NOW)
    assert told() == everybody()
