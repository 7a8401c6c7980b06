"""Every rejection code, and which comes first."""

import pytest

from sharemall.engine.amounts import MOST_AFTER_EVENT
from sharemall.engine.apply import apply
from sharemall.engine.events import SHAPES
from sharemall.engine.scheme import parse_scheme
from sharemall.engine.state import State
from tests.engine.stepping import snapshot

AT = "2026-01-01T10:00:00+08:00"
SCHEME = """
[scheme]
name = "s"
share_cap = "1000000"
forced_exit = {forced_exit}
[zones.wine]
reserve = "0.3"
dividend = "0.2"
honor = "0.1"
quota = "2"
issue = {{ by = "value", buyer = "0.7", referrer = "0.1" }}
[zones.profit]
base = "profit"
reserve = "0.3"
issue = {{ by = "value", buyer = "0.7" }}
"""
PLAIN, FORCED = SCHEME.format(forced_exit="false"), SCHEME.format(forced_exit="true")
GOOD = {
    "sale": {"member": "a", "zone": "wine", "paid": "100.00"},
    "sell": {"member": "a", "shares": "1"},
    "to_coins": {"member": "a", "shares": "1"},
    "pay_coins": {"member": "a", "merchant": "s", "coins": "1"},
    "return_coins": {"merchant": "s", "member": "b", "coins": "1"},
    "pass_coins": {"merchant": "s", "to": "t", "coins": "1"},
    "to_shares": {"merchant": "s", "coins": "1"},
    "cash_in": {"member": "a", "amount": "1", "reason": "order"},
    "cash_out": {"member": "a", "amount": "1", "reason": "tax"},
    "close_day": {"date": "2026-01-01"},
    "set_scheme": {"toml": PLAIN},
}
AMOUNTS = {
    "sale": "paid",
    "sell": "shares",
    "to_coins": "shares",
    "pay_coins": "coins",
    "return_coins": "coins",
    "pass_coins": "coins",
    "to_shares": "coins",
    "cash_in": "amount",
    "cash_out": "amount",
}


@pytest.fixture
def state() -> State:
    """Member a and merchant s have some of everything."""
    state = State.empty(parse_scheme(PLAIN))
    for kind in ("sale", "cash_in", "to_coins", "pay_coins"):
        amount = {"to_coins": "shares", "pay_coins": "coins"}.get(kind)
        assert run(state, kind, **({amount: "5"} if amount else {})) == ""
    assert run(state, "to_shares", coins="2") == ""
    assert run(state, "to_coins", shares="5") == ""
    return state


def run(state: State, kind: str, **changes: object) -> str:
    """Applies the good event of a type with some fields changed; None leaves a field out."""
    fields = {"id": "e", "type": kind, "at": AT, **GOOD[kind], **changes}
    event = {key: value for key, value in fields.items() if value is not None}
    before, moves = snapshot(state), []
    code = apply(state, event, moves)
    assert not code or (snapshot(state) == before and not moves)
    return code


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


# overflow


HIGH = MOST_AFTER_EVENT


def test_cash_may_reach_the_limit_and_not_pass_it(state: State) -> None:
    state.put_member("b", cash=HIGH - 10**6)
    assert run(state, "cash_in", member="b", amount="1.000001") == "overflow"
    assert run(state, "cash_in", member="b", amount="1") == ""
    assert run(state, "cash_in", member="b", amount="0.000001") == "overflow"


def test_what_is_above_the_limit_already_may_stay_or_fall(state: State) -> None:
    state.put_member("b", cash=HIGH + 5 * 10**6, quota=HIGH + 5)
    assert run(state, "cash_out", member="b", amount="1") == ""
    assert run(state, "cash_in", member="b", amount="0.5") == "overflow"
    assert run(state, "sale", member="b", zone="profit", cost="0") == ""
    assert run(state, "sale", member="b") == "overflow"


@pytest.mark.parametrize(
    ("number", "increase"),
    [
        ("reserve_micro", 30 * 10**6),
        ("dividend_fund_micro", 20 * 10**6),
        ("honor_fund_micro", 10 * 10**6),
    ],
)
def test_a_sale_may_raise_a_pool_number_to_the_limit_but_not_above(
    state: State, number: str, increase: int
) -> None:
    setattr(state.pool, number, HIGH - increase + 1)
    assert run(state, "sale") == "overflow"
    setattr(state.pool, number, HIGH - increase)
    assert run(state, "sale") == ""
    assert getattr(state.pool, number) == HIGH


def test_a_sale_may_raise_a_quota_to_the_limit_but_not_above(state: State) -> None:
    state.put_member("b", quota=HIGH - 200 * 10**6 + 1)
    assert run(state, "sale", member="b") == "overflow"
    state.put_member("b", quota=HIGH - 200 * 10**6)
    assert run(state, "sale", member="b") == ""


def test_a_first_sale_may_not_grant_a_quota_above_the_limit(state: State) -> None:
    rich = PLAIN.replace('quota = "2"', 'quota = "1000"')
    assert run(state, "set_scheme", toml=rich) == ""
    assert run(state, "sale", member="new", paid="1000000000000") == "overflow"
    assert state.member("new") is None


def test_unassigned_money_may_reach_the_limit_but_not_pass_it() -> None:
    state = State.empty(parse_scheme(PLAIN))
    state.pool.unassigned_micro = HIGH - 600_000 + 1
    assert run(state, "sale", paid="1") == "overflow"
    state.pool.unassigned_micro = HIGH - 600_000
    assert run(state, "sale", paid="1") == ""


def test_coins_may_not_pass_the_limit(state: State) -> None:
    state.put_merchant("t", coins=HIGH)
    assert run(state, "pass_coins") == "overflow"
    state.put_member("b", coins=HIGH)
    assert run(state, "return_coins") == "overflow"
    state.put_merchant("s", coins=HIGH)
    assert run(state, "pay_coins") == "overflow"
    state.put_member("a", coins=HIGH, shares=10**6)
    assert run(state, "to_coins") == "overflow"


def test_what_a_sell_pays_may_not_pass_the_limit(state: State) -> None:
    row = state.member("a")
    assert row is not None
    state.put_member("a", **row._replace(cash=HIGH)._asdict())
    assert run(state, "sell") == "overflow"
    state.put_member("a", **row._asdict())
    state.pool.dividend_fund_micro = HIGH
    assert run(state, "sell", shares="all") == "overflow"


def test_a_wind_up_counts_as_part_of_its_event() -> None:
    """A sell that winds up pays everybody: nobody's cash and no pool number may pass the limit."""

    def begun() -> State:
        state = State.empty(parse_scheme(PLAIN))
        assert run(state, "sale") == ""
        assert run(state, "sale", member="b", paid="0.10") == ""
        return state

    state = begun()
    state.put_member("b", **(state.member("b") or ())._replace(cash=HIGH)._asdict())
    assert run(state, "sell", shares="all") == "overflow"
    state = begun()
    state.pool.unassigned_micro = HIGH
    assert run(state, "sell", shares="all") == "overflow"
    state = begun()
    state.pool.dividend_fund_micro = HIGH
    assert run(state, "sell", shares="all") == "overflow"  # it would all be unassigned
    state.pool.dividend_fund_micro = 0
    assert run(state, "sell", shares="all") == ""
    assert state.pool.outstanding_micro == 0
