"""Dates, times and business days."""

from datetime import date

import pytest

from sharemall.engine.times import business_day, is_moment, is_time_zone, parse_date


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-01T10:00:00Z",
        "2026-01-01T10:00:00+08:00",
        "2026-01-01T23:59:59-23:59",
        "2026-01-01T00:00:00-00:00",
        "2024-02-29T10:00:00.5Z",
        "2026-01-01T10:00:00.123456789012+08:00",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
    ],
)
def test_a_time_has_seconds_perhaps_a_fraction_and_an_offset(text: str) -> None:
    assert is_moment(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-01-01",
        "2026-01-01T10:00:00",
        "2026-01-01T10:00Z",
        "2026-01-01 10:00:00Z",
        "2026-01-01t10:00:00Z",
        "2026-01-01T10:00:00z",
        "2026-02-30T10:00:00Z",
        "2026-02-29T10:00:00Z",
        "2026-13-01T10:00:00Z",
        "2026-00-01T10:00:00Z",
        "0000-01-01T10:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T10:60:00Z",
        "2026-01-01T23:59:60Z",
        "2026-01-01T10:00:00.Z",
        "2026-01-01T10:00:00,5Z",
        "2026-01-01T10:00:00+24:00",
        "2026-01-01T10:00:00+08:60",
        "2026-01-01T10:00:00+0800",
        "2026-01-01T10:00:00+08",
        "2026-01-01T10:00:00+8:00",
        "2026-01-01T10:00:00Z\n",
        "2026-01-01T10:00:00 Z",
        "２026-01-01T10:00:00Z",
        "2026-01-01T1٠:00:00Z",
        "20260101T100000Z",
        "2026-W01-1T10:00:00Z",
        "12026-01-01T10:00:00Z",
    ],
)
def test_any_other_form_and_what_no_calendar_or_clock_has_is_no_time(text: str) -> None:
    assert not is_moment(text)


@pytest.mark.parametrize("text", ["2026-01-31", "2024-02-29", "0001-01-01", "9999-12-31"])
def test_a_date_is_a_day_of_the_calendar(text: str) -> None:
    assert str(parse_date(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-02-30",
        "2026-2-3",
        "20260203",
        "2026-W01-1",
        "2026-01-01\n",
        "0000-01-01",
        "２026-01-01",
        "2026-01-01T00:00:00Z",
        "10000-01-01",
        " 2026-01-01",
    ],
)
def test_what_is_no_day_is_no_date(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        ("2026-01-01T15:59:59Z", "Asia/Shanghai", date(2026, 1, 1)),
        ("2026-01-01T16:00:00Z", "Asia/Shanghai", date(2026, 1, 2)),
        ("2026-01-02T00:00:01+09:00", "Asia/Shanghai", date(2026, 1, 1)),
        ("2026-01-01T23:59:59.999999999-08:00", "Asia/Shanghai", date(2026, 1, 2)),
        ("2026-03-29T01:30:00+01:00", "Europe/Berlin", date(2026, 3, 29)),
        ("2026-06-30T22:30:00Z", "Europe/Berlin", date(2026, 7, 1)),
        ("0001-01-01T00:00:00+23:59", "Asia/Shanghai", date.min),
        ("9999-12-31T23:59:59-23:59", "Asia/Shanghai", date.max),
    ],
)
def test_the_business_day_is_the_time_zones(moment: str, zone: str, day: date) -> None:
    assert business_day(moment, zone) == day


@pytest.mark.parametrize("name", ["Asia/Shanghai", "UTC", "Europe/Berlin", "America/New_York"])
def test_a_time_zone_of_the_list_exists(name: str) -> None:
    assert is_time_zone(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "../x",
        "/etc/passwd",
        "Asia",
        "asia/shanghai",
        "Asia/Shanghai/..",
        "localtime",
        "x",
        "posix/Asia/Shanghai",
        "Asia/Shanghai\n",
        "\x00",
        "\ud800",
        "Asia/Nowhere",
        "tzdata.zi",
    ],
)
def test_a_path_or_another_name_is_no_time_zone(name: str) -> None:
    assert not is_time_zone(name)
