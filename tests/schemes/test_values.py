"""Values of a form and a scheme file: there and back, and every fault at its field."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharemall.engine.scheme import Scheme, parse_scheme
from sharemall.schemes import presets
from sharemall.schemes.values import (
    BadValues,
    FaultCode,
    Values,
    ZoneValues,
    scheme_file,
    tidied,
    values_of,
)
from tests.engine.test_golden import GOLDEN
from tests.schemes.given import SCHEME

TODAY = parse_scheme(SCHEME)
VALUES = values_of(TODAY)
WINE = VALUES.zones[0]


def faults(values: Values) -> list[tuple[str, str]]:
    """Field and code of each fault."""
    with pytest.raises(BadValues) as refused:
        scheme_file(tidied(values), TODAY)
    return [(fault.field, fault.code) for fault in refused.value.faults]


def with_wine(**fields: str) -> Values:
    return replace(VALUES, zones=(replace(WINE, **fields), VALUES.zones[1]))


def same(one: Scheme, other: Scheme) -> bool:
    """Whether two schemes say the same, however they are written."""
    return replace(one, text="") == replace(other, text="")


@pytest.mark.parametrize("name", sorted(path.stem for path in GOLDEN.glob("*.toml")))
def test_a_scheme_becomes_values_and_the_same_scheme_again(name: str) -> None:
    scheme = parse_scheme((GOLDEN / f"{name}.toml").read_text())
    assert same(parse_scheme(scheme_file(values_of(scheme), scheme)), scheme)


@pytest.mark.parametrize("key", presets.KEYS)
def test_a_preset_is_a_good_scheme_file(key: str) -> None:
    scheme = parse_scheme(presets.text_of(key))
    assert same(parse_scheme(scheme_file(values_of(scheme), scheme)), scheme)


def test_cap_initial_price_and_time_zone_are_those_in_force() -> None:
    text = SCHEME.replace('"1000000"', '"7"\ninitial_price = "3"\ntimezone = "Europe/Paris"')
    kept = parse_scheme(text)
    assert parse_scheme(scheme_file(VALUES, kept)).may_follow(kept)


def test_blanks_and_empty_rows_are_passed_over() -> None:
    blank = ZoneValues(base="profit", by="amount")
    spaced = replace(WINE, reserve=" 0.30 ", key=" wine ")
    values = replace(VALUES, zones=(spaced, blank, VALUES.zones[1]), honor_thresholds=(" ",) * 10)
    tidy = tidied(values)
    assert [zone.key for zone in tidy.zones] == ["wine", "home"]
    assert tidy.honor_thresholds == ()
    assert parse_scheme(scheme_file(tidy, TODAY)).zones == TODAY.zones


def test_what_is_left_empty_has_its_default() -> None:
    zone = ZoneValues(key="wine", reserve="0.2", buyer="0.5")
    scheme = parse_scheme(scheme_file(Values("bare", (zone,)), TODAY))
    assert scheme.sell_fee_nano == 100_000_000
    assert scheme.zones["wine"].quota_nano == scheme.zones["wine"].honor_nano == 0


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("reserve", "", FaultCode.MISSING),
        ("reserve", "1.1", FaultCode.RATE),
        ("reserve", "30%", FaultCode.RATE),
        ("dividend", "0.1234567891", FaultCode.RATE),
        ("honor", "-0.1", FaultCode.RATE),
        ("quota", "1001", FaultCode.QUOTA),
        ("buyer", "", FaultCode.MISSING),
        ("buyer", "seven", FaultCode.RATE),
        ("referrer", "２", FaultCode.RATE),
        ("base", "turnover", FaultCode.WORD),
        ("by", "weight", FaultCode.WORD),
        ("key", "", FaultCode.MISSING),
        ("key", "Wine List", FaultCode.KEY),
        ("key", "home", FaultCode.KEY_TWICE),
    ],
)
def test_a_fault_stands_at_the_field_where_it_is(field: str, text: str, code: str) -> None:
    where = "zones.1.key" if code == FaultCode.KEY_TWICE else f"zones.0.{field}"
    assert faults(with_wine(**{field: text})) == [(where, code)]


def test_shares_by_amount_need_an_amount() -> None:
    values = with_wine(by="amount", yuan_per_share="")
    assert faults(values) == [("zones.0.yuan_per_share", FaultCode.MISSING)]
    values = with_wine(by="amount", yuan_per_share="0", buyer="nonsense that does not count")
    assert faults(values) == [("zones.0.yuan_per_share", FaultCode.AMOUNT)]


def test_rates_that_come_to_more_than_all_are_named_together() -> None:
    assert faults(with_wine(reserve="0.9", dividend="0.1")) == [
        (f"zones.0.{name}", FaultCode.MORE_THAN_ALL) for name in ("reserve", "dividend", "honor")
    ]
    assert faults(with_wine(buyer="0.95")) == [
        (f"zones.0.{name}", FaultCode.MORE_THAN_ALL) for name in ("buyer", "referrer")
    ]


def test_all_faults_come_at_once() -> None:
    values = replace(
        with_wine(reserve="x", quota="y"),
        name="",
        sell_fee="2",
        honor_thresholds=("3", "2", *map(str, range(4, 12))),
    )
    assert set(faults(values)) == {
        ("name", FaultCode.MISSING),
        ("sell_fee", FaultCode.RATE),
        ("honor_thresholds", FaultCode.ASCENDING),
        ("zones.0.reserve", FaultCode.RATE),
        ("zones.0.quota", FaultCode.QUOTA),
    }


def test_thresholds_are_ten_good_amounts_or_none() -> None:
    nine = replace(VALUES, honor_thresholds=tuple(map(str, range(1, 10))))
    assert faults(nine) == [("honor_thresholds", FaultCode.TEN_OR_NONE)]
    hole = replace(VALUES, honor_thresholds=("1", "2", "", *map(str, range(4, 11))))
    assert faults(hole) == [("honor_thresholds.2", FaultCode.AMOUNT)]


def test_there_is_at_least_one_zone_and_not_too_many() -> None:
    assert faults(replace(VALUES, zones=())) == [("zones", FaultCode.NO_ZONE)]
    many = tuple(replace(WINE, key=f"wine-{number}") for number in range(41))
    assert faults(replace(VALUES, zones=many)) == [("zones", FaultCode.TOO_MANY_ZONES)]


def test_what_is_in_force_under_another_name_stays_good() -> None:
    odd = parse_scheme(
        SCHEME.replace("[zones.wine", '[zones."Wein & Käse"').replace("test", "x" * 99)
    )
    assert same(parse_scheme(scheme_file(values_of(odd), odd)), odd)


@given(name=st.text(max_size=70), key=st.text(max_size=8), rate=st.text(max_size=8))
@settings(max_examples=200)
def test_whatever_is_written_makes_a_scheme_of_these_words_or_a_fault(
    name: str, key: str, rate: str
) -> None:
    values = tidied(replace(with_wine(key=key, reserve=rate), name=name))
    try:
        scheme = parse_scheme(scheme_file(values, TODAY))
    except BadValues:
        return
    assert (scheme.name, next(iter(scheme.zones))) == (values.name, values.zones[0].key)
