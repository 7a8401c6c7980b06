"""Every file that the console gives out is in the audit log: who, what, which rows, how far."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sharemall.clock import services as clock
from sharemall.members.models import Member
from sharemall.office.models import Action, Outcome, Role
from tests.console import given, lists
from tests.office import given as staff

pytestmark = pytest.mark.django_db
BOOKS = ("console-journal", "console-trial", "console-movements", "console-days")


def read(client: Client, address: str) -> int:
    """Bytes of the file at this address."""
    response: Any = client.get(address)
    assert response.status_code == 200
    return sum(map(len, response.streaming_content))


def last() -> Action:
    return Action.objects.select_related("outcome").latest("id")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("name", BOOKS)
def test_the_books_as_a_file_are_in_the_log(
    office: Client, boss: Member, name: str, kind: str
) -> None:
    size = read(office, f"{reverse(name)}?as={kind}")
    action = last()
    assert (action.member, action.name, action.address) == (boss, name, "127.0.0.1")
    assert action.sent == {"?as": kind}
    assert (action.outcome.end, action.outcome.status) == (Outcome.End.DONE, 200)
    assert "row" in action.outcome.note
    assert f"{size:,} bytes" in action.outcome.note


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_small_list_as_a_file_is_in_the_log_with_its_rows(office: Client, kind: str) -> None:
    read(office, reverse(f"console-staff-{kind}"))
    assert last().name == f"console-staff-{kind}"
    assert last().outcome.note.startswith("1 row, ")


def test_long_filters_are_kept_whole(office: Client) -> None:
    name = "红酒" * 40
    lists.csv_of(office, "console-products", f"?q={name}&state=")
    assert last().sent == {"?q": name, "?state": "", "action": "export", "as": "csv"}


def test_what_a_page_of_the_books_is_narrowed_to_is_kept(office: Client) -> None:
    read(office, f"{reverse('console-journal')}?type=sale&as=csv")
    assert last().sent == {"?type": "sale", "?as": "csv"}


def test_pages_and_their_heads_are_not_in_the_log(office: Client) -> None:
    for name in BOOKS:
        office.get(reverse(name))
        office.head(f"{reverse(name)}?as=csv")
    assert not Action.objects.exists()


def test_a_file_that_is_refused_is_not_given_out(office: Client) -> None:
    clerk = staff.sign_in(Client(), staff.employ(given.a_member("clerk"), Role.SERVICE))
    assert clerk.get(reverse("console-staff-csv")).status_code == 403
    assert clerk.get(f"{reverse('console-journal')}?as=csv").status_code == 403
    assert not Action.objects.exists()


def test_a_file_that_is_no_table_is_in_the_log_too(office: Client) -> None:
    response = office.get(reverse("console-import-products-template"))
    assert last().name == "console-import-products-template"
    assert last().outcome.note == f"{len(response.content):,} bytes"


def test_the_whole_journal_is_in_the_log_once_it_is_sent(office: Client) -> None:
    response: Any = office.post(reverse("console-export-take"))
    assert not Outcome.objects.exists()
    size = sum(map(len, response.streaming_content))
    assert last().outcome.note == f"{size:,} bytes"


def members(count: int) -> None:
    now = clock.now()
    Member.objects.bulk_create(
        Member(phone=f"2{number:010d}", account=f"x{number}", name="张三", joined_at=now)
        for number in range(Member.objects.count(), count)
    )


def begun(office: Client) -> Any:
    """An export of whose rows nothing has been read yet."""
    return office.post(reverse("console-members"), {"action": "export", "as": "csv"})


def test_the_log_says_how_far_a_file_came_when_the_browser_went_away(office: Client) -> None:
    members(2_500)
    response = begun(office)
    parts: Any = iter(response.streaming_content)
    size = len(next(parts)) + len(next(parts))
    assert not Outcome.objects.exists()
    lists.let_go(response)
    outcome = Outcome.objects.get()
    assert outcome.end == Outcome.End.FAILED
    assert outcome.note == f"Broken off: 1,000 rows, {size:,} bytes"


def test_a_file_that_nobody_fetches_came_nowhere(office: Client) -> None:
    response = begun(office)
    with CaptureQueriesContext(connection) as asked:
        for close in response._resource_closers:  # as the server does
            close()
    assert not any("members_member" in query["sql"] for query in asked)
    assert Outcome.objects.get().note == "Broken off: 0 rows, 0 bytes"


def test_a_file_that_breaks_says_why_and_how_far_it_came(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sharemall.console.lists import listing

    members(2_500)
    parts: Any = iter(begun(office).streaming_content)
    size = len(next(parts)) + len(next(parts))

    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(listing.Listing, "after", broken)
    with pytest.raises(RuntimeError):
        next(parts)
    outcome = Outcome.objects.get()
    assert (outcome.end, outcome.note) == (
        Outcome.End.FAILED,
        f"RuntimeError: 1,000 rows, {size:,} bytes",
    )
