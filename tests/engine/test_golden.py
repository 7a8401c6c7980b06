"""Every golden case, to the letter."""

import pytest

from sharemall.engine.replay import replay_files
from sharemall.engine.report import dumps
from tests.engine.stepping import CASES, GOLDEN


@pytest.mark.parametrize("case", CASES)
def test_the_report_of_a_golden_journal_is_the_golden_report(case: str) -> None:
    report = replay_files(GOLDEN / f"{case}.toml", GOLDEN / f"{case}.jsonl")
    assert dumps(report) + "\n" == (GOLDEN / f"{case}.json").read_text(encoding="utf-8")


def test_there_are_golden_cases() -> None:
    assert len(CASES) >= 11
