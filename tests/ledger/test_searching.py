"""Looking for events, and the journal as a download."""

import io
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sharemall.ledger import balance_sheets, downloading, journal, searching, transfer
from sharemall.ledger.searching import PENDING, REJECTED, Wanted, search
from tests.ledger.helpers import EXITING, SCHEME, close, event, feed, opened, sale

pytestmark = pytest.mark.django_db(transaction=True)

LATER = "2026-01-02T10:00:00+08:00"


@pytest.fixture
def busy() -> None:
    opened()
    feed(
        [
            sale("order-1-wine"),
            sale("order-2-wine", "bob", "500", referrer="ann"),
            event("sell-9", "sell", member="bob", shares="1000000"),
            event("sell-10", "sell", member="bob", shares="1"),
            close("2026-01-01"),
            {"id": "set-2", "type": "set_scheme", "at": LATER, "toml": SCHEME},
            sale("order-12-wine", "cat", "80", at=LATER, merchant="farm"),
            event("in-1", "cash_in", merchant="farm", amount="9", reason="order", at=LATER),
        ]
    )
    journal.append(sale("order-13-wine", "ann", "70", at=LATER))


def ids(wanted: Wanted) -> list[str]:
    return [found.event_id for found in search(wanted).events]


@pytest.mark.usefixtures("busy")
def test_everything_is_found_newest_first() -> None:
    page = search(Wanted())
    assert [found.position for found in page.events] == [8, 7, 6, 5, 4, 3, 2, 1]
    assert page.before is None
    assert not page.is_cut


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(event_id="order-2-wine"), ["order-2-wine"]),
        (Wanted(event_id="order-1"), ["order-12-wine", "order-1-wine"]),
        (Wanted(event_id="order-%"), []),
        (Wanted(type="sell"), ["sell-10", "sell-9"]),
        (Wanted(type="close_day"), ["close-2026-01-01"]),
        (Wanted(type="set_scheme"), ["set-2"]),
        (Wanted(account="m:ann"), ["order-2-wine", "order-1-wine"]),
        (Wanted(account="s:farm"), ["in-1"]),
        (Wanted(account=".treasury"), []),
        (Wanted(account="m:nobody"), []),
        (Wanted(account=".reserve", type="sell"), ["sell-10"]),
        (Wanted(day=date(2026, 1, 2)), ["in-1", "order-12-wine", "set-2"]),
        (Wanted(day=date(2026, 1, 2), type="sale"), ["order-12-wine"]),
        (Wanted(day=date(2030, 1, 1)), []),
        (Wanted(outcome=REJECTED), ["sell-9"]),
        (Wanted(outcome="insufficient_shares"), ["sell-9"]),
        (Wanted(outcome="overflow"), []),
        (Wanted(outcome=REJECTED, account="m:bob"), ["sell-9"]),
        (Wanted(outcome=REJECTED, account="m:ann"), []),
        (
            Wanted(outcome="applied", account="m:bob"),
            ["sell-10", "order-2-wine"],
        ),
        (Wanted(outcome=PENDING), ["order-13-wine"]),
        (Wanted(outcome=PENDING, account="m:bob"), []),
    ],
)
def test_what_is_asked_for_is_found(wanted: Wanted, found: list[str]) -> None:
    assert ids(wanted) == found


@pytest.mark.usefixtures("busy")
def test_pages_follow_each_other_without_a_gap() -> None:
    seen: list[int | None] = []
    before: int | None = None
    while True:
        page = search(Wanted(type="sale"), before=before, limit=1)
        seen += [found.position for found in page.events]
        if page.before is None:
            break
        before = page.before
    assert seen == [7, 2, 1]


@pytest.mark.usefixtures("busy")
def test_a_look_through_the_whole_journal_stops_and_says_how_far_it_came(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    feed([sale(f"many-{number}", "dan", "10", at=LATER) for number in range(80)])
    monkeypatch.setattr(searching, "MOST_LOOKED_AT", 40)
    page = search(Wanted(type="sell"))
    assert page.is_cut
    assert page.events == []
    assert page.before is not None
    rest = search(Wanted(type="sell"), before=page.before)
    assert [found.event_id for found in rest.events] == ["sell-10", "sell-9"]


@pytest.mark.usefixtures("busy")
def test_each_event_comes_with_its_entries() -> None:
    found = searching.event("order-2-wine")
    assert found is not None
    moved = {(row.account, row.reason): row for row in found.entries}
    assert found.entries_count == len(found.entries) == 6
    assert moved["m:ann", "referral"].share_micro > 0
    assert sum(row.cash_micro for row in found.entries) == 0
    assert found.accounts == ["m:bob", "m:ann"]


@pytest.mark.usefixtures("busy")
def test_a_pending_event_and_one_that_was_never_there() -> None:
    waiting = searching.event("order-13-wine")
    assert waiting is not None
    assert waiting.code is None
    assert waiting.entries == []
    assert searching.event("nothing") is None


def test_a_close_with_many_entries_shows_the_first_and_pages_the_rest() -> None:
    opened(EXITING)
    feed([*[sale(f"{n}", f"m{n}", "10") for n in range(30)], close("2026-01-01")])
    feed([sale("big", "m1", "100000", at=LATER), close("2026-01-02")])
    found = searching.event("close-2026-01-02")
    assert found is not None
    assert found.position is not None
    assert found.entries_count > searching.ENTRIES_SHOWN == len(found.entries)
    rows, after = searching.entries_of(found.position, limit=10)
    while after is not None:
        more, after = searching.entries_of(found.position, after=after, limit=10)
        rows += more
    assert len(rows) == found.entries_count
    assert rows[: searching.ENTRIES_SHOWN] == found.entries


@pytest.mark.usefixtures("busy")
def test_a_page_takes_few_queries() -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        search(Wanted())
    assert len(queries) == 4


@pytest.mark.usefixtures("busy")
def test_the_download_is_what_the_export_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer, "PART", transfer.PART.replace("LIMIT 5000", "LIMIT 3"))
    parts = list(downloading.journal_zip(balance_sheets.last_position()))
    assert len(parts) > 6
    transfer.export(tmp_path)
    with zipfile.ZipFile(io.BytesIO(b"".join(parts))) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == ["chain.jsonl", "events.jsonl", "scheme.toml"]
        for name in archive.namelist():
            assert archive.read(name) == (tmp_path / name).read_bytes()


@pytest.mark.usefixtures("busy")
def test_a_download_ends_where_it_was_asked_to() -> None:
    parts = list(downloading.journal_zip(3))
    with zipfile.ZipFile(io.BytesIO(b"".join(parts))) as archive:
        assert archive.read("events.jsonl").count(b"\n") == 3


def test_a_day_after_the_last_is_no_trouble() -> None:
    opened()
    assert search(Wanted(day=date(2026, 1, 1) + timedelta(days=1))).events == []
