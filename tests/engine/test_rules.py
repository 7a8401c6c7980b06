"""The rules one by one, in figures that can be checked by hand."""

from itertools import pairwise

import pytest
from hypothesis import assume
from hypothesis import strategies as st

from sharemall.engine import rules
from sharemall.engine.apply import apply
from sharemall.engine.scheme import Scheme, parse_scheme
from sharemall.engine.state import Pool, State
from tests.engine.given import given

M = 10**6
AT = "2026-01-01T10:00:00+08:00"
VALUE = 'by = "value"\nbuyer = "0.70"\nreferrer = "0.10"'
AMOUNT = 'by = "amount"\nyuan_per_share = "200"\nreferrer = "0.05"'


def scheme(issue: str = VALUE, *, zone: str = "", head: str = "", reserve: str = "0.30") -> Scheme:
    return parse_scheme(
        f"""
        [scheme]
        name = "s"
        share_cap = "1000"
        {head}
        [zones.z]
        reserve = "{reserve}"
        {zone}
        [zones.z.issue]
        {issue}
        """
    )


def sale(pool: Pool, rates: Scheme, paid: int, cost: int = 0, *, referred: bool = False):
    return rules.sale(pool, rates, rates.zones["z"], paid, cost, referred=referred)


def pool_of(reserve: int, outstanding: int) -> Pool:
    return Pool(reserve_micro=reserve, outstanding_micro=outstanding, issued_micro=outstanding)


def test_the_first_hundred_sales_of_wine_raise_the_price_as_the_plan_says() -> None:
    rates, pool, prices = scheme('by = "value"\nbuyer = "0.70"'), Pool(), []
    for _ in range(100):
        terms = sale(pool, rates, 100 * M)
        pool.reserve_micro += terms.reserve_micro
        pool.outstanding_micro += terms.buyer_shares_micro
        prices.append(rules.price_micro(pool, rates))
    assert [round_to_four(price) for price in (*prices[:4], prices[-1])] == [
        "1.4286",
        "1.6807",
        "1.8674",
        "2.0188",
        "5.1731",
    ]
    assert all(earlier < later for earlier, later in pairwise(prices))
    sold = rules.sell(pool, rates, 21 * M)
    assert (round_to_four(sold.gross_micro), round_to_four(sold.paid_micro)) == (
        "108.6346",
        "97.7712",
    )


def round_to_four(micro: int) -> str:
    return f"{(micro + 50) // 100 / 10_000:.4f}"


def test_by_value_buyer_and_referrer_get_what_their_budgets_are_worth() -> None:
    terms = sale(pool_of(200 * M, 100 * M), scheme(), 100 * M, referred=True)
    assert terms == rules.Sale(30 * M, 0, 0, 0, 10_500_000, 1_500_000, 0)


def test_by_amount_shares_are_counted_by_the_payment() -> None:
    terms = sale(pool_of(M, 100 * M), scheme(AMOUNT), 1000 * M, referred=True)
    assert (terms.buyer_shares_micro, terms.referrer_shares_micro) == (5 * M, 250_000)


def test_by_amount_nobody_gets_shares_worth_more_than_the_budget() -> None:
    terms = sale(pool_of(10_000 * M, 100 * M), scheme(AMOUNT), 1000 * M, referred=True)
    budget = 300 * M * 100 // 105
    assert terms.buyer_shares_micro == budget // 100
    assert terms.referrer_shares_micro == (300 * M - budget) // 100


@given(st.sampled_from([VALUE, AMOUNT]), st.integers(1, 10**9), st.integers(1, 10**12))
def test_being_referred_costs_the_buyer_nothing(issue: str, fen: int, reserve: int) -> None:
    pool, paid = pool_of(reserve, 100 * M), fen * 10_000
    alone, referred = (sale(pool, scheme(issue), paid, referred=by) for by in (False, True))
    assert alone.referrer_shares_micro == 0
    assert alone == referred._replace(referrer_shares_micro=0)


@given(
    st.sampled_from([VALUE, AMOUNT]),
    st.integers(1, 10**12),
    st.integers(1, 2**62),
    st.integers(M, 10**9),
    st.booleans(),
)
def test_a_sale_never_issues_more_value_than_it_adds_to_the_reserve(
    issue: str, fen: int, reserve: int, outstanding: int, referred: bool
) -> None:
    pool = pool_of(reserve, outstanding)
    terms = sale(pool, scheme(issue), fen * 10_000, referred=referred)
    shares = terms.buyer_shares_micro + terms.referrer_shares_micro
    assert shares * reserve <= terms.reserve_micro * outstanding


def test_in_a_profit_zone_rates_apply_to_what_is_left_above_the_cost() -> None:
    rates = scheme(zone='base = "profit"\ndividend = "0.2"\nhonor = "0.1"\nquota = "2"')
    pool = pool_of(100 * M, 100 * M)
    assert sale(pool, rates, 100 * M, 40 * M) == rules.Sale(
        18 * M, 12 * M, 6 * M, 0, 12_600_000, 0, 120 * M
    )
    assert sale(pool, rates, 100 * M, 100 * M) == rules.Sale(0, 0, 0, 0, 0, 0, 0)
    assert sale(pool, rates, 100 * M, 101 * M) == rules.Sale(0, 0, 0, 0, 0, 0, 0)


def test_in_a_profit_zone_by_amount_the_payment_is_counted_but_the_budget_is_the_profits() -> None:
    rates = scheme(AMOUNT, zone='base = "profit"')
    rich, poor = pool_of(M, 100 * M), pool_of(100 * M, 100 * M)
    assert sale(rich, rates, 1000 * M, 500 * M).buyer_shares_micro == 5 * M
    assert sale(poor, rates, 1000 * M, 999 * M).buyer_shares_micro == 300_000 * 100 // 105


def test_a_cost_does_not_matter_in_a_sales_zone() -> None:
    pool = pool_of(100 * M, 100 * M)
    assert sale(pool, scheme(), 100 * M, 99 * M) == sale(pool, scheme(), 100 * M)


def test_of_what_is_left_under_the_cap_the_buyer_is_served_first() -> None:
    pool = pool_of(999 * M, 999 * M)
    terms = sale(pool, scheme(), 4 * M, referred=True)
    assert (terms.buyer_shares_micro, terms.referrer_shares_micro) == (840_000, 120_000)
    terms = sale(pool, scheme(), 5 * M, referred=True)
    assert (terms.buyer_shares_micro, terms.referrer_shares_micro) == (M, 0)
    pool.issued_micro = 1000 * M
    terms = sale(pool, scheme(), 5 * M, referred=True)
    assert terms == rules.Sale(1_500_000, 0, 0, 0, 0, 0, 0)


def test_burned_shares_are_not_issued_again() -> None:
    pool = Pool(reserve_micro=10 * M, outstanding_micro=10 * M, issued_micro=1000 * M)
    assert sale(pool, scheme(), 100 * M).buyer_shares_micro == 0


def test_before_a_whole_share_would_be_outstanding_everything_is_unassigned() -> None:
    rates = scheme(zone='dividend = "0.2"\nhonor = "0.1"\nquota = "2"')
    assert sale(Pool(), rates, 4_760_000) == rules.Sale(0, 0, 0, 2_856_000, 0, 0, 9_520_000)
    terms = sale(Pool(), rates, 4_770_000)
    assert (terms.buyer_shares_micro, terms.unassigned_micro) == (1_001_700, 0)
    # Buyer and referrer together count.
    terms = sale(Pool(), rates, 4_200_000, referred=True)
    assert (terms.buyer_shares_micro, terms.referrer_shares_micro) == (882_000, 126_000)


@given(st.integers(1, 2**60), st.integers(M, 10**15), st.integers(1, 10**15))
def test_a_sell_pays_less_than_its_part_and_never_lowers_the_price(
    reserve: int, outstanding: int, shares: int
) -> None:
    assume(shares < outstanding)
    pool, rates = pool_of(reserve, outstanding), scheme()
    sold = rules.sell(pool, rates, shares)
    after = reserve - sold.gross_micro + sold.kept_micro
    assert after * outstanding >= reserve * (outstanding - shares)
    assert 0 <= sold.kept_micro <= sold.fee_micro <= sold.gross_micro
    assert sold.gross_micro * outstanding <= shares * reserve
    assert 10 * sold.fee_micro >= sold.gross_micro


def test_the_fee_is_rounded_up_and_only_the_part_of_the_unsold_stays() -> None:
    assert rules.sell(pool_of(100 * M, 100 * M), scheme(), 40 * M) == rules.Sell(
        40 * M, 4 * M, 2_400_000
    )
    assert rules.sell(pool_of(101, 100), scheme(), 1) == rules.Sell(1, 1, 0)
    assert rules.sell(pool_of(100 * M, 100 * M), scheme(), 100 * M).kept_micro == 0


def test_a_price_is_the_initial_one_with_nothing_outstanding() -> None:
    rates = scheme(head='initial_price = "3.5"')
    assert rules.price_micro(Pool(), rates) == 3_500_000
    assert rules.price_micro(pool_of(2 * M, 3 * M), rates) == 666_666
    assert sale(Pool(), rates, 100 * M).buyer_shares_micro == 21 * M * 10 // 35


# what events do beyond their figures


@pytest.fixture
def state() -> State:
    thresholds = ", ".join(f'"{10 * level}"' for level in range(1, 11))
    return State.empty(scheme(head=f"honor_thresholds = [{thresholds}]", zone='quota = "2"'))


def run(state: State, kind: str, **fields: str) -> str:
    return apply(state, {"id": "e", "type": kind, "at": AT, **fields})


def test_a_referrer_who_gets_nothing_and_a_merchant_of_a_sale_have_no_account(state: State) -> None:
    fields = {"member": "a", "zone": "z", "referrer": "b", "merchant": "s"}
    assert run(state, "sale", paid="0.01", **fields) == ""
    assert state.member("a") is not None
    assert state.member("b") is None
    assert state.merchant("s") is None
    assert run(state, "sale", paid="100", **fields) == ""
    assert state.member("b") is not None
    assert state.merchant("s") is None


def test_only_the_direct_referrer_gets_shares(state: State) -> None:
    run(state, "sale", member="a", zone="z", paid="100", referrer="b")
    before = state.member("b")
    run(state, "sale", member="c", zone="z", paid="100", referrer="a")
    assert state.member("b") == before


def test_levels_rise_with_shares_held_and_never_fall(state: State) -> None:
    run(state, "sale", member="a", zone="z", paid="1000", referrer="b")
    a, b = state.member("a"), state.member("b")
    assert a is not None
    assert b is not None
    assert (a.shares, a.level, b.shares, b.level) == (210 * M, 10, 30 * M, 3)
    run(state, "sell", member="a", shares="205")
    run(state, "sale", member="a", zone="z", paid="0.01")
    assert state.members.get("a").level == 10  # type: ignore[union-attr]


def test_a_level_counts_the_current_thresholds_even_under_an_older_version(state: State) -> None:
    run(state, "sale", member="a", zone="z", paid="10")
    assert state.members.get("a").level == 0  # type: ignore[union-attr]
    low = ", ".join(f'"0.{level:02d}"' for level in range(1, 11))
    text = state.scheme.text.partition("honor_thresholds")
    rest = text[2].partition("\n")[2]
    assert run(state, "set_scheme", toml=f"{text[0]}honor_thresholds = [{low}]\n{rest}") == ""
    assert state.members.get("a").level == 0  # type: ignore[union-attr]
    run(state, "sale", member="a", zone="z", paid="0.01", scheme="1")
    assert state.members.get("a").level == 10  # type: ignore[union-attr]


def test_coins_are_worth_one_yuan_whatever_the_price_becomes(state: State) -> None:
    run(state, "sale", member="a", zone="z", paid="1000")
    run(state, "to_coins", member="a", shares="100")
    run(state, "pay_coins", member="a", merchant="s", coins="all")
    coins = state.merchants.get("s").coins  # type: ignore[union-attr]
    assert coins == 100 * M * 300 // 210
    run(state, "sale", member="b", zone="z", paid="1000")
    run(state, "to_shares", merchant="s", coins="all")
    merchant = state.merchant("s")
    assert merchant is not None
    pool = state.pool
    assert merchant.shares == coins * pool.outstanding_micro // pool.reserve_micro < 100 * M
    assert pool.treasury_micro == 100 * M - merchant.shares


def test_what_a_wind_up_leaves_is_unassigned_and_the_price_begins_again(state: State) -> None:
    run(state, "sale", member="a", zone="z", paid="1000")
    run(state, "to_coins", member="a", shares="0.3")
    run(state, "sell", member="a", shares="209.2")
    row, pool = state.member("a"), state.pool
    assert row is not None
    assert (row.shares, row.coins, row.quota, row.level) == (0, 0, 2000 * M, 10)
    assert pool.reserve_micro == pool.outstanding_micro == pool.treasury_micro == 0
    assert row.cash + pool.unassigned_micro == 300 * M
    assert rules.price_micro(pool, state.scheme) == M


@pytest.mark.parametrize(
    "issue",
    ['by = "value"\nbuyer = "0.7"', 'by = "amount"\nyuan_per_share = "0.000001"'],
)
@pytest.mark.parametrize("referrer", ["0", "0.05", "0.3"])
@pytest.mark.parametrize("paid", [10_000, 990_000, 123_450_000, 7_777_770_000])
def test_a_sale_is_made_of_the_parts_and_budgets_that_the_pages_show(
    issue: str, referrer: str, paid: int
) -> None:
    scheme = parse_scheme(
        '[scheme]\nname = "s"\nshare_cap = "1000000000"\n[zones.z]\nreserve = "0.3333"\n'
        'dividend = "0.2001"\nhonor = "0.1"\nquota = "1.7"\n'
        f'[zones.z.issue]\n{issue}\nreferrer = "{referrer}"\n'
    )
    zone = scheme.zones["z"]
    pool = Pool(reserve_micro=10**9, outstanding_micro=10**9, issued_micro=10**9)  # a price of 1
    sale = rules.sale(pool, scheme, zone, paid, 0, referred=True)
    parts = rules.parts_of(zone, paid)
    assert parts == (
        sale.reserve_micro,
        sale.dividend_fund_micro,
        sale.honor_fund_micro,
        sale.quota_micro,
    )
    budgets = rules.budgets_of(zone, parts[0])
    assert budgets == (sale.buyer_shares_micro, sale.referrer_shares_micro)
