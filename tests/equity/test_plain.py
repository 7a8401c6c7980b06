"""The arithmetic of the page that explains the scheme, against compliance.md's own figures."""

from dataclasses import replace

from sharemall.engine.amounts import MICRO, NANO
from sharemall.engine.scheme import parse_scheme
from sharemall.equity.plain import growth_table, plain_zones
from tests.equity.mall import SCHEME

WINE, HOME = plain_zones(parse_scheme(SCHEME))


def test_a_hundred_paid_for_wine_is_split_by_the_rates() -> None:
    assert [amount // MICRO for _, amount in WINE.parts] == [30, 20, 10, 40]
    assert (WINE.buyer_micro, WINE.referrer_micro) == (21 * MICRO, 3 * MICRO)
    assert WINE.quota_micro == 200 * MICRO


def test_sold_at_once_a_hundred_spent_pays_back_eighteen_ninety() -> None:
    assert (WINE.fee_micro, WINE.back_micro) == (2_100_000, 18_900_000)


def test_at_most_the_paid_part_over_the_multiple_of_quota_is_ever_paid() -> None:
    assert WINE.paid_nano == 3 * NANO // 10
    assert WINE.most_paid_nano == 15 * NANO // 100


def test_by_amount_the_referrers_part_comes_out_of_the_same_budget() -> None:
    assert HOME.zone.base == "profit"
    assert HOME.buyer_micro + HOME.referrer_micro == HOME.reserve_micro
    assert HOME.buyer_micro == 40 * MICRO * 100 // 105


def test_a_zone_without_quota_has_no_part_of_it_that_is_paid() -> None:
    scheme = parse_scheme(SCHEME.replace('quota = "1"', 'quota = "0"'))
    assert plain_zones(scheme)[1].most_paid_nano is None


def test_no_more_than_all_quota_is_ever_paid() -> None:
    zone = replace(WINE.zone, quota_nano=1)
    scheme = replace(parse_scheme(SCHEME), zones={"wine": zone})
    assert plain_zones(scheme)[0].most_paid_nano == NANO


def test_the_price_grows_as_in_the_worked_example() -> None:
    prices = dict(growth_table())
    shown = {number: prices[number] / MICRO for number in (1, 2, 3, 4, 100)}
    assert shown == {1: 1.4286, 2: 1.6807, 3: 1.8674, 4: 2.0188, 100: 5.1731}


def test_each_doubling_takes_about_ten_times_the_sales() -> None:
    prices = dict(growth_table())
    for number in (100, 1_000):
        assert 1.99 < prices[10 * number] / prices[number] < 2.0
