"""The pages of overview, day close and ledger, and the stories of members and orders."""

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import translation

from sharemall.ledger import closing, events, journal, reworking, writer
from sharemall.ledger.models import Day
from sharemall.office.models import Action, Role
from sharemall.orders.models import Order
from tests.console.books_mall import AFTER, DAY, a_completed_order, addresses
from tests.office import given as staff
from tests.orders.ready import NOW, a_member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _the_day_after() -> Iterator[None]:
    with time_machine.travel(AFTER, tick=True):
        yield


@pytest.fixture
def completed() -> Order:
    return a_completed_order()


def browser(*roles: Role, language: str = "en") -> Client:
    """Somebody with these roles; the owner without."""
    client = staff.sign_in(Client(), staff.employ(a_member(f"staff-{'-'.join(roles)}"), *roles))
    client.cookies["django_language"] = language
    return client


LEDGER = {"journal", "event", "books", "movements", "export"}
DAYS = {"days", "day", "dry run"}
CLOSED_TO = {
    Role.OWNER: set[str](),
    Role.FINANCE: set[str](),
    Role.AUDITOR: set[str](),
    Role.OPERATIONS: LEDGER,
    Role.SERVICE: LEDGER | DAYS,
}


@pytest.mark.parametrize("role", list(Role))
def test_each_role_sees_its_pages_and_no_others(completed: Order, role: Role) -> None:
    client = browser(role)
    for name, address in addresses(completed).items():
        expected = 403 if name in CLOSED_TO[role] else 200
        assert client.get(address).status_code == expected, (role, name)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_speaks_both_languages(completed: Order, language: str) -> None:
    client = browser(language=language)
    heading = {"zh-hans": "日结", "en": "Day close"}[language]
    assert heading in client.get(reverse("console-days")).content.decode()
    for name, address in addresses(completed).items():
        html = client.get(address).content.decode()
        assert f'lang="{language}"' in html.lower(), name


def test_a_stranger_and_a_member_see_no_ledger(completed: Order) -> None:
    client = Client()
    assert client.get(reverse("console-journal")).status_code == 302
    client.force_login(completed.member)
    assert client.get(reverse("console-journal")).status_code == 404


def test_the_journal_is_searched_by_what_people_know(completed: Order) -> None:
    client, page = browser(), reverse("console-journal")
    by_phone = client.get(page, {"account": completed.member.phone}).content.decode()
    assert f"order-{completed.no}-wine" in by_phone
    assert f"order-{completed.no}.due" not in by_phone
    refused = client.get(page, {"outcome": "rejected"}).content.decode()
    assert "No events here" in refused
    nobody = client.get(page, {"account": "nobody"})
    assert nobody.status_code == 422
    assert "The books know no such account." in nobody.content.decode()
    assert client.get(page, {"day": "2026-13-77"}).status_code == 422
    assert client.get(page, {"before": "x", "type": "sale"}).status_code == 200


def test_an_event_shows_its_entries_and_leads_to_its_order(completed: Order) -> None:
    html = browser().get(addresses(completed)["event"]).content.decode()
    assert reverse("console-order-story", kwargs={"no": completed.no}) in html
    assert reverse("console-member", kwargs={"account": "bob"}) in html
    assert browser(Role.FINANCE).get(f"{reverse('console-event')}?id=none").status_code == 404


def test_an_orders_story_leads_to_its_events_and_back(completed: Order) -> None:
    html = browser().get(addresses(completed)["order"]).content.decode()
    assert f"{reverse('console-event')}?id=order-{completed.no}-wine" in html
    assert reverse("console-member", kwargs={"account": "ann"}) in html
    service = browser(Role.SERVICE).get(addresses(completed)["order"]).content.decode()
    assert reverse("console-event") not in service
    unknown = reverse("console-order-story", kwargs={"no": "77"})
    assert browser(Role.FINANCE).get(unknown).status_code == 404


def test_a_members_story_leads_to_orders_and_dividends(completed: Order) -> None:
    html = browser().get(addresses(completed)["member"]).content.decode()
    assert reverse("console-order-story", kwargs={"no": completed.no}) in html
    assert addresses(completed)["dividend"] in html
    assert completed.member.phone not in html
    unknown = reverse("console-member", kwargs={"account": "nobody"})
    assert browser(Role.FINANCE).get(unknown).status_code == 404


def test_a_dividend_that_was_changed_is_shown_as_such(completed: Order) -> None:
    client, address = browser(), addresses(completed)["dividend"]
    assert 'data-result="agrees"' in client.get(address).content.decode()
    _changed("UPDATE ledger_dividend SET fund_micro = fund_micro + 1")
    assert 'data-result="differs"' in client.get(address).content.decode()
    never = reverse("console-dividend", kwargs={"account": "ann", "day": "2001-01-01"})
    assert client.get(never).status_code == 404


def test_a_day_worked_out_again_tells_each_step_and_the_result(completed: Order) -> None:
    client = browser(Role.AUDITOR)
    response = client.post(reverse("console-day-again", kwargs={"day": DAY.isoformat()}))
    parts = [part.decode() for part in _parts(response)]
    assert 'data-result="agrees"' in "".join(parts)
    assert sum("<li>" in part and "…" in part for part in parts) == len(reworking.STEPS)
    assert Action.objects.filter(name="console-day-again").count() == 1
    _changed("UPDATE ledger_dividend SET fund_micro = fund_micro + 1")
    again = client.post(reverse("console-day-again", kwargs={"day": DAY.isoformat()}))
    assert 'data-result="differs"' in b"".join(_parts(again)).decode()


def test_a_day_that_is_not_closed_has_no_page(completed: Order) -> None:
    client = browser()
    for day in ("2026-11-29", "2026-99-99", "soon"):
        assert client.get(reverse("console-day", kwargs={"day": day})).status_code == 404
        again = reverse("console-day-again", kwargs={"day": day})
        assert client.post(again).status_code == 404
        assert client.get(again).status_code == 405


def test_a_dry_run_writes_nothing(completed: Order) -> None:
    before = Day.objects.count()
    assert browser().get(reverse("console-day-dry")).status_code == 200
    assert Day.objects.count() == before


def test_the_books_of_any_moment_are_shown(completed: Order) -> None:
    client, page = browser(), reverse("console-trial")
    for asked in ({"day": DAY.isoformat()}, {"position": "2"}, {"unit": "quota"}, {"unit": "x"}):
        html = client.get(page, asked).content.decode()
        assert html.count("Balanced") == 2, asked
    assert client.get(page, {"day": DAY.isoformat(), "position": "2"}).status_code == 422
    assert client.get(page, {"position": "-1"}).status_code == 422


def test_a_periods_movements_are_shown(completed: Order) -> None:
    client, page = browser(), reverse("console-movements")
    asked = {"first": "2026-11-01", "last": DAY.isoformat()}
    assert "Referral" in client.get(page, {**asked, "unit": "share"}).content.decode()
    assert client.get(page, {"first": "2026-11-02", "last": "2026-11-01"}).status_code == 422
    assert client.get(page, {"first": "", "last": "x"}).status_code == 422


def test_the_journal_is_downloaded_and_that_is_logged(completed: Order) -> None:
    client = browser(Role.AUDITOR)
    response = client.post(reverse("console-export-take"))
    with zipfile.ZipFile(io.BytesIO(b"".join(_parts(response)))) as archive:
        lines = archive.read("events.jsonl").decode().splitlines()
    assert f"order-{completed.no}-wine" in "".join(lines)
    assert Action.objects.get(name="console-export-take").member.account == "staff-auditor"
    assert browser(Role.SERVICE).post(reverse("console-export-take")).status_code == 403


@pytest.mark.parametrize("page", ["journal", "books", "movements", "days"])
def test_lists_are_had_as_files(completed: Order, page: str) -> None:
    client, address = browser(Role.AUDITOR), addresses(completed)[page]
    asked = {"first": "2026-11-01", "last": DAY.isoformat()} if page == "movements" else {}
    text = b"".join(_parts(client.get(address, {**asked, "as": "csv"}))).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) > 1
    sheet = b"".join(_parts(client.get(address, {**asked, "as": "xlsx"})))
    with zipfile.ZipFile(io.BytesIO(sheet)) as book:
        assert book.read("xl/worksheets/sheet1.xml").count(b"<row ") == len(rows)


def test_the_journal_as_a_file_has_each_entry(completed: Order) -> None:
    asked = {"id": f"order-{completed.no}-wine", "as": "csv"}
    response = browser().get(reverse("console-journal"), asked)
    rows = list(csv.DictReader(io.StringIO(b"".join(_parts(response)).decode("utf-8-sig"))))
    assert {row["Account"] for row in rows} >= {"m:ann", "m:bob", ".reserve"}
    assert sum(Decimal(row["Cash"]) for row in rows) == 0


def test_the_overview_puts_what_is_late_first(completed: Order) -> None:
    at = events.timestamp(NOW)
    journal.append(
        events.cash_in(id="late", at=at, member="ann", cash_micro=1_000_000, reason="test")
    )
    html = browser().get(reverse("console")).content.decode()
    assert "wait to be applied" in html or "waits to be applied" in html
    assert html.index("to be applied") < html.index("Turnover")
    assert html.count('role="img"') >= 2
    with translation.override("en"):
        assert reverse("console-journal") in html
    assert (
        reverse("console-journal")
        not in browser(Role.SERVICE).get(reverse("console")).content.decode()
    )


def test_failed_closes_are_on_the_days_page(
    completed: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(event_id: str) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(writer, "settle", broken)
    with pytest.raises(RuntimeError):
        closing.close_day(DAY + timedelta(days=1))
    assert "the disk is full" in browser().get(reverse("console-days")).content.decode()


def _changed(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET session_replication_role = DEFAULT")


def _parts(response: object) -> Iterator[bytes]:
    return iter(response.streaming_content)  # type: ignore[attr-defined, no-any-return]
