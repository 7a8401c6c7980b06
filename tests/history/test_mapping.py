"""A map says what it means, or names every fault by its key."""

from pathlib import Path

import pytest

from sharemall.engine.scheme import parse_scheme
from sharemall.history.mapping import OPTIONAL, REQUIRED, MapError, check_against, parse_map
from tests.history.given import COLUMNS, MAP
from tests.ledger.helpers import SCHEME

DOCS = Path(__file__).parents[2] / "docs"


def faults(text: str) -> tuple[str, ...]:
    with pytest.raises(MapError) as raised:
        parse_map(text)
    return raised.value.faults


def test_a_short_map_has_sensible_defaults() -> None:
    found = parse_map(MAP)
    assert (found.encoding, found.delimiter, found.in_fen) == ("utf-8", ",", False)
    assert (found.time_format, found.time_zone) == ("iso", "Asia/Shanghai")
    assert (found.close_days, found.id_prefix, found.member_prefix) == (False, "", "")
    assert found.columns == {"id": "no", "time": "when", "member": "who", "paid": "sum"}


def test_every_key_can_be_given() -> None:
    found = parse_map(
        """
        encoding = "gb18030"
        delimiter = "\\t"
        amounts = "fen"
        time_format = "%Y年%m月%d日 %H:%M"
        time_zone = "Europe/Berlin"
        completed = ["交易成功", "done"]
        id_prefix = "tb-"
        member_prefix = "tb-"
        close_days = true
        [columns]
        id = "订单编号"
        time = "付款时间"
        member = "买家"
        paid = "实付"
        cost = "成本"
        referrer = "推荐人"
        merchant = "店铺"
        zone = "类目"
        status = "状态"
        [zones]
        "红酒" = "wine"
        """
    )
    assert found.in_fen
    assert found.close_days
    assert found.zones == {"红酒": "wine"}
    assert found.completed == {"交易成功", "done"}
    assert found.columns["referrer"] == "推荐人"


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('encoding = "latin-1"', "encoding"),
        ('delimiter = ""', "delimiter"),
        ('delimiter = ",,"', "delimiter"),
        ("delimiter = '\"'", "delimiter"),
        ('delimiter = "，"', "delimiter"),
        ("delimiter = 1", "delimiter"),
        ('amounts = "dollars"', "amounts"),
        ('time_format = "yesterday"', "time_format"),
        ('time_format = "%H:%M"', "time_format"),
        ('time_format = "%Y-%m-%d %I:%M"', "time_format"),
        ('time_format = "%Y-%m-%d %H:%M %Z"', "time_format"),
        ('time_format = "%"', "time_format"),
        ('time_zone = "Mars/Olympus"', "time_zone"),
        ('completed = ["done"]', "completed"),
        ("completed = []", "completed"),
        ('completed = "done"', "completed"),
        ("completed = [1]", "completed"),
        ("close_days = 1", "close_days"),
        ("id_prefix = 7", "id_prefix"),
        ('colour = "red"', "colour"),
        ("zones = 3", "zones"),
        ('zones = { wine = "wine" }', "zones"),
    ],
)
def test_a_faulty_line_is_named_by_its_key(line: str, key: str) -> None:
    assert any(fault.startswith(f"{key}:") for fault in faults(f"{line}\n{MAP}"))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (COLUMNS, "zone"),
        (MAP + 'zone = "kind"', "zone"),
        (MAP.replace('id = "no"', ""), "columns.id"),
        (MAP.replace('"no"', '""'), "columns.id"),
        (MAP.replace('"no"', "1"), "columns.id"),
        (MAP + 'colour = "red"', "columns.colour"),
        (MAP + 'status = "status"', "completed"),
        (COLUMNS + 'zone = "kind"\n[zones]\nred = 7', "zones.red"),
        ('zone = "wine"', "columns"),
        ('zone = "wine"\ncolumns = 3', "columns"),
    ],
)
def test_faults_among_the_columns_are_named_by_their_keys(text: str, key: str) -> None:
    assert any(fault.startswith(f"{key}") for fault in faults(text))


def test_the_maps_in_the_documentation_are_good() -> None:
    text = (DOCS / "import.md").read_text(encoding="utf-8")
    maps = [parse_map(block.partition("```")[0]) for block in text.split("```toml")[1:]]
    assert [found.id_prefix for found in maps] == ["tb-", "cdnow-"]
    assert set(maps[0].columns) == {*REQUIRED, *OPTIONAL}
    parse_map((DOCS / "examples" / "map.toml").read_text(encoding="utf-8"))


def test_all_faults_are_named_at_once() -> None:
    assert len(faults('amounts = "x"\nencoding = "y"\n[columns]\nid = "no"')) == 6


def test_what_is_no_toml_is_refused() -> None:
    assert "not a TOML file" in faults("zone = ")[0]


def test_the_file_has_to_have_each_column_once() -> None:
    scheme = parse_scheme(SCHEME)
    with pytest.raises(MapError) as raised:
        check_against(parse_map(MAP), ["no", "who", "who", "sum"], scheme)
    assert [fault.partition(":")[0] for fault in raised.value.faults] == [
        "columns.time",
        "columns.member",
    ]


def test_columns_that_the_map_does_not_name_may_be_there_twice() -> None:
    check_against(parse_map(MAP), ["x", "no", "x", "when", "who", "sum"], parse_scheme(SCHEME))


def test_the_scheme_has_to_have_the_zones_and_their_costs() -> None:
    profit = parse_scheme(SCHEME.replace("[zones.wine]", '[zones.wine]\nbase = "profit"'))
    header = ["no", "when", "who", "sum", "kind"]
    with pytest.raises(MapError, match=r"columns\.cost is needed"):
        check_against(parse_map(MAP), header, profit)
    with pytest.raises(MapError, match="no zone"):
        check_against(parse_map(MAP.replace('"wine"', '"tea"')), header, profit)
    translated = parse_map(COLUMNS + 'zone = "kind"\n[zones]\nred = "tea"')
    with pytest.raises(MapError, match=r'zones\."red"'):
        check_against(translated, header, profit)
