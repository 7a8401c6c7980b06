"""The report's files: what the page says, the pictures, the tables, and their exact numbers."""

import csv
import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pyarrow import parquet

from sharemall.simulator.reading import preset
from sharemall.simulator.report import contents, pictures, scales
from sharemall.simulator.report.page import page
from sharemall.simulator.report.words import LANGUAGES, Words
from sharemall.simulator.report.writing import MARK, write_overview, write_study
from sharemall.simulator.study import Grid, Study
from sharemall.simulator.variation import Axis
from tests.simulator.made import made_outcome, made_run, made_study


def study_with_grid() -> Study:
    """Sixteen cells, of which one is no scheme; too wide for a phone."""
    one = made_study(made_run(days=100))
    run = one.outcomes[0]
    cells = (*((run,) for _ in range(7)), ()), ((run,),) * 8
    grid = Grid(
        Axis("orders.cost", tuple(f"0.{number}23456789" for number in range(8))),
        Axis("scheme.zones.a-zone-with-a-long-name.dividend", ("0", "0.1")),
        cells,
        ("orders.cost = 0.723456789: together <above> 1",),
        0.05,
    )
    return Study(one.scenario, one.outcomes, True, grid)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_that_it_is_no_promise_and_what_was_assumed(language: str) -> None:
    words = Words(language)
    text = page(made_study(made_run()), words)
    assert words("page.estimate") in text
    assert "[selling.panic" in text.replace("[[", "[")
    assert "name = &quot;everyday&quot;" in text
    assert words("check.cash") in text
    assert words("page.incomplete") not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_headlines_come_before_every_chart_and_nothing_of_them_is_markup(language: str) -> None:
    text = page(made_study(made_run()), Words(language))
    assert text.index("21.40") < text.index("<figure")
    assert "&lt;b&gt;" in text


def test_an_interrupted_study_is_marked_in_page_and_folder(tmp_path: Path) -> None:
    run = made_run(days=3, complete=False)
    report = write_study(made_study(run, complete=False), tmp_path, "en")
    assert "INCOMPLETE" in report.read_text()
    assert "INCOMPLETE" in (tmp_path / MARK).read_text()
    write_study(made_study(made_run(days=3)), tmp_path, "en")
    assert not (tmp_path / MARK).exists()


def test_a_study_of_no_day_at_all_is_a_page_too(tmp_path: Path) -> None:
    run = made_run(days=0, complete=False)
    assert "<figure" not in page(made_study(run, complete=False), Words("en"))
    nothing = Study(preset("red-wine"), (), False)
    assert Words("en")("page.nothing") in page(nothing, Words("en"))
    assert write_study(nothing, tmp_path, "zh").is_file()


def test_the_page_loads_nothing() -> None:
    text = page(study_with_grid(), Words("zh"))
    assert "default-src 'none'" in text
    assert re.search(r"""(?:src|href)=["'](?!#)""", text) is None
    assert "url(" not in text
    assert "@import" not in text


def test_each_chart_carries_its_values_its_words_and_its_table() -> None:
    text = page(made_study(made_run()), Words("en"))
    figures = re.findall(r"<figure class=\"chart\".*?</figure>", text, re.DOTALL)
    assert len(figures) > 12
    for figure in figures:
        found = re.search(r"<script type=\"application/json\">(.*?)</script>", figure, re.DOTALL)
        assert found is not None
        data = json.loads(found[1])
        for line in data["lines"]:
            assert len(line["y"]) == len(line["text"]) == len(data["x"]) == len(data["labels"])
        assert "<table>" in figure
        assert re.search(r'role="img"\s+aria-label="[^"]{20,}"', figure)


def test_several_runs_have_a_band() -> None:
    words = Words("en")
    charts = {
        chart.key: chart
        for section in contents.sections(
            made_study(*(made_run(seed=seed) for seed in range(5))), words
        )
        for chart in section.charts
    }
    (line,) = charts["margin"].lines
    (band,) = line.bands
    assert (band.low <= line.values).all()
    assert (line.values <= band.high).all()
    assert (band.low < band.high).any()


def test_runs_of_different_length_are_shown_as_far_as_each_goes() -> None:
    found = made_study(made_run(days=100), made_run(days=60, seed=2, complete=False))
    sections = contents.sections(found, Words("en"))
    chart = next(one for part in sections for one in part.charts if one.key == "price")
    assert len(chart.labels) == 100
    assert np.isfinite(chart.lines[0].values).all()


def test_a_long_run_is_shown_by_periods_that_lose_no_money() -> None:
    run = made_run(days=1095)
    sections = contents.sections(made_study(run), Words("en"))
    chart = next(one for part in sections for one in part.charts if one.key == "turnover")
    whole = 1095 // 7
    shown = chart.lines[0].values[:whole].sum() * 7
    assert shown == pytest.approx(run.days["turnover_micro"][: whole * 7].sum() / 1e6)


def test_the_ratio_has_its_ceiling_beside_it() -> None:
    sections = contents.sections(made_study(made_run(scenario=preset("red-wine"))), Words("en"))
    chart = next(one for part in sections for one in part.charts if one.key == "ratio")
    assert chart.lines[-1].values.tolist() == [0.15] * len(chart.labels)


def test_every_sentence_is_there_in_both_languages_with_the_same_values() -> None:
    from sharemall.simulator.report.words import _catalogue

    for key, texts in _catalogue().items():
        assert set(texts) == set(LANGUAGES), key
        fields = [sorted(re.findall(r"{(\w+)}", text)) for text in texts.values()]
        assert fields[0] == fields[1], key


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="zh or en"):
        Words("fr")


def test_a_grid_shows_what_holds_and_what_was_refused() -> None:
    text = page(study_with_grid(), Words("en"))
    assert "15 of 15 cells hold" in text
    assert ">0.7235</th>" in text
    assert "together &lt;above&gt; 1" in text
    assert text.count('class="holds ') == 45
    assert text.count('class="none"') == 3


def test_the_tables_hold_the_run_to_the_micro_unit(tmp_path: Path) -> None:
    run, other = made_run(days=50), made_run(days=50, seed=2)
    write_study(made_study(run, other), tmp_path, "en")
    table = parquet.read_table(tmp_path / "days.parquet")
    assert table.schema.metadata[b"complete"] == b"true"
    assert table["seed"].to_pylist() == [1] * 50 + [2] * 50
    assert str(table["date"][49]) == "2026-02-19"
    for name, column in run.days.items():
        assert table[name].to_pylist()[:50] == column.tolist()
    with (tmp_path / "days.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [int(row["reserve_micro"]) for row in rows[50:]] == other.days["reserve_micro"].tolist()
    cohorts = parquet.read_table(tmp_path / "cohorts.parquet")
    assert cohorts["paid_micro"].to_pylist()[:14] == run.cohorts["paid_micro"].tolist()
    assert str(cohorts["month"][0]) == "2026-01-01"


def test_a_grid_is_a_table_of_its_runs(tmp_path: Path) -> None:
    write_study(study_with_grid(), tmp_path, "en")
    rows = parquet.read_table(tmp_path / "grid.parquet").to_pylist()
    assert len(rows) == 15
    assert [row["orders.cost"] for row in rows[6:8]] == ["0.623456789", "0.023456789"]
    key = "scheme.zones.a-zone-with-a-long-name.dividend"
    assert [row[key] for row in rows] == ["0"] * 7 + ["0.1"] * 8
    write_study(made_study(made_run(days=3)), tmp_path, "en")
    assert not (tmp_path / "grid.parquet").exists()


def test_there_is_a_picture_of_each_chart_and_map(tmp_path: Path) -> None:
    study = study_with_grid()
    write_study(study, tmp_path, "zh")
    charts = [one for part in contents.sections(study, Words("zh")) for one in part.charts]
    found = sorted((tmp_path / "pictures").glob("*.png"))
    assert len(found) == len(charts) + 3
    for path in found:
        with Image.open(path) as picture:
            assert picture.size == (1200, 675)
            assert len(picture.convert("RGB").getcolors(1 << 20) or ()) > 20


def test_without_a_chinese_font_the_pictures_are_in_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "CHINESE", ())
    pictures.chinese_font.cache_clear()
    study = made_study(made_run(days=5))
    chinese = pictures.write_pictures(study, tmp_path / "zh", Words("zh"))
    english = pictures.write_pictures(study, tmp_path / "en", Words("en"))
    pictures.chinese_font.cache_clear()
    assert chinese[0].read_bytes() == english[0].read_bytes()


def test_the_same_study_writes_the_same_files(tmp_path: Path) -> None:
    names = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        write_study(made_study(made_run(days=20)), folder, "en")
        names.append(sorted(path.relative_to(folder) for path in folder.rglob("*.*")))
    assert names[0] == names[1]
    for name in names[0]:
        if name.is_file:
            one, two = ((tmp_path / side / name) for side in ("one", "two"))
            assert one.read_bytes() == two.read_bytes(), name


def test_the_overview_leads_to_each_report(tmp_path: Path) -> None:
    whole = made_study(made_run(days=5))
    part = made_study(made_run(days=2, complete=False), complete=False)
    studies = {"a/report.html": whole, "b/report.html": part}
    text = write_overview(studies, tmp_path, "en", complete=True).read_text()
    assert text.count('href="a/report.html"') == text.count('href="b/report.html"') == 1
    assert text.count("(incomplete)") == 1
    assert "INCOMPLETE" not in text
    assert "INCOMPLETE" in write_overview(studies, tmp_path, "en", complete=False).read_text()


@pytest.mark.parametrize(
    ("value", "unit", "language", "said"),
    [
        (12_345_678, "yuan", "zh", "¥1,235万"),
        (12_345_678, "yuan", "en", "¥12.3m"),
        (-2_500, "yuan", "en", "−¥2.50k"),
        (230_000_000, "count", "zh", "2.30亿"),
        (0.1234, "percent", "en", "12.3 %"),
        (0.1234, "percent", "zh", "12.3%"),
        (1.23456, "price", "en", "¥1.2346"),
        (0.000123456, "price", "en", "¥0.00012346"),
        (999, "count", "en", "999"),
        (float("nan"), "yuan", "en", "–"),
    ],
)
def test_figures_are_written_as_people_write_them(
    value: float, unit: scales.Unit, language: str, said: str
) -> None:
    assert scales.short(value, unit, language) == said


@pytest.mark.parametrize(
    ("low", "high"), [(0, 1), (-5, 17), (0, 0), (3, 3), (0, 1e-7), (-1e9, 2e12), (0.149999, 0.15)]
)
def test_an_axis_has_a_few_round_values_within_its_ends(low: float, high: float) -> None:
    bottom, top = scales.span(low, high, from_zero=True)
    marks = scales.ticks(bottom, top)
    assert bottom <= min(low, 0)
    assert top > max(high, 0) or high == 0
    assert 2 <= len(marks) <= 7
    assert bottom <= marks[0]
    assert marks[-1] <= top * 1.000001


def test_kept_of_a_run_are_its_figures() -> None:
    run = made_run(days=10)
    figures = made_outcome(run).figures
    assert figures.turnover_yuan == run.total("turnover_micro") / 1e6
    assert figures.paid_of_granted == pytest.approx(0.1, abs=1e-6)
    assert figures.members == 500
    assert list(figures.returned) == sorted(figures.returned)
    assert figures.with_holding[2] > figures.returned[2]
