"""The presets of the worked examples give the worked examples' figures."""

import json

import pytest

from sharemall.engine.replay import replay
from sharemall.schemes import presets
from tests.engine.test_golden import GOLDEN


@pytest.mark.parametrize(
    ("key", "case"), [("share_of_the_shop", "zone_dividend"), ("red_wine", "wine")]
)
def test_a_preset_replays_the_worked_example_to_the_letter(key: str, case: str) -> None:
    lines = (GOLDEN / f"{case}.jsonl").read_text().splitlines()
    report = replay(presets.text_of(key), lines).report()
    assert report == json.loads((GOLDEN / f"{case}.json").read_text())


def test_there_is_no_other_preset() -> None:
    with pytest.raises(KeyError):
        presets.text_of("../scheme")
