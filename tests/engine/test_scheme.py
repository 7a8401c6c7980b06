"""Scheme files: what they may hold, and every fault by its key."""

from pathlib import Path

import pytest

from sharemall.engine.errors import SchemeError
from sharemall.engine.scheme import Issue, Zone, parse_scheme

SHORTEST = """
[scheme]
name = "s"
share_cap = "5"
[zones.z]
reserve = "0.3"
issue = { by = "value", buyer = "0.7" }
"""
TEN = ", ".join(f'"{amount}"' for amount in range(1, 11))


def faults(text: str) -> list[str]:
    with pytest.raises(SchemeError) as refused:
        parse_scheme(text)
    assert str(refused.value) == "; ".join(refused.value.faults)
    assert "\n" not in str(refused.value)
    return list(refused.value.faults)


def keys(text: str) -> list[str]:
    return [fault.partition(": ")[0] for fault in faults(text)]


def test_what_is_left_out_has_its_default() -> None:
    scheme = parse_scheme(SHORTEST)
    assert (scheme.name, scheme.timezone, scheme.share_cap_micro) == (
        "s",
        "Asia/Shanghai",
        5_000_000,
    )
    assert scheme.initial_price_micro == 1_000_000
    assert scheme.sell_fee_nano == 100_000_000
    assert scheme.forced_exit is False
    assert scheme.honor_thresholds_micro == ()
    assert scheme.zones["z"] == Zone(
        base="sales",
        reserve_nano=300_000_000,
        dividend_nano=0,
        honor_nano=0,
        quota_nano=0,
        issue=Issue("value", buyer_nano=700_000_000, referrer_nano=0, yuan_per_share_micro=10**6),
    )
    assert scheme.text == SHORTEST


def test_everything_can_be_said() -> None:
    scheme = parse_scheme(f"""
        [scheme]
        name = "s"
        timezone = "Europe/Berlin"
        share_cap = "1000000000000"
        initial_price = "0.000001"
        sell_fee = "0.000000001"
        forced_exit = true
        honor_thresholds = [{TEN}]
        [zones.z]
        base = "profit"
        reserve = "0.5"
        dividend = "0.25"
        honor = "0.25"
        quota = "1000"
        [zones.z.issue]
        by = "amount"
        yuan_per_share = "200"
        referrer = "1"
        [zones."二 手"]
        reserve = "1.000000000"
        [zones."二 手".issue]
        by = "value"
        buyer = "0.9"
        referrer = "0.1"
    """)
    assert scheme.honor_thresholds_micro == tuple(level * 10**6 for level in range(1, 11))
    assert scheme.forced_exit is True
    zone = scheme.zones["z"]
    assert (zone.base, zone.quota_nano) == ("profit", 1000 * 10**9)
    assert zone.issue == Issue("amount", 0, 10**9, 200 * 10**6)
    assert scheme.zones["二 手"].issue.referrer_nano == 10**8


def with_scheme(line: str) -> str:
    return SHORTEST.replace('name = "s"', f'name = "s"\n{line}')


def with_zone(line: str) -> str:
    return SHORTEST.replace('reserve = "0.3"', f'reserve = "0.3"\n{line}')


def with_issue(table: str) -> str:
    return SHORTEST.replace('{ by = "value", buyer = "0.7" }', table)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (with_scheme('timezone = "../x"'), "scheme.timezone"),
        (with_scheme('timezone = ""'), "scheme.timezone"),
        (with_scheme("timezone = 8"), "scheme.timezone"),
        (with_scheme('initial_price = "0"'), "scheme.initial_price"),
        (with_scheme('initial_price = "1.0000000"'), "scheme.initial_price"),
        (with_scheme('initial_price = "1000000000000.000001"'), "scheme.initial_price"),
        (with_scheme("initial_price = 1"), "scheme.initial_price"),
        (with_scheme("initial_price = nan"), "scheme.initial_price"),
        (with_scheme("initial_price = inf"), "scheme.initial_price"),
        (with_scheme("initial_price = 2026-01-01"), "scheme.initial_price"),
        (with_scheme('initial_price = "-1"'), "scheme.initial_price"),
        (with_scheme('initial_price = "1e3"'), "scheme.initial_price"),
        (with_scheme('initial_price = "１"'), "scheme.initial_price"),
        (with_scheme('initial_price = "1\\n"'), "scheme.initial_price"),
        (with_scheme(f'initial_price = "{"9" * 9000}"'), "scheme.initial_price"),
        (with_scheme(f"initial_price = 0x{'f' * 9000}"), "scheme.initial_price"),
        (with_scheme('sell_fee = "1.1"'), "scheme.sell_fee"),
        (with_scheme('sell_fee = "-0.1"'), "scheme.sell_fee"),
        (with_scheme('sell_fee = "0.1000000000"'), "scheme.sell_fee"),
        (with_scheme("sell_fee = 0.1"), "scheme.sell_fee"),
        (with_scheme('forced_exit = "true"'), "scheme.forced_exit"),
        (with_scheme("forced_exit = 1"), "scheme.forced_exit"),
        (with_scheme('honor_thresholds = ["1"]'), "scheme.honor_thresholds"),
        (with_scheme(f'honor_thresholds = [{TEN}, "11"]'), "scheme.honor_thresholds"),
        (with_scheme(f"honor_thresholds = [{TEN.replace('10', '9')}]"), "scheme.honor_thresholds"),
        (with_scheme('honor_thresholds = "1"'), "scheme.honor_thresholds"),
        (with_scheme("honor_thresholds = {}"), "scheme.honor_thresholds"),
        (
            with_scheme(f"honor_thresholds = [{TEN.replace('10', '0')}]"),
            "scheme.honor_thresholds[9]",
        ),
        (
            with_scheme(f"honor_thresholds = [1, {TEN.partition(', ')[2]}]"),
            "scheme.honor_thresholds[0]",
        ),
        (with_scheme('colour = "red"'), "scheme.colour"),
        (SHORTEST.replace('name = "s"\n', ""), "scheme.name"),
        (SHORTEST.replace('"s"', "1"), "scheme.name"),
        (SHORTEST.replace('share_cap = "5"\n', ""), "scheme.share_cap"),
        (SHORTEST.replace('"5"', '"0"'), "scheme.share_cap"),
        (SHORTEST.replace('"5"', '"1000000000001"'), "scheme.share_cap"),
        (with_zone('base = "profits"'), "zones.z.base"),
        (with_zone("base = []"), "zones.z.base"),
        (with_zone('quota = "1000.000000001"'), "zones.z.quota"),
        (with_zone('dividend = ""'), "zones.z.dividend"),
        (with_zone('honor = "x"'), "zones.z.honor"),
        (with_zone('honour = "0"'), "zones.z.honour"),
        (SHORTEST.replace('reserve = "0.3"\n', ""), "zones.z.reserve"),
        (with_issue('{ by = "price", buyer = "0.7" }'), "zones.z.issue.by"),
        (with_issue('{ buyer = "0.7" }'), "zones.z.issue.by"),
        (with_issue('{ by = "value" }'), "zones.z.issue.buyer"),
        (with_issue('{ by = "value", buyer = "1.1" }'), "zones.z.issue.buyer"),
        (
            with_issue('{ by = "value", buyer = "0.7", yuan_per_share = "1" }'),
            "zones.z.issue.yuan_per_share",
        ),
        (with_issue('{ by = "amount" }'), "zones.z.issue.yuan_per_share"),
        (with_issue('{ by = "amount", yuan_per_share = "0" }'), "zones.z.issue.yuan_per_share"),
        (
            with_issue('{ by = "amount", yuan_per_share = "1", buyer = "0" }'),
            "zones.z.issue.buyer",
        ),
        (
            with_issue('{ by = "amount", yuan_per_share = "1", referrer = "1.1" }'),
            "zones.z.issue.referrer",
        ),
        (with_issue('"value"'), "zones.z.issue"),
        (SHORTEST + '[extra]\nx = "1"\n', "extra"),
        ("[scheme]\nname = 's'\nshare_cap = '1'\n", "zones"),
        ("[scheme]\nname = 's'\nshare_cap = '1'\n[zones]\n", "zones"),
        ("zones = 1\n[scheme]\nname = 's'\nshare_cap = '1'\n", "zones"),
        ("[scheme]\nname = 's'\nshare_cap = '1'\n[zones]\nz = 1\n", "zones.z"),
        ("scheme = 1\n" + SHORTEST.partition('"5"')[2], "scheme"),
        ("[[scheme]]\n" + SHORTEST.partition('"5"')[2], "scheme"),
    ],
)
def test_a_fault_is_named_by_its_key(text: str, key: str) -> None:
    assert keys(text) == [key]


def test_rates_may_not_come_to_more_than_all() -> None:
    assert parse_scheme(with_zone('dividend = "0.3"\nhonor = "0.4"'))
    assert keys(with_zone('dividend = "0.3"\nhonor = "0.400000001"')) == [
        "zones.z.reserve + zones.z.dividend + zones.z.honor"
    ]
    assert parse_scheme(with_issue('{ by = "value", buyer = "0.7", referrer = "0.3" }'))
    assert keys(with_issue('{ by = "value", buyer = "0.7", referrer = "0.31" }')) == [
        "zones.z.issue.buyer + zones.z.issue.referrer"
    ]


def test_every_fault_is_named_at_once() -> None:
    assert keys("""
        colour = "red"
        [scheme]
        name = 1
        timezone = "Mars/Olympus"
        initial_price = "0"
        sell_fee = "2"
        forced_exit = "no"
        honor_thresholds = ["2", "x"]
        [zones.a]
        base = "turnover"
        reserve = "0.9"
        dividend = "0.2"
        quota = "-1"
        [zones.a.issue]
        by = "value"
        buyer = "0.7"
        referrer = 0.1
        [zones."b c"]
        issue = { by = "amount", buyer = "0.7" }
        [zones.d]
    """) == [
        "scheme.name",
        "scheme.timezone",
        "scheme.share_cap",
        "scheme.initial_price",
        "scheme.sell_fee",
        "scheme.forced_exit",
        "scheme.honor_thresholds",
        "scheme.honor_thresholds[1]",
        "zones.a.base",
        "zones.a.quota",
        "zones.a.issue.referrer",
        "zones.a.reserve + zones.a.dividend + zones.a.honor",
        "zones.'b c'.reserve",
        "zones.'b c'.issue.yuan_per_share",
        "zones.'b c'.issue.buyer",
        "zones.d.reserve",
        "zones.d.issue",
        "zones.d.issue.by",
        "colour",
    ]


def test_an_empty_file_misses_everything() -> None:
    assert keys("") == ["scheme", "scheme.name", "scheme.share_cap", "zones"]


@pytest.mark.parametrize(
    "text",
    [
        "[scheme",
        "a = 1\na = 2",
        "\ufeff" + SHORTEST,
        "a = " + "[" * 100_000,
        "x = 1" + "0" * 9000,
        "[scheme]\nname = 's\n",
        "\x00",
        "{}",
    ],
)
def test_what_is_no_toml_is_refused_in_one_line(text: str) -> None:
    (fault,) = faults(text)
    assert fault.startswith("file: not a TOML file: ")


def test_a_key_that_cannot_be_printed_is_named_all_the_same() -> None:
    (fault,) = faults(with_zone('"\\u0007\\n" = "1"'))
    assert fault.startswith(r"zones.z.'\x07\n': unknown key")
    assert fault.isprintable()


def test_line_ends_of_windows_are_line_ends() -> None:
    assert parse_scheme(SHORTEST.replace("\n", "\r\n")).name == "s"


def test_a_version_keeps_cap_initial_price_and_time_zone() -> None:
    first = parse_scheme(SHORTEST)
    assert parse_scheme(with_scheme('sell_fee = "0.5"\nforced_exit = true')).may_follow(first)
    same = 'timezone = "Asia/Shanghai"\ninitial_price = "1.00"'
    assert parse_scheme(with_scheme(same)).may_follow(first)
    assert not parse_scheme(SHORTEST.replace('"5"', '"6"')).may_follow(first)
    assert not parse_scheme(with_scheme('initial_price = "2"')).may_follow(first)
    assert not parse_scheme(with_scheme('timezone = "Asia/Chongqing"')).may_follow(first)


def test_the_golden_schemes_are_good() -> None:
    for path in Path(__file__).parent.joinpath("golden").glob("*.toml"):
        assert parse_scheme(path.read_text(encoding="utf-8")).zones
