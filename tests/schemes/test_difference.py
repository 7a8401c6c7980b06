"""What differs between two schemes, field by field."""

from dataclasses import replace

from sharemall.engine.scheme import Scheme, parse_scheme
from sharemall.schemes import presets
from sharemall.schemes.difference import Changed, difference
from sharemall.schemes.values import Values, scheme_file, values_of
from tests.schemes.given import SCHEME, with_zone, without_zone

TODAY = parse_scheme(SCHEME)
VALUES = values_of(TODAY)


def made(values: Values) -> Scheme:
    return parse_scheme(scheme_file(values, TODAY))


def test_the_same_scheme_written_otherwise_differs_in_nothing() -> None:
    written = parse_scheme(SCHEME.replace("0.30", "0.3000").replace('"2"', '"2.0"'))
    found = difference(TODAY, written)
    assert not found
    assert found.changed == found.added == found.removed == ()


def test_each_changed_field_is_named_with_old_and_new() -> None:
    values = with_zone(VALUES, "wine", dividend="0.12", base="profit")
    values = with_zone(values, "home", by="value", buyer="0.5", yuan_per_share="")
    values = replace(values, sell_fee="0.05", forced_exit=True)
    assert difference(TODAY, made(values)).changed == (
        Changed("", "sell_fee", "0.1", "0.05"),
        Changed("", "forced_exit", "false", "true"),
        Changed("wine", "base", "sales", "profit"),
        Changed("wine", "dividend", "0.1", "0.12"),
        Changed("home", "by", "amount", "value"),
        Changed("home", "buyer", "", "0.5"),
        Changed("home", "yuan_per_share", "200", ""),
    )


def test_thresholds_differ_level_by_level() -> None:
    higher = replace(VALUES, honor_thresholds=("2", *VALUES.honor_thresholds[1:]))
    assert difference(TODAY, made(higher)).changed == (Changed("", "honor_thresholds.1", "1", "2"),)
    none = difference(TODAY, made(replace(VALUES, honor_thresholds=())))
    assert [one.new for one in none.changed] == [""] * 10


def test_zones_come_and_go() -> None:
    tea = replace(VALUES.zones[0], key="tea")
    values = without_zone(VALUES, "home")
    found = difference(TODAY, made(replace(values, zones=(*values.zones, tea))))
    assert found.changed == ()
    assert [zone.key for zone in found.added] == ["tea"]
    assert [zone.key for zone in found.removed] == ["home"]


def test_a_preset_on_a_running_mall_sets_rates_and_nothing_else() -> None:
    for key in presets.KEYS:
        values = presets.on(TODAY, key)
        scheme = made(values)
        assert scheme.may_follow(TODAY)
        assert (scheme.name, list(scheme.zones)) == (TODAY.name, list(TODAY.zones))
        assert scheme.honor_thresholds_micro == TODAY.honor_thresholds_micro
        first = next(iter(parse_scheme(presets.text_of(key)).zones.values()))
        assert scheme.zones["home"] == first


def test_a_zone_that_a_preset_names_takes_that_ones_rates() -> None:
    mall = parse_scheme(SCHEME.replace("zones.home", "zones.jd"))
    zones = parse_scheme(scheme_file(presets.on(mall, "share_of_the_shop"), mall)).zones
    assert zones["jd"].issue.yuan_per_share_micro == 2_000_000_000
    assert zones["wine"].issue.yuan_per_share_micro == 1_000_000_000


def test_the_cautious_preset_grants_no_more_quota_than_it_pays_out() -> None:
    for zone in parse_scheme(presets.text_of("cautious")).zones.values():
        assert zone.quota_nano <= zone.dividend_nano + zone.honor_nano
