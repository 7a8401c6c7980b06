"""The eight points of docs/rules.md, "What always holds", each over random schemes and journals."""

from collections import Counter
from fractions import Fraction
from itertools import pairwise
from math import floor
from random import Random

from hypothesis import assume
from hypothesis import strategies as st

from sharemall.engine.amounts import MICRO, amount
from sharemall.engine.apply import apply
from sharemall.engine.replay import replay
from sharemall.engine.scheme import Zone
from sharemall.engine.state import Pool, State
from tests.engine.given import given
from tests.engine.stepping import Price, Step, replayed, snapshot, steps, total
from tests.engine.strategies import (
    OWN_MEMBERS,
    OWN_MERCHANTS,
    Event,
    Journal,
    Lunch,
    journals,
    lunches,
)

AT = "2026-01-01T10:00:00+08:00"


def value(price: Price) -> Fraction:
    return Fraction(price.reserve, price.outstanding)


def zone_of(state: State, event: Event) -> Zone:
    version = int(event.get("scheme", len(state.schemes)))
    return state.schemes[version - 1].zones[event["zone"]]


def base_of(zone: Zone, event: Event) -> int:
    paid, cost = amount(event["paid"]), amount(event["cost"])
    assert paid is not None
    assert cost is not None
    return max(paid - cost, 0) if zone.base == "profit" else paid


def contributed(step: Step) -> int:
    """What an applied sale pays into the pools."""
    if step.code or step.event["type"] != "sale":
        return 0
    zone = zone_of(step.state, step.event)
    parts = (zone.reserve_nano, zone.dividend_nano, zone.honor_nano)
    return sum(base_of(zone, step.event) * part // 10**9 for part in parts)


# 1


@given(journals())
def test_the_price_never_falls_while_anything_is_outstanding(journal: Journal) -> None:
    for step in steps(journal):
        prices = [price for price in step.prices if price.outstanding]
        for earlier, later in pairwise(prices):
            assert value(later) >= value(earlier)


@given(journals())
def test_a_sell_or_a_round_of_exits_raises_the_price_by_at_most_the_fee_times_the_fraction(
    journal: Journal,
) -> None:
    for step in steps(journal):
        prices = step.prices
        if step.event["type"] == "sell" and not step.code:
            sold = prices[0].outstanding - prices[1].outstanding
            prices = [prices[0]._replace(sellers=1, sold=sold), prices[1]]
        fee = Fraction(step.state.scheme.sell_fee_nano, 10**9)
        for price, following in pairwise(prices):
            if not price.sold or not following.outstanding:
                continue
            fraction = Fraction(price.sold, price.outstanding)
            rounding = Fraction(1, following.outstanding) + Fraction(1, price.outstanding)
            most = value(price) * (1 + fee * fraction) + price.sellers * rounding
            assert value(following) < most


# 2


@given(journals(), st.randoms(use_true_random=False))
def test_selling_all_shares_at_once_in_any_order_is_always_paid_in_full(
    journal: Journal, random: Random
) -> None:
    state = replayed(journal)
    pool, scheme = state.pool, state.scheme
    price = Price(pool.reserve_micro, pool.outstanding_micro)
    holders = [("member", name, row) for name, row in state.members.items() if row.shares]
    holders += [("merchant", name, row) for name, row in state.merchants.items() if row.shares]
    random.shuffle(holders)
    for kind, name, row in holders:
        event = {"id": name, "type": "sell", "at": AT, kind: name, "shares": "all"}
        code = apply(state, event)
        assume(code != "overflow")
        wound_up = not pool.outstanding_micro and code == "insufficient_shares"
        assert code == "" or wound_up
        assert pool.reserve_micro >= 0
        gross = row.shares * price.reserve // price.outstanding
        least = gross + -gross * scheme.sell_fee_nano // 10**9
        after = state.members.get(name) if kind == "member" else state.merchants.get(name)
        assert after is not None
        assert after.cash - row.cash >= least


# 3


@given(journals())
def test_the_treasury_is_always_worth_the_coins_in_existence(journal: Journal) -> None:
    for step in steps(journal):
        state, pool = step.state, step.state.pool
        coins = total(state.members, "coins") + total(state.merchants, "coins")
        assert pool.treasury_micro * pool.reserve_micro >= coins * pool.outstanding_micro
        assert pool.outstanding_micro or not coins


# 4


@given(journals())
def test_outstanding_is_what_all_hold_and_what_was_issued_and_not_burned(journal: Journal) -> None:
    issued = burned = 0
    for step in steps(journal):
        state, pool = step.state, step.state.pool
        held = total(state.members, "shares") + total(state.merchants, "shares")
        for move in step.moves:
            if move.account == ".outside":
                issued -= min(move.share, 0)
                burned += max(move.share, 0)
        assert pool.outstanding_micro == pool.treasury_micro + held
        assert pool.outstanding_micro == issued - burned
        assert pool.issued_micro == issued <= state.scheme.share_cap_micro
        assert pool.outstanding_micro == 0 or pool.outstanding_micro >= MICRO


# 5


@given(journals())
def test_cash_is_conserved_to_the_micro_yuan(journal: Journal) -> None:
    paid_in = 0
    for step in steps(journal):
        state, pool, event = step.state, step.state.pool, step.event
        paid_in += contributed(step)
        if not step.code and event["type"] in ("cash_in", "cash_out"):
            moved = amount_of(step)
            paid_in += moved if event["type"] == "cash_in" else -moved
        held = total(state.members, "cash") + total(state.merchants, "cash")
        assert paid_in == held + cash_of(pool)


# 6


@given(journals())
def test_a_members_dividends_never_exceed_the_quota_granted(journal: Journal) -> None:
    granted: Counter[str] = Counter()
    for step in steps(journal):
        if not step.code and step.event["type"] == "sale":
            zone = zone_of(step.state, step.event)
            granted[step.event["member"]] += base_of(zone, step.event) * zone.quota_nano // 10**9
        for name, row in step.state.members.items():
            assert row.quota >= 0
            assert row.dividends + row.quota <= granted[name]


# 7


@given(journals())
def test_replaying_a_journal_again_gives_the_same_and_its_repetition_changes_no_balance(
    journal: Journal,
) -> None:
    once = replay(journal.scheme, journal.lines)
    again = replay(journal.scheme, journal.lines)
    twice = replay(journal.scheme, journal.lines + journal.lines)
    assert once.report() == again.report() == twice.report()
    assert snapshot(once.state) == snapshot(replayed(journal))


# 8


@given(lunches())
def test_nobody_gets_more_out_than_he_put_in_and_the_funds_and_others_bring(lunch: Lunch) -> None:
    before = replayed(lunch.before)
    pool = before.pool
    bound = cash_of(pool) - pool.reserve_micro - pool.unassigned_micro
    whole = Journal(lunch.before.scheme, lunch.before.events + lunch.own)
    for place, step in enumerate(steps(whole)):
        if place >= len(lunch.before.events):
            bound += contributed(step) + exit_fees(step)
    assume(step.code != "overflow")
    own = [step.state.member(name) for name in OWN_MEMBERS]
    mine = [step.state.merchant(name) for name in OWN_MERCHANTS]
    assert sum(row.cash for row in (*own, *mine) if row) <= bound
    assert not any(row.shares or row.coins for row in (*own, *mine) if row)


@given(journals())
def test_a_buyer_whose_budget_is_worth_a_micro_share_gets_shares(journal: Journal) -> None:
    for step in steps(journal):
        event, before = step.event, step.before.pool
        if event["type"] != "sale" or step.code:
            continue
        zone = zone_of(step.state, event)
        had = step.before.members.get(event["member"])
        now = step.state.member(event["member"])
        assert now is not None
        gained = now.shares - (had.shares if had else 0)
        cap_left = step.state.scheme.share_cap_micro - before.issued_micro
        nothing_left = step.state.pool.outstanding_micro == 0
        if affordable(step, zone) >= 1 and cap_left and not nothing_left:
            assert gained >= 1


def affordable(step: Step, zone: Zone) -> int:
    """How many micro-shares the buyer's budget is worth, by amount at most those of the payment."""
    pool, issue, event = step.before.pool, zone.issue, step.event
    price = Fraction(step.state.scheme.initial_price_micro, MICRO)
    if pool.outstanding_micro:
        price = Fraction(pool.reserve_micro, pool.outstanding_micro)
    reserve = base_of(zone, event) * zone.reserve_nano // 10**9
    if issue.by == "value":
        return floor((reserve * issue.buyer_nano // 10**9) / price)
    budget = floor(reserve / (1 + Fraction(issue.referrer_nano, 10**9)))
    paid = Fraction(event["paid"]) * MICRO
    return min(floor(budget / price), floor(paid * MICRO / issue.yuan_per_share_micro))


def exit_fees(step: Step) -> int:
    """What all forced exits of a step paid as fees."""
    return sum(price.fees for price in step.prices)


def amount_of(step: Step) -> int:
    moved = amount(step.event["amount"])
    assert moved is not None
    return moved


def cash_of(pool: Pool) -> int:
    """All cash that the pool holds."""
    funds = pool.dividend_fund_micro + pool.honor_fund_micro
    carries = pool.dividend_carry_micro + sum(pool.honor_carry_micro)
    return pool.reserve_micro + funds + carries + pool.unassigned_micro
