"""Every rejection code, and which comes first."""

import pytest

from sharemall.engine.apply import apply
from sharemall.engine.events import SHAPES
from sharemall.engine.state import State
from tests.engine.good_events import AMOUNTS, AT, FORCED, GOOD, PLAIN, run


def test_there_is_a_good_event_of_every_type() -> None:
    assert set(GOOD) == set(SHAPES)


@pytest.mark.parametrize("kind", GOOD)
def test_the_good_event_is_applied(state: State, kind: str) -> None:
    assert run(state, kind) == ""


# bad_event: shape


@pytest.mark.parametrize("kind", GOOD)
def test_every_field_is_needed(state: State, kind: str) -> None:
    for field in ("type", "at", *GOOD[kind]):
        assert run(state, kind, **{field: None}) == "bad_event"


@pytest.mark.parametrize("kind", GOOD)
@pytest.mark.parametrize("value", ["", 5, 5.0, True, [], {}, ["1"]])
def test_every_value_is_a_text_that_is_not_empty(state: State, kind: str, value: object) -> None:
    for field in ("id", "type", "at", *GOOD[kind]):
        assert run(state, kind, **{field: value}) == "bad_event"


@pytest.mark.parametrize("kind", GOOD)
def test_an_unknown_field_is_refused(state: State, kind: str) -> None:
    assert run(state, kind, note="x") == "bad_event"
    assert run(state, kind, Member="a") == "bad_event"


def test_fields_of_other_types_are_unknown(state: State) -> None:
    assert run(state, "sell", scheme="1") == "bad_event"
    assert run(state, "to_shares", member="a") == "bad_event"
    assert run(state, "close_day", member="a") == "bad_event"
    assert run(state, "pass_coins", member="a") == "bad_event"


@pytest.mark.parametrize("kind", ["", "mint", "SALE", "sale ", "sale\n", "__class__"])
def test_an_unknown_type_is_refused(state: State, kind: str) -> None:
    assert apply(state, {"id": "e", "type": kind, "at": AT, "member": "a"}) == "bad_event"


@pytest.mark.parametrize("kind", ["sell", "to_coins", "cash_in", "cash_out"])
def test_a_holder_is_exactly_one_of_member_and_merchant(state: State, kind: str) -> None:
    assert run(state, kind, merchant="s") == "bad_event"
    assert run(state, kind, member=None) == "bad_event"


@pytest.mark.parametrize("kind", AMOUNTS)
@pytest.mark.parametrize(
    "text", ["x", "1e3", "+1", " 1", "1.", ".5", "１", "1\n", "1_0", "ALL", "-"]
)
def test_an_amount_that_is_none_is_a_bad_event(state: State, kind: str, text: str) -> None:
    assert run(state, kind, **{AMOUNTS[kind]: text}) == "bad_event"


@pytest.mark.parametrize("kind", ["sale", "cash_in", "cash_out"])
def test_all_is_an_amount_only_of_shares_and_coins(state: State, kind: str) -> None:
    assert run(state, kind, **{AMOUNTS[kind]: "all"}) == "bad_event"


@pytest.mark.parametrize("kind", GOOD)
@pytest.mark.parametrize("at", ["2026-01-01", "2026-02-30T10:00:00Z", "2026-01-01T10:00:00", "now"])
def test_a_time_that_is_none_is_a_bad_event(state: State, kind: str, at: str) -> None:
    assert run(state, kind, at=at) == "bad_event"


@pytest.mark.parametrize("day", ["2026-02-30", "20260101", "2026-1-1", "2026-01-01\n", "today"])
def test_a_date_that_is_none_is_a_bad_event(state: State, day: str) -> None:
    assert run(state, "close_day", date=day) == "bad_event"


def test_passing_coins_to_oneself_is_a_bad_event_whatever_the_coins(state: State) -> None:
    assert run(state, "pass_coins", to="s") == "bad_event"
    assert run(state, "pass_coins", to="s", coins="-1") == "bad_event"
    assert run(state, "pass_coins", merchant="nobody", to="nobody") == "bad_event"


def test_a_member_and_a_merchant_of_one_name_are_two(state: State) -> None:
    assert run(state, "pay_coins", merchant="a") == ""
    assert run(state, "return_coins", merchant="a", member="a") == ""


# the codes of a sale, each before the next


@pytest.mark.parametrize("version", ["0", "2", "01", "-1", "1.0", "x", "１", "1\n", "9" * 9000])
def test_a_version_there_is_not_is_an_unknown_scheme(state: State, version: str) -> None:
    assert run(state, "sale", scheme=version) == "unknown_scheme"


def test_the_first_reason_of_a_sale_counts(state: State) -> None:
    wrong = {"scheme": "2", "zone": "nope", "paid": "0", "referrer": "a", "cost": "x"}
    assert run(state, "sale", **wrong) == "bad_event"
    wrong["cost"] = "-1"
    assert run(state, "sale", **wrong) == "unknown_scheme"
    wrong["scheme"] = "1"
    assert run(state, "sale", **wrong) == "unknown_zone"
    wrong["zone"] = "profit"
    assert run(state, "sale", **wrong | {"cost": None}) == "bad_event"
    assert run(state, "sale", **wrong) == "bad_amount"
    wrong["cost"] = "0"
    assert run(state, "sale", **wrong) == "bad_amount"
    wrong["paid"] = "1"
    assert run(state, "sale", **wrong) == "self_referral"
    wrong["referrer"] = "b"
    assert run(state, "sale", **wrong) == ""


def test_a_version_is_counted_from_one_and_by_applied_changes_only(state: State) -> None:
    assert run(state, "set_scheme", toml="x") == "bad_scheme"
    assert run(state, "sale", scheme="2") == "unknown_scheme"
    assert run(state, "set_scheme", toml=PLAIN.replace("wine", "beer")) == ""
    assert run(state, "sale") == "unknown_zone"
    assert run(state, "sale", scheme="2") == "unknown_zone"
    assert run(state, "sale", scheme="1") == ""
    assert run(state, "sale", zone="beer") == ""
    assert run(state, "sale", zone="beer", scheme="1") == "unknown_zone"


# bad_amount


@pytest.mark.parametrize("kind", AMOUNTS)
@pytest.mark.parametrize(
    "text", ["0", "-0", "0.000000", "-1", "1.0000000", "1000000000000.000001", "9" * 9000]
)
def test_an_amount_that_is_not_positive_too_precise_or_too_large_is_bad(
    state: State, kind: str, text: str
) -> None:
    assert run(state, kind, **{AMOUNTS[kind]: text}) == "bad_amount"


@pytest.mark.parametrize("paid", ["1.001", "0.009999", "100.000001"])
def test_a_payment_is_whole_fen(state: State, paid: str) -> None:
    assert run(state, "sale", paid=paid) == "bad_amount"


@pytest.mark.parametrize("paid", ["0.01", "1.010000", "1000000000000", "0001.5"])
def test_a_payment_of_whole_fen_may_be_written_in_any_way(state: State, paid: str) -> None:
    assert run(state, "sale", paid=paid) == ""


@pytest.mark.parametrize("zone", ["wine", "profit"])
def test_a_cost_is_checked_even_where_it_is_not_used(state: State, zone: str) -> None:
    assert run(state, "sale", zone=zone, cost="-0.000001") == "bad_amount"
    assert run(state, "sale", zone=zone, cost="1.0000000") == "bad_amount"
    assert run(state, "sale", zone=zone, cost="1000000000000.1") == "bad_amount"
    assert run(state, "sale", zone=zone, cost="x") == "bad_event"
    assert run(state, "sale", zone=zone, cost="0") == ""
    assert run(state, "sale", zone=zone, cost="-0") == ""
    assert run(state, "sale", zone=zone, cost="0.000001") == ""


# too little


def test_nobody_gives_more_than_he_has(state: State) -> None:
    row = state.member("a")
    assert row is not None
    assert run(state, "sell", shares="999") == "insufficient_shares"
    assert run(state, "sell", member="nobody") == "insufficient_shares"
    assert run(state, "to_coins", shares="999") == "insufficient_shares"
    assert run(state, "pay_coins", coins="999") == "insufficient_coins"
    assert run(state, "return_coins", coins="999") == "insufficient_coins"
    assert run(state, "pass_coins", coins="999") == "insufficient_coins"
    assert run(state, "to_shares", coins="999") == "insufficient_coins"
    assert run(state, "to_shares", merchant="nobody") == "insufficient_coins"
    assert run(state, "cash_out", amount="1.000001") == "insufficient_cash"
    assert run(state, "cash_out", member="nobody") == "insufficient_cash"
    assert run(state, "cash_out", amount="1") == ""


@pytest.mark.parametrize("kind", ["sell", "to_coins", "pay_coins", "return_coins", "pass_coins"])
def test_all_of_nothing_is_too_little(state: State, kind: str) -> None:
    giver = "member" if kind in ("sell", "to_coins", "pay_coins") else "merchant"
    unit = AMOUNTS[kind]
    assert run(state, kind, **{unit: "all"}) == ""
    assert run(state, kind, **{unit: "all"}) == f"insufficient_{unit}"
    assert run(state, kind, **{unit: "all", giver: "nobody"}) == f"insufficient_{unit}"


def test_a_merchant_may_not_dodge_the_exit_but_what_it_lacks_comes_first(state: State) -> None:
    merchant = {"member": None, "merchant": "s"}
    assert run(state, "to_coins", **merchant, shares="0.1") == ""
    assert run(state, "set_scheme", toml=FORCED) == ""
    assert run(state, "to_coins", **merchant, shares="0.1") == "not_allowed"
    assert run(state, "to_coins", **merchant, shares="all") == "not_allowed"
    assert run(state, "to_coins", **merchant, shares="999") == "insufficient_shares"
    assert run(state, "to_coins", **merchant, shares="0") == "bad_amount"
    assert run(state, "to_coins", shares="0.1") == ""


# closes and schemes


def test_a_day_is_closed_once_in_order_and_not_before_it_is_there(state: State) -> None:
    assert run(state, "close_day", date="2026-01-02") == "day_in_future"
    assert run(state, "close_day", date="2026-01-02", at="2026-01-01T16:00:00Z") == ""
    assert run(state, "close_day", date="2026-01-02", at="2026-01-09T00:00:00Z") == (
        "day_already_closed"
    )
    assert run(state, "close_day", date="2025-12-31") == "day_already_closed"
    assert run(state, "close_day", date="2026-01-05", at="2026-01-04T16:00:00+00:00") == ""
    assert len(state.days) == 2


def test_a_day_in_the_future_is_refused_as_that_even_if_closed_already(state: State) -> None:
    assert run(state, "close_day", date="2026-01-01") == ""
    assert run(state, "close_day", date="2026-01-01", at="2025-12-31T00:00:00Z") == "day_in_future"


@pytest.mark.parametrize(
    "toml",
    [
        "x",
        PLAIN.replace("1000000", "1000001"),
        PLAIN.replace('name = "s"', 'name = "s"\ninitial_price = "2"'),
        PLAIN.replace('name = "s"', 'name = "s"\ntimezone = "UTC"'),
        PLAIN.replace('quota = "2"', 'quota = "1001"'),
        PLAIN.replace('quota = "2"', "quota = 2"),
    ],
)
def test_a_bad_scheme_changes_nothing(state: State, toml: str) -> None:
    assert run(state, "set_scheme", toml=toml) == "bad_scheme"
    assert len(state.schemes) == 1
