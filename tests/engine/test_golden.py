"""Every golden case, to the letter."""

from pathlib import Path

import pytest

from sharemall.engine.replay import replay_files
from sharemall.engine.report import dumps

CASES = sorted(Path(__file__).parent.joinpath("golden").glob("*.toml"))


@pytest.mark.parametrize("scheme", CASES, ids=lambda path: path.stem)
def test_the_report_of_a_golden_journal_is_the_golden_report(scheme: Path) -> None:
    report = replay_files(scheme, scheme.with_suffix(".jsonl"))
    assert dumps(report) + "\n" == scheme.with_suffix(".json").read_text(encoding="utf-8")


def test_there_are_golden_cases() -> None:
    assert len(CASES) >= 11
