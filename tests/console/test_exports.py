"""Exports: what is seen, as a file; exact, harmless in spreadsheets, streamed, in the log."""

import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import StreamingHttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sharemall.clock import services as clock
from sharemall.members.models import Member
from sharemall.office.models import Action, Outcome, Role
from sharemall.orders.models import Order
from sharemall.reviews.models import Review
from tests.console import given, lists
from tests.console.lists import LISTS, csv_of, xlsx_of
from tests.office import given as staff

pytestmark = pytest.mark.django_db
CALL = {"action": "export", "as": "csv"}


def test_every_list_is_exported_both_ways(office: Client) -> None:
    lists.one_of_each()
    for name in LISTS:
        plain, book = csv_of(office, name, "?state="), xlsx_of(office, name, "?state=")
        assert plain[0] == book[0], name
        assert len(plain) > 1, name
        assert len(plain) == len(book) or name == "console-audit", name


def test_what_is_filtered_out_is_not_exported(office: Client) -> None:
    paid, _unpaid = given.an_order(), given.an_order(status="unpaid")
    assert [row[0] for row in csv_of(office, "console-orders", "?state=paid")[1:]] == [paid.no]
    assert len(csv_of(office, "console-orders", f"?q={paid.no}")) == 2
    assert len(xlsx_of(office, "console-orders", "?state=shipped")) == 1


def test_amounts_are_yuan_and_exact(office: Client) -> None:
    order = given.an_order()
    Order.objects.filter(pk=order.pk).update(
        total_fen=9_007_199_254_741, goods_fen=9_007_199_254_741, provider_fen=9_007_199_254_741
    )
    titles, row = csv_of(office, "console-orders")
    assert dict(zip(titles, row, strict=True))["Total"] == "90071992547.41"
    titles, row = xlsx_of(office, "console-orders")
    assert float(dict(zip(titles, row, strict=False))["Total"]) == 90071992547.41


def test_phones_and_long_numbers_stay_texts(office: Client) -> None:
    member = given.a_member("ann")
    table = csv_of(office, "console-members", f"?q={member.phone}")
    assert f"\t{member.phone}" in table[1]
    assert member.phone in xlsx_of(office, "console-members", f"?q={member.phone}")[1]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1"])
def test_a_text_is_no_formula(text: str, office: Client) -> None:
    given.a_review(given.an_order(), text=text)
    titles, row = csv_of(office, "console-reviews")
    assert dict(zip(titles, row, strict=True))["What it says"] == f"'{text}"
    assert text.strip() in [cell.strip() for cell in xlsx_of(office, "console-reviews")[1]]


def test_who_may_read_exports_and_it_is_in_the_log(office: Client) -> None:
    given.an_order()
    auditor = staff.sign_in(Client(), staff.employ(given.a_member("eve"), Role.AUDITOR))
    assert len(csv_of(auditor, "console-orders", "?state=paid")) == 2
    action = Action.objects.select_related("outcome").latest("id")
    assert (action.name, action.sent) == ("console-orders", {"?state": "paid", **CALL})
    assert "state=paid" in action.target
    assert action.outcome.end == Outcome.End.DONE


def test_who_may_not_read_does_not_export() -> None:
    service = staff.sign_in(Client(), staff.employ(given.a_member("sam"), Role.SERVICE))
    assert service.post(reverse("console-audit"), CALL).status_code == 403


def filled(count: int) -> None:
    """So many members more."""
    now = clock.now()
    Member.objects.bulk_create(
        Member(phone=f"2{number:010d}", account=f"x{number}", name="张三", joined_at=now)
        for number in range(Member.objects.count(), count)
    )


def streamed(office: Client, kind: str = "csv") -> Iterator[bytes]:
    response: Any = office.post(reverse("console-members"), {"action": "export", "as": kind})
    yield from response.streaming_content


def peak_of(office: Client, kind: str) -> tuple[int, int]:
    """Bytes at the highest, and of the file."""
    tracemalloc.start()
    try:
        size = sum(map(len, streamed(office, kind)))
        return tracemalloc.get_traced_memory()[1], size
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_five_times_the_rows_take_no_more_memory(kind: str, office: Client) -> None:
    filled(2_000)
    sum(map(len, streamed(office, kind)))  # what is loaded once
    short, size = peak_of(office, kind)
    filled(10_000)
    long, larger = peak_of(office, kind)
    assert larger > 4 * size
    assert long < short * 1.3 + 500_000


def test_when_the_browser_goes_away_nothing_more_is_read(office: Client) -> None:
    filled(3_500)
    response = office.post(reverse("console-members"), CALL)
    assert isinstance(response, StreamingHttpResponse)
    parts: Any = iter(response.streaming_content)
    next(parts)
    next(parts)
    with CaptureQueriesContext(connection) as asked:
        lists.let_go(response)
        assert list(parts) == []
    assert not any("members_member" in query["sql"] for query in asked)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_cursors")
        assert cursor.fetchone() == (0,)


def test_a_row_that_comes_meanwhile_breaks_nothing(office: Client) -> None:
    filled(2_500)
    response = office.post(reverse("console-members"), CALL)
    parts: Any = iter(response.streaming_content)  # type: ignore[attr-defined]
    text = next(parts) + next(parts)
    given.a_member("late")
    Member.objects.filter(account="x5").update(joined_at=clock.now() + timedelta(days=1))
    text += b"".join(parts)
    assert text.count(b"\r\n") == 1 + 2_500


def test_a_review_of_nothing_is_an_empty_cell(office: Client) -> None:
    review = given.a_review(given.an_order(), text="")
    titles, row = csv_of(office, "console-reviews")
    assert dict(zip(titles, row, strict=True))["What it says"] == ""
    assert Review.objects.get() == review
