"""The geometry of the charts."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharemall import charts
from sharemall.charts import MICRO, Point

START = date(2025, 5, 3)


def rising(days: int, start: date = START) -> list[Point]:
    return [Point(start + timedelta(days=n), MICRO + n * 10_000) for n in range(days)]


def test_nothing_to_show_makes_no_chart() -> None:
    assert charts.area_chart([]) is None
    assert charts.bar_chart([]) is None
    assert charts.bar_chart([(START, 0, 0)]) is None


def test_a_single_day_is_drawn_as_a_level_line() -> None:
    chart = charts.area_chart([Point(START, 2 * MICRO)])
    assert chart is not None
    left, right = chart.line.removeprefix("M").split(" L")
    assert left.split()[1] == right.split()[1]


def test_a_long_history_is_sampled_and_keeps_both_ends() -> None:
    points = rising(2000)
    shown = charts.sample(points, charts.MOST_POINTS)
    assert len(shown) == charts.MOST_POINTS
    assert shown[0] == points[0]
    assert shown[-1] == points[-1]
    assert shown == sorted(set(shown), key=lambda point: point.day)


def test_a_short_history_is_shown_whole() -> None:
    assert charts.sample(rising(12), charts.MOST_POINTS) == rising(12)


def test_the_line_spans_the_box_and_the_area_stands_on_zero() -> None:
    chart = charts.area_chart([Point(START, 0), Point(START + timedelta(days=10), 4 * MICRO)])
    assert chart is not None
    assert chart.line.startswith("M0 1000 L1000 ")
    assert chart.area.endswith("L1000 1000 L0 1000 Z")


def test_the_value_axis_begins_at_zero_and_covers_the_highest_value() -> None:
    chart = charts.area_chart(rising(400))
    assert chart is not None
    assert [tick.label for tick in chart.y_ticks] == ["¥0", "¥1", "¥2", "¥3", "¥4", "¥5"]
    assert chart.y_ticks[0].at == "87%"
    heights = [int(spot.split()[1]) for spot in chart.line.removeprefix("M").split(" L")]
    assert 0 < min(heights) < max(heights) < 1000


def test_the_table_has_the_last_value_of_every_month() -> None:
    chart = charts.area_chart(rising(65))
    assert chart is not None
    assert [row.day for row in chart.rows] == [
        date(2025, 5, 31),
        date(2025, 6, 30),
        chart.last.day,
    ]


def test_what_the_pointer_reads_names_day_and_price_of_every_point() -> None:
    chart = charts.area_chart(rising(3))
    assert chart is not None
    rows = json.loads(chart.data)
    assert [row[2:] for row in rows] == [
        ["2025-05-03", "¥1.0000"],
        ["2025-05-04", "¥1.0100"],
        ["2025-05-05", "¥1.0200"],
    ]
    assert [row[0] for row in rows] == [100, 550, 1000]


@pytest.mark.parametrize(
    ("last", "labels"),
    [
        (date(2026, 11, 22), ["2025-09", "2026-01", "2026-05", "2026-09"]),
        (date(2025, 5, 7), ["05-03", "05-04", "05-05", "05-06", "05-07"]),
        (date(2025, 6, 30), ["05-03", "05-18", "06-02", "06-17"]),
        (START, ["05-03"]),
    ],
)
def test_the_date_axis_names_a_few_round_dates(last: date, labels: list[str]) -> None:
    assert [tick.label for tick in charts.date_ticks(START, last)] == labels


@given(st.integers(0, 20_000), st.dates(date(2000, 1, 1), date(2050, 1, 1)))
def test_any_span_has_one_to_five_dates_inside_the_picture(days: int, first: date) -> None:
    ticks = charts.date_ticks(first, first + timedelta(days=days))
    assert 1 <= len(ticks) <= charts.MOST_TICKS
    places = [float(tick.at.rstrip("%")) for tick in ticks]
    assert places == sorted(places)
    assert all(10 <= place <= 100 for place in places)


@given(st.integers(0, 2**62))
def test_any_value_gets_an_axis_of_few_distinct_labels(highest: int) -> None:
    chart = charts.area_chart([Point(START, 0), Point(START + timedelta(days=1), highest)])
    assert chart is not None
    labels = [tick.label for tick in chart.y_ticks]
    assert 1 <= len(labels) <= charts.MOST_STEPS + 1
    assert len(set(labels)) == len(labels)
    assert all(0 <= float(tick.at.rstrip("%")) <= 87 for tick in chart.y_ticks)


@pytest.mark.parametrize(
    ("value", "step", "label"),
    [
        (2_500_000, 500_000, "¥2.5"),
        (1_234_000_000, 200_000_000, "¥1,234"),
        (0, 1, "¥0.000000"),
        (999_999, 100, "¥0.9999"),
    ],
)
def test_labels_have_the_decimals_of_their_step_and_are_floored(
    value: int, step: int, label: str
) -> None:
    assert charts.label_micro(value, step) == label


def test_columns_stack_without_gap_and_show_the_last_months() -> None:
    months = [(date(2025, month, 1), month * MICRO, MICRO) for month in range(1, 13)]
    chart = charts.bar_chart(months, most=6)
    assert chart is not None
    assert [bar.month.month for bar in chart.bars] == [7, 8, 9, 10, 11, 12]
    for bar in chart.bars:
        upper_end = float(bar.upper_y.rstrip("%")) + float(bar.upper_height.rstrip("%"))
        lower_end = float(bar.lower_y.rstrip("%")) + float(bar.lower_height.rstrip("%"))
        assert upper_end == pytest.approx(float(bar.lower_y.rstrip("%")))
        assert lower_end == pytest.approx(87)
    assert chart.bars[-1].total_micro == 13 * MICRO
    assert chart.x_ticks[-1].label == "25-12"


def test_a_single_month_does_not_fill_the_whole_width() -> None:
    chart = charts.bar_chart([(START, MICRO, 0)])
    assert chart is not None
    assert float(chart.bars[0].width.rstrip("%")) < 20
