"""The audit log: every form of the console is in it, no secret is, and nothing changes it."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from sharemall.members.models import Member
from sharemall.office.models import Action, Outcome, Post
from tests.office import given
from tests.orders import shop

pytestmark = pytest.mark.django_db


def test_what_was_done_and_what_was_refused_is_in_the_log(office: Client, boss: Member) -> None:
    ann = shop.a_member("ann")
    office.post(reverse("console-staff"), {"phone": ann.phone, "role": "finance"})
    office.post(reverse("console-staff"), {"phone": "1", "role": "finance"})
    first, second = Action.objects.select_related("outcome").order_by("id")
    assert first.member == boss
    assert (first.name, first.sent) == ("console-staff", {"phone": ann.phone, "role": "finance"})
    assert (first.outcome.end, first.outcome.status) == (Outcome.End.DONE, 302)
    assert "Finance" in first.outcome.note
    assert (second.outcome.end, second.outcome.status) == (Outcome.End.REFUSED, 422)


def test_looking_is_not_logged(office: Client) -> None:
    office.get(reverse("console-staff"))
    assert not Action.objects.exists()


def test_codes_and_null_characters_are_not_kept(boss: Member) -> None:
    client = Client()
    client.force_login(boss)
    code = given.code_of(boss)
    client.post(reverse("console-factor"), {"code": code, "next": "a\0b"})
    sent = Action.objects.get().sent
    assert code not in str(sent)
    assert "\0" not in sent["next"]


@pytest.mark.parametrize("table", ["office_action", "office_outcome"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET at = at", "DELETE FROM {}"])
def test_the_database_refuses_to_change_it(office: Client, table: str, statement: str) -> None:
    office.post(reverse("console-staff"), {"phone": "1", "role": "finance"})
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
        connection.cursor().execute(statement.format(table))
    assert Action.objects.count() == Outcome.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["office_action", "office_outcome"])
def test_nor_is_it_emptied(table: str) -> None:
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
        connection.cursor().execute(f"TRUNCATE {table} CASCADE")


def test_the_log_is_read_by_who_may_and_finds_what_is_asked(office: Client, boss: Member) -> None:
    office.post(reverse("console-staff"), {"phone": "1", "role": "finance"})
    url = reverse("console-audit")
    assert "console-staff" in office.get(url).content.decode()
    assert "console-staff" in office.get(url, {"q": boss.phone}).content.decode()
    assert "console-staff" not in office.get(url, {"q": "13900000000"}).content.decode()
    Post.objects.all().delete()
    given.employ(boss, "service")  # type: ignore[arg-type]
    assert office.get(url).status_code == 403
