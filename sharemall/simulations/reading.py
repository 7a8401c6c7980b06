"""Scenarios and schemes as they are typed: every fault by its key, and its line if it has one."""

import re
from collections.abc import Iterator

from sharemall.engine.errors import SchemeError
from sharemall.engine.scheme import parse_scheme
from sharemall.simulations import limits
from sharemall.simulations.refusals import BadScenario
from sharemall.simulator.reading import ScenarioError, parse_scenario
from sharemall.simulator.scenario import Scenario

_HEADER = re.compile(r"\s*(\[\[?)\s*([\w.\-\"' ]+?)\s*\]")
_KEY = re.compile(r"\s*([\w\-\"'.]+)\s*=")
_FAULT_KEY = re.compile(r"([\w.\-\[\]\"']+): ")


def read(scenario_text: str, scheme_text: str | None) -> Scenario:
    """The scenario, under this scheme if one is given; small enough to be run here.

    Raises BadScenario with every fault of both.
    """
    too_long = tuple(
        f"file: at most {limits.MOST_TEXT:,} characters"
        for text in (scenario_text, scheme_text or "")
        if len(text) > limits.MOST_TEXT
    )
    if too_long:
        raise BadScenario(too_long[:1])
    scheme_faults: tuple[str, ...] = ()
    if scheme_text is not None:
        try:
            parse_scheme(scheme_text)
        except SchemeError as error:
            scheme_faults = error.faults
    try:
        scenario = parse_scenario(scenario_text, scheme_text=None if scheme_faults else scheme_text)
    except ScenarioError as error:
        raise BadScenario(
            placed(scenario_text, error.faults), placed(scheme_text or "", scheme_faults)
        ) from None
    if scheme_faults:
        raise BadScenario((), placed(scheme_text or "", scheme_faults))
    if found := tuple(limits.excesses(scenario)):
        raise BadScenario(placed(scenario_text, found))
    return scenario


def placed(text: str, faults: tuple[str, ...]) -> tuple[str, ...]:
    """The same faults, each with the line of its key in front where the text has that key."""
    lines = dict(_lines(text))
    found = []
    for fault in faults:
        key = _FAULT_KEY.match(fault)
        line = _line_of(key[1], lines) if key else None
        found.append(f"{line}: {fault}" if line else fault)
    return tuple(found)


def _line_of(key: str, lines: dict[str, int]) -> int | None:
    """The line of the key, or of the nearest table that it would stand in."""
    parts = key.split(".")
    while parts:
        if (line := lines.get(".".join(parts))) is not None:
            return line
        parts.pop()
    return None


def _lines(text: str) -> Iterator[tuple[str, int]]:
    """Every table and key of a TOML text with the number of its line; arrays' tables by number."""
    table, seen = "", dict[str, int]()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            table = re.sub(r"[\"' ]", "", header[2])
            if header[1] == "[[":
                place = seen[table] = seen.get(table, -1) + 1
                table = f"{table}[{place}]"
            yield table, number
        elif key := _KEY.match(line):
            name = re.sub(r"[\"']", "", key[1])
            yield f"{table}.{name}" if table else name, number
