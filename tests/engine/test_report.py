"""The printed report."""

import json

from hypothesis import strategies as st

from sharemall.engine.replay import replay
from sharemall.engine.report import dumps
from tests.engine.given import given
from tests.engine.strategies import Journal, journals

names = st.text(st.characters(), max_size=8)
texts = st.one_of(
    names, st.sampled_from(['": {"', "}\0", "\1{", '"},\n', "\\", '\\"', "\x7f", "{}"])
)
records = st.dictionaries(
    texts, st.fixed_dictionaries({"cash": texts, "level": st.integers(0, 10)})
)
reports = st.fixed_dictionaries(
    {
        "members": records,
        "merchants": records,
        "pool": st.fixed_dictionaries({"price": texts, "honor_carry": st.lists(texts, max_size=3)}),
        "days": st.lists(st.dictionaries(texts, texts, max_size=2), max_size=2),
        "rejected": st.lists(st.fixed_dictionaries({"id": texts, "code": texts}), max_size=2),
    }
)


@given(reports)
def test_a_report_is_printed_as_json_prints_it(report: dict[str, object]) -> None:
    assert dumps(report) == json.dumps(report, indent=1, sort_keys=True)
    assert dumps(report).isascii()


@given(journals())
def test_the_parts_of_a_pools_report_agree(journal: Journal) -> None:
    report = json.loads(dumps(replay(journal.scheme, journal.lines).report()))
    pool = {key: micro(number) for key, number in report["pool"].items() if key != "honor_carry"}
    assert pool["burned"] == pool["issued"] - pool["outstanding"]
    assert len(report["pool"]["honor_carry"]) == 10
    if pool["outstanding"]:
        assert pool["price"] == pool["reserve"] * 10**6 // pool["outstanding"]
    else:
        assert pool["reserve"] == pool["treasury"] == 0
    assert set(report) == {"members", "merchants", "pool", "days", "rejected"}
    for row in report["members"].values():
        assert set(row) == {"shares", "quota", "cash", "coins", "dividends", "level"}
        assert 0 <= row["level"] <= 10
    for row in report["merchants"].values():
        assert set(row) == {"shares", "cash", "coins"}


def micro(text: str) -> int:
    whole, point, fraction = text.partition(".")
    assert point
    assert len(fraction) == 6
    return int(whole + fraction)
