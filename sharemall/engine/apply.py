"""Applying events to a state, each whole or not at all. Source: rules.md, "Events"."""

import re
from array import array
from collections.abc import Callable
from itertools import chain

from sharemall.engine import rules
from sharemall.engine.amounts import FEN_MICRO, MOST_AFTER_EVENT, amount
from sharemall.engine.bulk import BulkMoves
from sharemall.engine.close import Population, close_day, wind_up
from sharemall.engine.errors import IncompleteState, OverflowStop, SchemeError
from sharemall.engine.events import SHAPES, Event, well_shaped
from sharemall.engine.population import MemoryPopulation
from sharemall.engine.scheme import Scheme, Zone, parse_scheme
from sharemall.engine.state import Accounts, Move, Saved, State, post
from sharemall.engine.times import business_day, parse_date

Lot = tuple[Zone, int, int]  # a sale's zone, what was paid and what the goods cost, in micro-yuan

_VERSION = re.compile(r"[1-9][0-9]{0,17}")


def apply(
    state: State,
    event: Event,
    moves: list[Move] | None = None,
    population: Population | None = None,
) -> str:
    """Applies an event; returns "" or, with nothing changed, the code of its rejection.

    The moves that explain the change are added to `moves`. A close_day works on `population` if
    one is given, else on the state, which then has to be complete. Whether the event's id was used
    before is the caller's business. Raises IncompleteState (see there), and OverflowStop if a close
    would pass 2^63 - 1.
    """
    kind = event.get("type")
    if type(kind) is not str or (shape := SHAPES.get(kind)) is None:
        return "bad_event"
    if not well_shaped(event, shape):
        return "bad_event"
    if kind == "sale":
        return _sale(state, event, moves)
    if kind == "close_day":
        return _close_day(state, event, moves, population)
    return _HANDLERS[kind](state, event, moves)


def lot_of(state: State, event: Event) -> Lot | str:
    """The zone, what was paid and the cost of a well-shaped sale; or why it is rejected."""
    paid, cost_text = amount(event["paid"]), event.get("cost")
    cost = 0 if cost_text is None else amount(cost_text)
    if paid is None or cost is None:
        return "bad_event"
    version = event.get("scheme")
    scheme = state.schemes[-1] if version is None else _version(state, version)
    if scheme is None:
        return "unknown_scheme"
    zone = scheme.zones.get(event["zone"])
    if zone is None:
        return "unknown_zone"
    if cost_text is None and zone.base == "profit":
        return "bad_event"
    if paid <= 0 or paid % FEN_MICRO or cost < 0:
        return "bad_amount"
    if event["member"] == event.get("referrer"):
        return "self_referral"
    return zone, paid, cost


def _sale(state: State, event: Event, moves: list[Move] | None) -> str:
    lot = lot_of(state, event)
    if isinstance(lot, str):
        return lot
    buyer, referrer = event["member"], event.get("referrer")
    pool, members = state.pool, state.members
    terms = rules.sale_terms(pool, state.scheme, *lot, referrer is not None)
    reserve, dividend, honor, unassigned, shares, referrer_shares, quota = terms
    row = members.rows.get(buyer)
    quota_after = quota if row is None else members.quota[row] + quota
    if quota_after > MOST_AFTER_EVENT and quota:
        return "overflow"
    if unassigned:
        if pool.unassigned_micro + unassigned > MOST_AFTER_EVENT:
            return "overflow"
        pool.unassigned_micro += unassigned
    else:
        reserve_after = pool.reserve_micro + reserve
        dividend_fund_after = pool.dividend_fund_micro + dividend
        honor_fund_after = pool.honor_fund_micro + honor
        if (
            (reserve_after > MOST_AFTER_EVENT and reserve)
            or (dividend_fund_after > MOST_AFTER_EVENT and dividend)
            or (honor_fund_after > MOST_AFTER_EVENT and honor)
        ):
            return "overflow"
        pool.reserve_micro = reserve_after
        pool.dividend_fund_micro = dividend_fund_after
        pool.honor_fund_micro = honor_fund_after
        issued = shares + referrer_shares
        pool.outstanding_micro += issued
        pool.issued_micro += issued
    if row is None:
        row = members.row(buyer)
    members.quota[row] = quota_after
    thresholds = state.schemes[-1].honor_thresholds_micro
    members.issue(row, shares, thresholds)
    if referrer_shares:
        members.issue(members.row(event["referrer"]), referrer_shares, thresholds)
    if type(moves) is BulkMoves:
        moves.add_sale(buyer, referrer, terms)
    elif moves is not None:
        _post_sale(moves, buyer, referrer, rules.Sale(*terms))
    return ""


def _post_sale(moves: list[Move], buyer: str, referrer: str | None, terms: rules.Sale) -> None:
    reserve, dividend, honor, unassigned, shares, referrer_shares, quota = terms
    issued, contributed = shares + referrer_shares, reserve + dividend + honor + unassigned
    post(moves, ".outside", "sale", cash=-contributed, share=-issued, quota=-quota)
    post(moves, ".reserve", "sale", cash=reserve)
    post(moves, ".dividend_fund", "sale", cash=dividend)
    post(moves, ".honor_fund", "sale", cash=honor)
    post(moves, ".unassigned", "sale", cash=unassigned)
    post(moves, f"m:{buyer}", "sale", share=shares, quota=quota)
    post(moves, f"m:{referrer}", "referral", share=referrer_shares)


def _version(state: State, text: str) -> Scheme | None:
    if _VERSION.fullmatch(text) is None or int(text) > len(state.schemes):
        return None
    return state.schemes[int(text) - 1]


def _sell(state: State, event: Event, moves: list[Move] | None) -> str:
    accounts, name, key = _holder(state, event)
    shares, code = _quantity(event["shares"], accounts, accounts.shares, name, "shares")
    if code:
        return code
    return sell_shares(state, accounts, accounts.rows[name], key, shares, moves)


def sell_shares(
    state: State, accounts: Accounts, row: int, key: str, shares: int, moves: list[Move] | None
) -> str:
    """Sells shares that the account of `row` has; "" or "overflow". Raises IncompleteState."""
    pool = state.pool
    winds_up = pool.outstanding_micro - shares < rules.WHOLE_SHARE_MICRO
    if winds_up and shares < pool.outstanding_micro and not state.complete:
        raise IncompleteState("this sell winds everything up: every holder is needed")
    terms = rules.sell(pool, state.scheme, shares)
    to_fund = terms.fee_micro - terms.kept_micro
    # A wind-up empties the fund: only what it is after the whole event counts.
    if _passes(accounts.cash[row], terms.paid_micro) or (
        not winds_up and _passes(pool.dividend_fund_micro, to_fund)
    ):
        return "overflow"
    saved, posted = state.saved() if winds_up else None, len(moves or ())
    used = min(accounts.quota[row], terms.gross_micro) if state.scheme.forced_exit else 0
    accounts.shares[row] -= shares
    accounts.cash[row] += terms.paid_micro
    accounts.quota[row] -= used
    pool.reserve_micro -= terms.gross_micro - terms.kept_micro
    pool.outstanding_micro -= shares
    pool.dividend_fund_micro += to_fund
    post(moves, ".reserve", "sell", cash=terms.kept_micro - terms.gross_micro)
    post(moves, ".dividend_fund", "sell", cash=to_fund)
    post(moves, key, "sell", cash=terms.paid_micro, share=-shares, quota=-used)
    post(moves, ".outside", "sell", share=shares, quota=used)
    if saved is None or _wind_up(state, saved, moves):
        return ""
    _take_back(state, saved, moves, posted)
    return "overflow"


def _take_back(state: State, saved: Saved, moves: list[Move] | None, posted: int) -> None:
    state.restore(saved)
    if moves is not None:
        del moves[posted:]


def _wind_up(state: State, saved: Saved, moves: list[Move] | None) -> bool:
    """Winds everything up; False if that makes a number too high, compared with `saved`."""
    pool = state.pool
    try:
        wind_up(pool, MemoryPopulation(state, moves), moves)
    except OverflowStop:
        return False
    pairs = chain(
        zip(saved.pool.numbers(), pool.numbers(), strict=True),
        zip(saved.members.cash, state.members.cash, strict=True),
        zip(saved.merchants.cash, state.merchants.cash, strict=True),
    )
    return not any(after > MOST_AFTER_EVENT and after > before for before, after in pairs)


def _to_coins(state: State, event: Event, moves: list[Move] | None) -> str:
    accounts, name, key = _holder(state, event)
    shares, code = _quantity(event["shares"], accounts, accounts.shares, name, "shares")
    if code:
        return code
    if accounts is state.merchants and state.scheme.forced_exit:
        return "not_allowed"
    pool, row = state.pool, accounts.rows[name]
    coins = rules.value_of(pool, shares)
    if _passes(accounts.coins[row], coins):
        return "overflow"
    used = min(accounts.quota[row], coins) if state.scheme.forced_exit else 0
    accounts.shares[row] -= shares
    accounts.coins[row] += coins
    accounts.quota[row] -= used
    pool.treasury_micro += shares
    post(moves, key, "to_coins", share=-shares, coin=coins, quota=-used)
    post(moves, ".treasury", "to_coins", share=shares)
    post(moves, ".outside", "to_coins", coin=-coins, quota=used)
    return ""


def _move_coins(state: State, event: Event, moves: list[Move] | None) -> str:
    """pay_coins, return_coins and pass_coins: from one account to another."""
    kind = event["type"]
    giver_field, taker_field = _COIN_WAYS[kind]
    accounts, name, key = _account(state, event, giver_field)
    to_accounts, to_name, to_key = _account(state, event, taker_field)
    if key == to_key:
        return "bad_event"
    coins, code = _quantity(event["coins"], accounts, accounts.coins, name, "coins")
    if code:
        return code
    if _passes(_balance(to_accounts, to_accounts.coins, to_name), coins):
        return "overflow"
    accounts.coins[accounts.rows[name]] -= coins
    to_accounts.coins[to_accounts.row(to_name)] += coins
    post(moves, key, kind, coin=-coins)
    post(moves, to_key, kind, coin=coins)
    return ""


def _to_shares(state: State, event: Event, moves: list[Move] | None) -> str:
    accounts, name, pool = state.merchants, event["merchant"], state.pool
    coins, code = _quantity(event["coins"], accounts, accounts.coins, name, "coins")
    if code:
        return code
    row = accounts.rows[name]
    shares = rules.shares_for(pool, coins)
    accounts.coins[row] -= coins
    accounts.shares[row] += shares
    pool.treasury_micro -= shares
    post(moves, f"s:{name}", "to_shares", share=shares, coin=-coins)
    post(moves, ".treasury", "to_shares", share=-shares)
    post(moves, ".outside", "to_shares", coin=coins)
    return ""


def _cash_in(state: State, event: Event, moves: list[Move] | None) -> str:
    accounts, name, key = _holder(state, event)
    cash = amount(event["amount"])
    if cash is None or cash <= 0:
        return "bad_event" if cash is None else "bad_amount"
    if _passes(_balance(accounts, accounts.cash, name), cash):
        return "overflow"
    accounts.cash[accounts.row(name)] += cash
    post(moves, key, "cash_in", cash=cash)
    post(moves, ".outside", "cash_in", cash=-cash)
    return ""


def _cash_out(state: State, event: Event, moves: list[Move] | None) -> str:
    accounts, name, key = _holder(state, event)
    if event["amount"] == "all":
        return "bad_event"
    cash, code = _quantity(event["amount"], accounts, accounts.cash, name, "cash")
    if code:
        return code
    accounts.cash[accounts.rows[name]] -= cash
    post(moves, key, "cash_out", cash=-cash)
    post(moves, ".outside", "cash_out", cash=cash)
    return ""


def _close_day(
    state: State, event: Event, moves: list[Move] | None, population: Population | None
) -> str:
    day, pool, scheme = parse_date(event["date"]), state.pool, state.scheme
    if day is None:
        return "bad_event"
    if day > business_day(event["at"], scheme.timezone):
        return "day_in_future"
    if pool.last_closed is not None and day <= pool.last_closed:
        return "day_already_closed"
    safe = False
    if population is None:
        if not state.complete:
            raise IncompleteState("a close needs every account")
        population = MemoryPopulation(state, moves)
        safe = population.cannot_overflow(pool)
    # A copy of all accounts takes longer than the close.
    saved, posted = None if safe else state.saved(), len(moves or ())
    try:
        state.days.append(close_day(pool, scheme, day, population, moves))
    except OverflowStop:
        if saved is not None:
            _take_back(state, saved, moves, posted)
        raise
    return ""


def _set_scheme(state: State, event: Event, _moves: list[Move] | None) -> str:
    try:
        scheme = parse_scheme(event["toml"])
    except SchemeError:
        return "bad_scheme"
    if not scheme.may_follow(state.scheme):
        return "bad_scheme"
    state.schemes.append(scheme)
    return ""


def _holder(state: State, event: Event) -> tuple[Accounts, str, str]:
    """Whose account it is: the accounts it is in, its id, and its key in moves."""
    return _account(state, event, "member" if "member" in event else "merchant")


def _account(state: State, event: Event, field: str) -> tuple[Accounts, str, str]:
    name = event[field]
    if field == "member":
        return state.members, name, f"m:{name}"
    return state.merchants, name, f"s:{name}"


def _balance(accounts: Accounts, column: "array[int]", name: str) -> int:
    row = accounts.rows.get(name)
    return 0 if row is None else column[row]


def _quantity(
    text: str, accounts: Accounts, column: "array[int]", name: str, unit: str
) -> tuple[int, str]:
    """How much of what an account holds the event takes, and why it cannot."""
    held = _balance(accounts, column, name)
    wanted = held if text == "all" else amount(text)
    if wanted is None:
        return 0, "bad_event"
    if wanted <= 0 and text != "all":
        return 0, "bad_amount"
    if wanted > held or not held:
        return 0, f"insufficient_{unit}"
    return wanted, ""


def _passes(number: int, increase: int) -> bool:
    return increase > 0 and number + increase > MOST_AFTER_EVENT


_COIN_WAYS = {
    "pay_coins": ("member", "merchant"),
    "return_coins": ("merchant", "member"),
    "pass_coins": ("merchant", "to"),
}

_HANDLERS: dict[str, Callable[[State, Event, list[Move] | None], str]] = {
    "sell": _sell,
    "to_coins": _to_coins,
    "pay_coins": _move_coins,
    "return_coins": _move_coins,
    "pass_coins": _move_coins,
    "to_shares": _to_shares,
    "cash_in": _cash_in,
    "cash_out": _cash_out,
    "set_scheme": _set_scheme,
}
