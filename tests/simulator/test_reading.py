"""Scenario files: what is read, and that every fault is named by its key."""

from datetime import date
from pathlib import Path

import pytest

from sharemall.engine.amounts import NANO
from sharemall.simulator.reading import (
    SCHEMES,
    ScenarioError,
    load_scenario,
    parse_scenario,
    preset,
    presets,
)
from tests.simulator.scenarios import FULL, WINE

DOCUMENT = Path(__file__).parents[2] / "docs" / "simulator.md"
SMALL = """
[scenario]
name = "small"
days = 30
[arrivals]
at_start = 5
[orders]
median = "100"
"""


def faults(text: str, scheme: str | None = WINE, folder: Path | None = None) -> list[str]:
    """The faults of a scenario that is refused."""
    with pytest.raises(ScenarioError) as error:
        parse_scenario(text, scheme_text=scheme, folder=folder)
    return list(error.value.faults)


def test_what_is_left_out_has_its_usual_value() -> None:
    scenario = parse_scenario(SMALL, scheme_text=WINE)
    assert scenario.scheme.name == "wine"
    assert scenario.start == date(2026, 1, 1)
    assert scenario.stop_day is None
    assert scenario.completion_days == 10
    assert scenario.repurchase.r_nano == 0
    assert scenario.arrivals.growth_a_year_nano == NANO
    assert scenario.arrivals.season_nano == (NANO,) * 12
    (zone,) = scenario.zones
    assert (zone.name, zone.values.median_fen, zone.cost_nano) == ("wine", 10_000, 0)
    assert (scenario.gain.members_nano, scenario.payday.members_nano) == (0, 0)
    assert scenario.panics == ()
    assert scenario.company.coins == "keep"
    assert scenario.text == SMALL


def test_all_zones_of_the_scheme_take_part_unless_some_are_named() -> None:
    scheme = FULL.format(cap="100", exit="false", base="sales", quota="1")
    both = parse_scenario(SMALL, scheme_text=scheme)
    assert [zone.name for zone in both.zones] == ["value", "amount"]
    text = SMALL + '[zones.amount]\nmedian = "7"\nweight = "3"\ncost = "0.5"'
    (one,) = parse_scenario(text, scheme_text=scheme).zones
    assert (one.name, one.values.median_fen, one.cost_nano) == ("amount", 700, NANO // 2)


def test_what_a_zone_leaves_open_is_as_in_orders() -> None:
    text = SMALL + 'sigma = "0.5"\ncost = "0.2"\n[zones.wine]\nmost = "500"'
    (zone,) = parse_scenario(text, scheme_text=WINE).zones
    assert zone.values.median_fen == 10_000
    assert zone.values.sigma_nano == NANO // 2
    assert zone.values.most_fen == 50_000
    assert zone.cost_nano == NANO // 5


def test_real_purchases_are_drawn_from_by_their_name() -> None:
    text = SMALL.replace('median = "100"', 'file = "cdnow"')
    (zone,) = parse_scenario(text, scheme_text=WINE).zones
    assert len(zone.values.amounts_fen) == 6_911  # free orders are left out
    assert sum(zone.values.amounts_fen) == 24_409_194


def test_a_scheme_and_orders_may_lie_beside_the_scenario(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(WINE)
    (tmp_path / "paid.csv").write_text("when,total\nx,12.50\ny,0\nz,3\n")
    text = SMALL.replace("days", 'scheme = "mine.toml"\ndays').replace(
        'median = "100"', 'file = "paid.csv"\ncolumn = "total"'
    )
    (tmp_path / "scenario.toml").write_text(text)
    scenario = load_scenario(tmp_path / "scenario.toml")
    assert scenario.scheme.name == "wine"
    assert scenario.zones[0].values.amounts_fen == (1250, 300)
    with pytest.raises(ScenarioError, match=r"there is no 'paid.csv'"):
        parse_scenario(text, scheme_text=WINE)


@pytest.mark.parametrize("name", presets())
def test_a_preset_is_titled_in_both_languages(name: str) -> None:
    scenario = preset(name)
    assert scenario.name == name
    assert set(scenario.titles) == {"en", "zh-hans"}


def test_there_are_presets_for_what_operators_ask_first() -> None:
    assert presets() == [
        "bank-run",
        "cautious",
        "fast-growth",
        "growth-then-stop",
        "red-wine",
        "share-of-the-shop",
        "steady-shop",
    ]
    with pytest.raises(ScenarioError, match="there are: bank-run"):
        preset("perpetual-growth")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("days = 30", ""), ["scenario.days: missing"]),
        (("days = 30", "days = 0"), ["scenario.days: must be a whole number from 1"]),
        (("days = 30", 'days = "30"'), ["scenario.days: must be a whole number"]),
        (("days = 30", "days = true"), ["scenario.days: must be a whole number"]),
        (("days = 30", 'days = 30\nstart = "soon"'), ["scenario.start: must be a day"]),
        (("days = 30", 'days = 30\nstart = "9999-12-30"'), ["scenario.start: must be a day"]),
        (('name = "small"', ""), ["scenario.name: missing"]),
        (("at_start = 5", ""), ["arrivals.a_day: nobody ever joins"]),
        (("at_start = 5", "at_start = -1"), ["arrivals.at_start: must be a whole number from 0"]),
        (("at_start = 5", 'a_day = "many"'), ["arrivals.a_day: must be a number"]),
        (("at_start = 5", 'at_start = 5\nseason = ["1"]'), ["arrivals.season: must be an array"]),
        (
            ("at_start = 5", f"at_start = 5\nseason = {['-1'] + ['1'] * 11}"),
            ["arrivals.season[0]: must be a number"],
        ),
        (('median = "100"', ""), ["orders.median: missing"]),
        (('median = "100"', 'median = "0"'), ["orders.median: must be an amount"]),
        (("[orders]", '[orders]\ncost = "1.5"'), ["orders.cost: must be a number from 0 to 1"]),
        (("[orders]", '[orders]\nleast = "9"\nmost = "8"'), ["orders.least: is above most"]),
        (("[orders]", '[orders]\nleast = "0.001"'), ["orders.least: must be from 0.01"]),
        (("[orders]", "[orders]\nstop_day = -3"), ["orders.stop_day: must be a whole number"]),
        (("[orders]", '[orders]\nfile = "cdnow"\ncolumn = "x"'), ["orders.column: the file"]),
        (("[orders]", '[orders]\nfile = "none"'), ["orders.file: there is no 'none'"]),
        (("[orders]", '[orders]\nfile = "cdnow"\nmost = "0.5"'), ["orders.file: no amount in it"]),
        (("[orders]", "[orders]\nx = 1"), ["orders.x: unknown key"]),
        (("[orders]", "[more]\n[orders]"), ["more: unknown key"]),
        (("[orders]", '[zones.beer]\n[orders]'), ["zones.beer: no such zone; the scheme"]),
        (("[orders]", '[zones.wine]\nweight = "0"\n[orders]'), ["zones: no weight is above 0"]),
        (("[orders]", '[repurchase]\nr = "0"\nalpha = "1"\n[orders]'),
         ["repurchase.a: missing", "repurchase.b: missing", "repurchase.r: must be above 0"]),
        (("[orders]", '[selling]\ngain.members = "0.6"\npayday.members = "0.5"\n[orders]'),
         ["selling.gain: members: together with payday.members above 1"]),
        (("[orders]", '[selling.payday]\nday = 0\n[orders]'), ["selling.payday.day: must be"]),
        (("[orders]", '[[selling.panic]]\nday = 1\n[orders]'), ["selling.panic[0].holders: "]),
        (("[orders]", '[selling]\npanic = 1\n[orders]'), ["selling.panic: must be an array"]),
        (("[orders]", '[referral]\nmembers = "2"\n[orders]'), ["referral.members: must be"]),
        (("[orders]", '[coins]\nmost = 1\n[orders]'), ["coins.most: must be"]),
        (("[orders]", '[company]\ncoins = "eat"\ncash = "-1"\n[orders]'),
         ["company.cash: must be", 'company.coins: must be "keep" or "sell"']),
        (("[scenario]", "[scenario"), ["file: not a TOML file"]),
    ],
)  # fmt: skip
def test_every_fault_is_named_by_its_key(change: tuple[str, str], expected: list[str]) -> None:
    found = faults(SMALL.replace(*change))
    assert len(found) == len(expected), found
    for fault, beginning in zip(sorted(found), expected, strict=True):
        assert fault.startswith(beginning), fault


def test_the_faults_of_a_scheme_are_named_by_its_keys() -> None:
    found = faults(SMALL, WINE.replace('"2"', '"two"').replace('"0.70"', '"7"'))
    assert [fault.partition(": must")[0] for fault in found] == [
        "scenario.scheme: zones.wine.quota",
        "scenario.scheme: zones.wine.issue.buyer",
    ]


def test_a_scheme_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    assert faults(SMALL, None)[0].startswith("scenario.scheme: missing")
    with_scheme = SMALL.replace("days", 'scheme = "none.toml"\ndays')
    (fault,) = faults(with_scheme, None)
    assert fault.startswith("scenario.scheme: there is no 'none.toml'; allowed are: cautious, ")
    assert "beside" not in fault
    (fault,) = faults(with_scheme, None, tmp_path)
    assert fault.endswith("cannot be read: No such file or directory")


def test_orders_that_are_no_amounts_are_named_by_their_line(tmp_path: Path) -> None:
    (tmp_path / "paid.csv").write_text("amount\n1.50\nfree\n")
    text = SMALL.replace('median = "100"', 'file = "paid.csv"')
    assert faults(text, folder=tmp_path) == ["orders.file: line 3: 'free' is no amount"]


def test_the_documents_example_is_a_scenario() -> None:
    text = DOCUMENT.read_text(encoding="utf-8").partition("```toml\n")[2].partition("```")[0]
    scenario = parse_scenario(text)
    assert len(scenario.panics) == 1
    assert scenario.coins.members_nano == NANO // 10


def test_the_presets_schemes_are_schemes() -> None:
    for path in SCHEMES.glob("*.toml"):
        text = SMALL.replace("days", f'scheme = "{path.stem}"\ndays')
        assert parse_scenario(text).scheme.name == path.stem
