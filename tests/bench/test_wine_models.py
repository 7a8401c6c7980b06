"""The comparison with radCAD: its model comes to what ours does, or the benchmark fails."""

from typing import Any

import pytest

from bench import wine_models
from bench.models.radcad_wine import WAYS, initial
from bench.table import Table
from sharemall.simulator.reading import parse_scenario

MEMBERS, DAYS = 30, 20


@pytest.fixture(scope="module")
def population() -> tuple[dict[str, Any], dict[str, Any]]:
    text = wine_models.SCENARIO.format(days=DAYS, members=MEMBERS, alpha=2)
    return wine_models.population(parse_scenario(text))


def modelled(given: dict[str, Any], way: str) -> dict[str, Any]:
    """The model's steps without radCAD: policies first, then each variable's update."""
    blocks, timesteps, _ = WAYS[way](given)
    state = {**initial(given["members"]), "timestep": 0}
    for step in range(timesteps):
        state["timestep"] = step
        for block in blocks:
            (policy,) = block["policies"].values()
            does = policy({"rates": given["rates"]}, None, None, dict(state))
            updates = [
                update({"rates": given["rates"]}, None, None, dict(state), does)
                for update in block["variables"].values()
            ]
            state.update(updates)
    return state


@pytest.mark.parametrize("way", list(WAYS))
def test_each_way_comes_to_ours_to_the_micro_unit(
    population: tuple[dict[str, Any], dict[str, Any]], way: str
) -> None:
    given, ours = population
    found = modelled(given, way)
    assert sum(map(len, given["orders"])) > 100
    assert found["reserve"] > 0
    wine_models.expect_same(found, ours)


def test_a_model_that_comes_to_something_else_is_no_comparison(
    population: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    given, ours = population
    found = modelled(given, "a day a step")
    found["holdings"]["dividends"][3] += 1
    with pytest.raises(AssertionError, match="m3 has other dividends"):
        wine_models.expect_same(found, ours)


def test_without_radcad_the_table_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr(wine_models, "MODELS", tmp_path)
    table = Table("t", ["what", "orders", "days", "members", "orders/s", "ours is"])
    wine_models.compare(table, MEMBERS, DAYS, rounds=1)
    assert [row[0] for row in table.rows] == ["ours", "radCAD"]
    assert "make models" in table.rows[1][4]
