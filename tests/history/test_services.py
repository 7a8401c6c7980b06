"""A history in the journal: once, whole, day by day, and the refused rows on record."""

import csv
import itertools
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sharemall.clock.services import now
from sharemall.history import services
from sharemall.history.lines import FileError
from sharemall.history.mapping import MapError, parse_map
from sharemall.history.models import OrderImport, Stage
from sharemall.ledger import events, journal, selectors, writer
from sharemall.ledger.models import Day, Event, Pending
from sharemall.ledger.selectors import LedgerClosed
from tests.history.given import (
    HEADER,
    MAP,
    counts,
    file,
    imported,
    order,
    reasons,
    report_of,
)
from tests.ledger.helpers import SCHEME, assert_equal_to_replay, feed, opened, sale

pytestmark = pytest.mark.django_db(transaction=True)

CLOSING = "close_days = true\n" + MAP


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "CHUNK", 3)


def closed_days() -> list[str]:
    return [day.isoformat() for day in Day.objects.order_by("day").values_list("day", flat=True)]


def test_orders_are_appended_applied_and_counted(tmp_path: Path) -> None:
    opened()
    found = imported(file(tmp_path, [order(number) for number in range(1, 8)]))
    assert counts(found) == (7, 0, 0, 0)
    assert (found.rows, found.stage, found.days) == (7, Stage.FINISHED, 0)
    assert selectors.pool().position == 7
    assert selectors.pool().last_closed is None
    assert not report_of(tmp_path / "old.csv").exists()
    assert_equal_to_replay(tmp_path / "out")


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 6])
def test_every_number_of_rows_ends_well(count: int, tmp_path: Path) -> None:
    opened()
    found = imported(file(tmp_path, [order(number) for number in range(count)]), CLOSING)
    assert counts(found) == (count, 0, 0, 0)
    assert found.stage == Stage.FINISHED
    assert closed_days() == (["2026-01-01"] if count else [])


def test_a_second_time_changes_nothing(tmp_path: Path) -> None:
    opened()
    path = file(tmp_path, [order(1), order(2, paid="x")])
    first = imported(path)
    report_of(path).unlink()
    again, before = services.import_orders(
        path=path, used=parse_map(MAP), refused_path=report_of(path)
    )
    assert before
    assert OrderImport.objects.get() == first == again
    assert again.finished_at == first.finished_at
    assert selectors.pool().position == 1
    assert report_of(path).exists()


def test_a_longer_export_adds_what_is_new(tmp_path: Path) -> None:
    opened()
    rows = [order(number) for number in range(1, 6)]
    imported(file(tmp_path, rows))
    more = [*rows[:2], rows[2] + ".000", *rows[3:], order(6), order(7)]
    found = imported(file(tmp_path, more, name="longer.csv"))
    assert counts(found) == (2, 5, 0, 0)


def test_an_id_is_used_for_one_order_only(tmp_path: Path) -> None:
    opened()
    feed([sale("9")])
    rows = [order(1), order(1), order(1, paid="7"), order(9), order(9), order(2), order(1, "bob")]
    found = imported(file(tmp_path, rows))
    assert counts(found) == (2, 1, 0, 4)
    assert reasons(found) == dict.fromkeys((4, 5, 6, 8), services.TAKEN)


def test_refused_rows_are_reported_with_their_lines_and_columns(tmp_path: Path) -> None:
    opened()
    rows = [order(1), order(2, paid="1e5"), 'x,"y', order(3, "", "7"), order(4), "5,6"]
    path = file(tmp_path, rows)
    found = imported(path)
    assert counts(found) == (2, 0, 0, 4)
    with report_of(path).open(encoding="utf-8-sig", newline="") as report:
        header, *refused = csv.reader(report)
    assert header == ["refused_line", "refused_id", "refused_reason", *HEADER.split(",")]
    assert [row[:2] for row in refused] == [["3", "2"], ["4", ""], ["5", "3"], ["7", ""]]
    assert refused[0][2:] == ["paid: not a plain number", "2", "2026-01-01 10:00", "ann", "1e5"]
    assert refused[1][3:] == ['x,"y']


def test_a_mended_report_can_be_imported_with_the_same_map(tmp_path: Path) -> None:
    opened()
    path = file(tmp_path, [order(1), order(2, "酒仙", paid="1e5")])
    imported(path)
    mended = report_of(path)
    mended.write_text(mended.read_text(encoding="utf-8-sig").replace("1e5", "1.5"))
    assert counts(imported(mended)) == (1, 0, 0, 0)
    assert selectors.balance("酒仙").granted_micro == 3_000_000


def test_a_chinese_file_is_read_and_reported_in_its_encoding(tmp_path: Path) -> None:
    opened()
    path = tmp_path / "淘宝.csv"
    path.write_bytes("号;时;人;元\r\n1;2026-01-01;张三;5\r\n2;2026-01-01;李四;五\r\n".encode("gbk"))
    chinese = 'encoding = "gb18030"\ndelimiter = ";"\nzone = "wine"\n[columns]\n'
    found = imported(path, chinese + 'id = "号"\ntime = "时"\nmember = "人"\npaid = "元"')
    assert counts(found) == (1, 0, 0, 1)
    assert selectors.balance("张三").granted_micro == 10_000_000
    assert "李四" in report_of(path).read_bytes().decode("gb18030")


def test_what_the_database_cannot_keep_is_reported_all_the_same(tmp_path: Path) -> None:
    opened()
    path = file(tmp_path, [order("1\0"), order(2)])
    assert counts(imported(path)) == (1, 0, 0, 1)
    assert "\0" in report_of(path).read_text()


def test_orders_that_the_rules_reject_are_reported_too(tmp_path: Path) -> None:
    opened(SCHEME.replace('quota = "2"', 'quota = "1000"'))
    most = "1000000000000"
    rows = [order(number, paid=most) for number in range(1, 9)]
    rows[3] = order("4\0", paid="x")
    path = file(tmp_path, [*rows, order(8, paid=most), order(9, "bob", "5"), order(7, paid="1")])
    found = imported(path)
    assert counts(found) == (8, 1, 0, 2)
    assert found.rejected == 7
    assert [line for line, reason in reasons(found).items() if "overflow" in reason] == [
        *(2, 3, 4, 6, 7, 8, 9),
    ]
    assert report_of(path).read_text().count("overflow") == 7
    assert_equal_to_replay(tmp_path / "out")


def test_an_order_rejected_in_an_import_before_is_not_reported_again(tmp_path: Path) -> None:
    opened(SCHEME.replace('quota = "2"', 'quota = "1000"'))
    rows = [order(1, paid="1000000000000")]
    assert imported(file(tmp_path, rows)).rejected == 1
    again = imported(file(tmp_path, [*rows, order(2)], name="more.csv"))
    assert counts(again) == (1, 1, 0, 0)
    assert again.rejected == 0


def test_days_are_closed_behind_their_last_orders(tmp_path: Path) -> None:
    opened()
    days = ["2026-01-01 23:59:59", "2026-01-02 00:00", "2026-01-02 09:00", "2026-01-05 12:00"]
    rows = [order(number, when=when) for number, when in enumerate(days)]
    found = imported(file(tmp_path, rows), CLOSING)
    assert found.days == 3
    assert closed_days() == ["2026-01-01", "2026-01-02", "2026-01-05"]
    state = assert_equal_to_replay(tmp_path / "out")
    assert [day["dividend_fund"] for day in state["days"]] == [
        "20.000000",
        "40.000000",
        "20.000000",
    ]
    closes = Event.objects.filter(id="close-2026-01-02").values_list("payload", flat=True)
    assert '"at":"2026-01-02T23:59:59+08:00"' in closes[0]


def test_an_order_of_a_closed_day_is_refused(tmp_path: Path) -> None:
    opened()
    days = ["2026-01-02", "2026-01-01", "2026-01-03", "2026-01-02", "2026-01-03"]
    rows = [order(number, when=when) for number, when in enumerate(days)]
    found = imported(file(tmp_path, rows), CLOSING)
    assert reasons(found) == {5: services.DAY_CLOSED}
    assert closed_days() == ["2026-01-02", "2026-01-03"]


def test_a_day_the_mall_closed_itself_takes_no_orders(tmp_path: Path) -> None:
    opened()
    feed([sale("x"), events.close_day(at="2026-01-03T00:00:01+08:00", day=date(2026, 1, 2))])
    rows = [order(1, when="2026-01-02"), order(2, when="2026-01-03")]
    found = imported(file(tmp_path, rows), CLOSING)
    assert reasons(found) == {2: services.DAY_CLOSED}
    assert closed_days() == ["2026-01-02", "2026-01-03"]
    assert counts(imported(file(tmp_path, rows, name="2.csv"))) == (1, 1, 0, 0)  # closes no day


def test_today_is_not_closed(tmp_path: Path) -> None:
    opened()
    today = selectors.business_day(now())
    rows = [order(1, when=str(today - timedelta(days=1))), order(2, when=str(today))]
    found = imported(file(tmp_path, rows), CLOSING)
    assert (found.appended, found.days) == (2, 1)
    assert closed_days() == [str(today - timedelta(days=1))]


def test_a_longer_export_goes_on_with_the_days(tmp_path: Path) -> None:
    opened()
    rows = [order(number, when=f"2026-01-0{number}") for number in range(1, 4)]
    imported(file(tmp_path, rows), CLOSING)
    more = [*rows, order(4, when="2026-01-03"), order(5, when="2026-01-04")]
    found = imported(file(tmp_path, more, name="longer.csv"), CLOSING)
    assert counts(found) == (1, 3, 0, 1)
    assert reasons(found) == {5: services.DAY_CLOSED}
    assert closed_days()[-1] == "2026-01-04"


def test_an_event_of_the_same_id_that_comes_meanwhile_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened()
    real, calls = journal.append_texts, itertools.count()

    def late(events: list[tuple[dict[str, str], str]]) -> int:
        if next(calls) == 0:
            raise journal.IdConflict("2")
        return real(events)

    monkeypatch.setattr(journal, "append_texts", late)
    assert counts(imported(file(tmp_path, [order(1), order(2)]))) == (2, 0, 0, 0)


def test_an_import_that_another_process_has_gone_on_with_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened()
    path = file(tmp_path, [order(number) for number in range(9)])

    def other_goes_on() -> int:
        OrderImport.objects.update(offset=100)
        return 0

    monkeypatch.setattr(writer, "drain", other_goes_on)
    with pytest.raises(services.Busy):
        imported(path)
    assert Pending.objects.count() == 0


@pytest.mark.parametrize(
    ("text", "header", "error"),
    [
        (MAP, "no,when,who,total", MapError),
        (MAP, "no,when,who,sum,sum", MapError),
        (MAP.replace("wine", "tea"), HEADER, MapError),
        (MAP, "", FileError),
    ],
)
def test_what_does_not_fit_leaves_nothing(
    text: str, header: str, error: type[Exception], tmp_path: Path
) -> None:
    opened()
    rows = [order(1)] if header else []
    with pytest.raises(error):
        imported(file(tmp_path, rows, header=header), text)
    assert not OrderImport.objects.exists()
    assert not Event.objects.exists()


def test_there_has_to_be_a_mall(tmp_path: Path) -> None:
    with pytest.raises(LedgerClosed):
        imported(file(tmp_path, [order(1)]))


def test_progress_tells_bytes_and_rows(tmp_path: Path) -> None:
    opened()
    path, seen = file(tmp_path, [order(number) for number in range(7)]), []
    services.import_orders(
        path=path,
        used=parse_map(MAP),
        refused_path=report_of(path),
        progress=lambda *values: seen.append(values),
    )
    assert seen[-1] == (path.stat().st_size, path.stat().st_size, 7)
    assert [rows for _, _, rows in seen] == [3, 6, 7]


ROWS = st.lists(
    st.builds(
        order,
        st.integers(1, 12),
        st.sampled_from(["ann", "bob", "某", ""]),
        st.sampled_from(["100", "0.01", "7.5", "0", "x", "99999", "1000000000000"]),
        st.sampled_from(["2026-01-01", "2026-01-02 08:00", "2026-01-03T00:00Z", "2999-01-01"]),
    ),
    max_size=25,
)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(ROWS, st.booleans(), st.integers(1, 30))
def test_the_journal_of_any_import_replays_to_the_state(
    tmp_path_factory: pytest.TempPathFactory, rows: list[str], closing: bool, size: int
) -> None:
    folder = tmp_path_factory.mktemp("any")
    call_command("flush", verbosity=0, interactive=False)  # the example before
    opened()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(services, "CHUNK", size)
        found = imported(file(folder, rows), CLOSING if closing else MAP)
    assert found.rows == len(rows) == sum(counts(found))
    assert found.refusals.count() == found.refused + found.rejected
    state = assert_equal_to_replay(folder / "out")
    assert len(state["rejected"]) == found.rejected
    assert selectors.pool().position == found.appended + found.days
