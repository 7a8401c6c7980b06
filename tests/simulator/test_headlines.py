"""What a run says of itself, in words."""

import re
import threading

import numpy as np
import pytest

from sharemall.simulator.headlines import LANGUAGES, headlines
from sharemall.simulator.results import Run
from sharemall.simulator.run import simulate
from tests.simulator.scenarios import WINE, active, equal_orders


@pytest.fixture(scope="module")
def run() -> Run:
    """A run in which much happens: a stop, a panic, sells, coins."""
    return simulate(active(orders="stop_day = 40"), 7)


def numbers(sentences: list[str]) -> list[str]:
    """All figures, without the dates."""
    text = re.sub(r"\d{4}-\d{2}(-\d{2})?", "", " ".join(sentences))
    return sorted(re.findall(r"\d[\d,.]*\d|\d", text))


def test_both_languages_tell_the_same_facts(run: Run) -> None:
    english, chinese = (headlines(run, language) for language in LANGUAGES)
    assert len(english) == len(chinese) >= 10
    # Of one hundred, half, one in ten: words in one language, figures in the other.
    assert set(numbers(english)) ^ set(numbers(chinese)) <= {"100"}


def test_half_of_the_members_got_back_what_the_sentence_says(run: Run) -> None:
    spent = run.members["paid_micro"] > 0
    received = run.members["received_micro"][spent].tolist()
    paid = run.members["paid_micro"][spent].tolist()
    fen = sorted(back * 10_000 // cost for back, cost in zip(received, paid, strict=True))
    half = fen[-(-len(fen) // 2) - 1]
    (sentence,) = [text for text in headlines(run) if text.startswith("Of each ¥100 spent, half")]
    assert f"¥{half // 100}.{half % 100:02d} or less by the end" in sentence


def test_a_stop_and_a_panic_are_told(run: Run) -> None:
    text = " ".join(headlines(run))
    assert "From 2026-03-01 on nobody ordered." in text
    assert f"On 2026-02-24, {run.days['sells'][35]} members sold shares." in text


def test_that_all_was_checked_is_told_last(run: Run) -> None:
    assert headlines(run)[-1] == (
        f"What must always hold was checked {run.checks} times and held each time."
    )


def test_an_interrupted_run_says_so_first() -> None:
    stop = threading.Event()
    stop.set()
    empty = headlines(simulate(active(), 7, stop=stop))
    assert empty[0] == "The run was interrupted: these are 0 of 60 days."
    assert "No order was completed." in empty


def test_whoever_got_everything_back_is_counted() -> None:
    generous = WINE.replace('reserve = "0.30"\ndividend = "0.30"', 'reserve = "0"\ndividend = "1"')
    assert generous != WINE
    nobody = " ".join(headlines(simulate(equal_orders(days=5, a_day="3", scheme=generous), 1)))
    assert "No member got back all that it had spent." in nobody
    run = simulate(equal_orders(days=300, a_day="3"), 1)
    whole = np.count_nonzero(run.members["received_micro"] >= run.members["paid_micro"])
    share = int(whole) * 10_000 // len(run.members["paid_micro"])
    assert whole
    assert f"{share // 100}.{share % 100:02d} of 100 members got back" in " ".join(headlines(run))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_promises_anything(run: Run, language: str) -> None:
    text = " ".join(headlines(run, language)).lower()
    for word in (
        "will ",
        "guarantee",
        "risk-free",
        "profit for",
        "稳赚",
        "保本",
        "只涨不跌",
        "零风险",
    ):
        assert word not in text
