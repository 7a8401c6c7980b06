"""Scenarios with other numbers: which keys can be set, and what is refused."""

import tomllib

import pytest

from sharemall.simulator.reading import ScenarioError, preset, presets
from sharemall.simulator.variation import dumps, parse_axis, varied


def test_an_axis_has_evenly_spaced_exact_values() -> None:
    axis = parse_axis("scheme.zones.wine.reserve=0.1:0.5:5")
    assert axis.key == "scheme.zones.wine.reserve"
    assert axis.values == ("0.1", "0.2", "0.3", "0.4", "0.5")


def test_thirds_are_rounded_to_nine_places() -> None:
    assert parse_axis("orders.refunds=0:1:4").values == ("0", "0.333333333", "0.666666667", "1")


def test_days_are_whole_and_each_is_there_once() -> None:
    assert parse_axis("orders.completion_days=0:2:5").values == ("0", "1", "2")


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("orders.refunds", ["write it as KEY=a:b:n"]),
        ("orders.refunds=0:1", ["write it as KEY=a:b:n"]),
        ("orders.refunds=x:-1:1", ["a 'x' is no number", "b '-1' is no number", "n '1' is no"]),
        ("orders.refunds=0:1:51", ["from 2 to 50"]),
    ],
)
def test_every_fault_of_an_axis_is_named(text: str, faults: list[str]) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_axis(text)
    assert len(caught.value.faults) == len(faults)
    for fault, expected in zip(caught.value.faults, faults, strict=True):
        assert expected in fault


@pytest.mark.parametrize("name", presets())
def test_a_preset_written_anew_is_the_same_scenario(name: str) -> None:
    scenario = preset(name)
    again = varied(scenario, {}, None)
    assert tomllib.loads(again.text) == tomllib.loads(scenario.text)
    assert again.zones == scenario.zones
    assert again.panics == scenario.panics
    assert again.scheme.zones == scenario.scheme.zones


def test_keys_of_the_scenario_and_of_its_scheme_are_set() -> None:
    found = varied(
        preset("bank-run"),
        {
            "orders.refunds": "0.25",
            "scenario.days": "90",
            "selling.panic[0].holders": "0.5",
            "scheme.sell_fee": "0.2",
            "scheme.zones.goods.reserve": "0.01",
        },
        None,
    )
    assert found.refunds_nano == 250_000_000
    assert found.days == 90
    assert found.panics[0].holders_nano == 500_000_000
    assert found.scheme.sell_fee_nano == 200_000_000
    assert found.scheme.zones["goods"].reserve_nano == 10_000_000


def test_a_key_that_the_file_leaves_out_can_be_set() -> None:
    found = varied(preset("red-wine"), {"selling.payday.members": "0.5"}, None)
    assert found.payday.members_nano == 500_000_000


@pytest.mark.parametrize(
    ("key", "value", "fault"),
    [
        ("orders.nothing", "1", "orders.nothing: unknown key"),
        ("scheme.zones.nowhere.reserve", "0.1", "zones.nowhere"),
        ("selling.panic[3].holders", "0.5", r"there is no panic\[3\]"),
        ("scenario.name.more", "1", "'name' is no table"),
        ("a[b.c", "1", "is no name of a table"),
        ("scheme.zones.goods.reserve", "0.999", "together above 1"),
    ],
)
def test_a_change_that_makes_no_scenario_is_refused(key: str, value: str, fault: str) -> None:
    with pytest.raises(ScenarioError, match=fault):
        varied(preset("bank-run"), {key: value}, None)


def test_any_text_survives_being_written() -> None:
    document = {
        "a table": {'quoted "text"': "back\\slash, tab\t, 中文, \x01", "yes": True, "n": 7},
        "list": ["1", 2, False],
        "none": [],
        "rows": [{"x": "1", "inner": {"y": "2"}}, {"x": "3"}],
    }
    assert tomllib.loads(dumps(document)) == document
