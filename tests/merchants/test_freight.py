"""What sending costs, and which rules are refused."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharemall.merchants.freight import check_bands, price_fen
from sharemall.merchants.models import FreightRule

NEAR = {
    "provinces": ["31", "32", "33"],
    "first_grams": 1000,
    "first_fen": 800,
    "step_grams": 500,
    "step_fen": 200,
}
ELSEWHERE = NEAR | {"provinces": [], "first_fen": 1500, "step_fen": 600}


def a_rule(**fields: Any) -> FreightRule:
    return FreightRule(**({"bands": [NEAR, ELSEWHERE], "unserved": ["54"]} | fields))


@pytest.mark.parametrize(
    ("grams", "fen"),
    [(0, 800), (1, 800), (1000, 800), (1001, 1000), (1500, 1000), (1501, 1200), (10_000, 4400)],
)
def test_a_step_that_is_begun_is_charged_whole(grams: int, fen: int) -> None:
    assert price_fen(a_rule(), province="31", grams=grams, goods_fen=1) == fen


def test_each_province_has_the_price_of_its_band() -> None:
    assert price_fen(a_rule(), province="44", grams=1001, goods_fen=1) == 2100
    assert price_fen(a_rule(), province="33", grams=1001, goods_fen=1) == 1000


def test_nothing_is_sent_where_the_rule_does_not_reach() -> None:
    assert price_fen(a_rule(), province="54", grams=1, goods_fen=1) is None
    assert price_fen(a_rule(bands=[NEAR]), province="44", grams=1, goods_fen=1) is None


def test_from_a_sum_of_goods_on_sending_is_free_but_not_to_where_nothing_is_sent() -> None:
    rule = a_rule(free_over_fen=9_900)
    assert price_fen(rule, province="31", grams=900, goods_fen=9_899) == 800
    assert price_fen(rule, province="31", grams=90_000, goods_fen=9_900) == 0
    assert price_fen(rule, province="54", grams=1, goods_fen=99_900) is None


def test_goods_cannot_weigh_less_than_nothing() -> None:
    with pytest.raises(ValueError, match="-1"):
        price_fen(a_rule(), province="31", grams=-1, goods_fen=1)


@given(
    grams=st.integers(0, 10**6),
    more=st.integers(0, 10**6),
    first=st.integers(1, 10**5),
    step=st.integers(1, 10**5),
    fen=st.integers(0, 10**4),
)
def test_more_weight_never_costs_less_and_every_gram_is_paid_for(
    grams: int, more: int, first: int, step: int, fen: int
) -> None:
    band = ELSEWHERE | {"first_grams": first, "step_grams": step, "step_fen": fen}
    rule = a_rule(bands=[band], unserved=[])
    light = price_fen(rule, province="11", grams=grams, goods_fen=1)
    heavy = price_fen(rule, province="11", grams=grams + more, goods_fen=1)
    assert light is not None
    assert heavy is not None
    assert light <= heavy
    steps = (light - 1500) // fen if fen else 0
    assert not fen or first + steps * step >= grams > first + (steps - 1) * step or not steps


def test_a_usable_rule_has_no_faults() -> None:
    assert check_bands([NEAR, ELSEWHERE], ["54", "65"]) == []
    assert check_bands([ELSEWHERE], []) == []


@pytest.mark.parametrize(
    ("bands", "unserved"),
    [
        (None, []),
        ([], []),
        ({"provinces": []}, []),
        ([[]], []),
        ([ELSEWHERE] * 36, []),
        ([NEAR | {"step_grams": 0}], []),
        ([NEAR | {"first_grams": 0}], []),
        ([NEAR | {"first_fen": -1}], []),
        ([NEAR | {"first_fen": 1.5}], []),
        ([NEAR | {"first_fen": True}], []),
        ([NEAR | {"first_fen": "8"}], []),
        ([NEAR | {"step_fen": 10**12}], []),
        ([NEAR | {"more": 1}], []),
        ([{"provinces": ["31"]}], []),
        ([NEAR | {"provinces": "31"}], []),
        ([NEAR | {"provinces": [31]}], []),
        ([NEAR | {"provinces": ["99"]}], []),
        ([NEAR | {"provinces": [{}]}], []),
        ([NEAR], ["99"]),
        ([NEAR], "54"),
        ([NEAR], None),
        ([ELSEWHERE, NEAR], []),
        ([ELSEWHERE, ELSEWHERE], []),
        ([NEAR, NEAR], []),
        ([NEAR], ["31"]),
        ([NEAR], ["54", "54"]),
    ],
)
def test_an_ill_formed_rule_is_told_what_is_wrong(bands: object, unserved: object) -> None:
    faults = check_bands(bands, unserved)
    assert faults
    assert all(isinstance(fault, str) and fault for fault in faults)
