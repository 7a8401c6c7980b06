"""The report in a browser: without a network, by phone and by desktop, by pointer and keyboard."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from sharemall.simulator.report.page import page
from sharemall.simulator.report.words import Words
from sharemall.simulator.report.writing import write_overview
from sharemall.simulator.study import Study
from tests.browser import faults, overflow
from tests.simulator.made import made_run, made_study
from tests.simulator.test_report import study_with_grid

SCREENS = {"phone": (390, 844), "desktop": (1440, 900)}


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A plain report in Chinese, one with bands, an interrupted one with a grid, an overview."""
    folder = tmp_path_factory.mktemp("reports")

    def written(name: str, study: Study, language: str) -> Path:
        path = folder / f"report-{name}.html"
        path.write_text(page(study, Words(language)), encoding="utf-8")
        return path

    plain = made_study(made_run())
    runs = made_study(*(made_run(seed=seed, days=80) for seed in range(3)), complete=False)
    both = {"report-plain.html": plain, "report-runs.html": runs}
    return {
        "plain": written("plain", plain, "zh"),
        "runs": written("runs", runs, "en"),
        "grid": written("grid", study_with_grid(), "en"),
        "overview": write_overview(both, folder, "zh", complete=False),
    }


@pytest.fixture(params=SCREENS)
def offline(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page without a network that fails the test if anything is loaded or complained about."""
    width, height = SCREENS[request.param]
    # Without motion: while the page glides to one section, the contents' next link moves away.
    context = browser.new_context(
        viewport={"width": width, "height": height}, offline=True, reduced_motion="reduce"
    )
    opened = context.new_page()
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("request", lambda sent: said.append(sent.url))
    yield opened
    context.close()
    assert [text for text in said if not text.split("#")[0].endswith(".html")] == []


@pytest.mark.browser
@pytest.mark.parametrize("name", ["plain", "runs", "grid", "overview"])
def test_a_report_opens_offline_and_axe_finds_nothing(
    offline: Page, reports: dict[str, Path], name: str
) -> None:
    offline.goto(reports[name].as_uri())
    for details in offline.locator("details summary").all():
        details.click()
    assert overflow(offline) <= 0
    assert faults(offline) == []


@pytest.mark.browser
def test_the_pointer_reads_the_values_and_nothing_is_cut_off(
    offline: Page, reports: dict[str, Path]
) -> None:
    offline.goto(reports["runs"].as_uri())
    plot = offline.locator("#chart-quota .plot")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box is not None
    tip = plot.locator(".tip")
    expect(tip).to_be_hidden()
    for part in (0.02, 0.5, 0.98):
        offline.mouse.move(box["x"] + box["width"] * part, box["y"] + 40)
        expect(tip).to_be_visible()
        expect(tip).to_contain_text("granted so far")
        found = tip.bounding_box()
        assert found is not None
        assert found["x"] >= 0
        assert found["x"] + found["width"] <= offline.evaluate("innerWidth")
    expect(tip.locator("b")).to_contain_text("2026-03")
    offline.mouse.move(1, 1)
    expect(tip).to_be_hidden()


@pytest.mark.browser
def test_the_arrow_keys_read_the_values_too(offline: Page, reports: dict[str, Path]) -> None:
    offline.goto(reports["plain"].as_uri())
    plot = offline.locator("#chart-price .plot")
    plot.focus()
    offline.keyboard.press("Home")
    day = plot.locator(".tip b")
    first = day.inner_text()
    offline.keyboard.press("ArrowRight")
    assert day.inner_text() > first
    offline.keyboard.press("End")
    offline.keyboard.press("ArrowRight")
    assert day.inner_text() == "2027-02-04"
    offline.keyboard.press("Escape")
    expect(plot.locator(".tip")).to_be_hidden()


@pytest.mark.browser
def test_the_contents_lead_to_each_section(offline: Page, reports: dict[str, Path]) -> None:
    offline.goto(reports["grid"].as_uri())
    links = offline.locator("nav.toc a")
    for place in range(links.count()):
        address = links.nth(place).get_attribute("href")
        links.nth(place).click()
        expect(offline.locator(f"section{address} h2")).to_be_in_viewport()
