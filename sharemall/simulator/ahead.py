"""What a real state comes to if nobody buys any more. Source: docs/simulator.md."""

from datetime import date

from sharemall.engine.state import State
from sharemall.simulator.reading import parse_scenario
from sharemall.simulator.results import Run
from sharemall.simulator.run import simulate

_TEXT = """
[scenario]
name = "nobody-buys"
start = "{start}"
days = {days}
[arrivals]
at_start = 1
[orders]
median = "1"
stop_day = 0
"""
_EVERYBODY_SELLS = """
[[selling.panic]]
day = {day}
holders = "1"
"""


def nobody_buys(state: State, *, start: date, days: int, run_day: int | None = None) -> Run:
    """The days from `start` on with no order; on `run_day`, from 0, every member sells everything.

    `state` is complete and last closed before `start`; it is changed. Members' `received_micro` is
    what each gets from then on.
    """
    text = _TEXT.format(start=start, days=days)
    if run_day is not None:
        text += _EVERYBODY_SELLS.format(day=run_day)
    scenario = parse_scenario(text, scheme_text=state.scheme.text)
    return simulate(scenario, seed=0, state=state)
