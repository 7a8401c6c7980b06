"""Many events of one kind at once, by columns: the same as one after the other, to the micro-unit.

What does not hang on the price is worked out for all at once; only the price, which every sale
before has changed, takes a loop. Accounts are named by row. Source: rules.md, "What each event
does"; `apply.py` does the same for one event, and the tests hold them equal.

Rejections are the caller's business: rows must exist and quantities be allowed (ValueError if
not). Where a number could pass 2^62, nothing is applied and OverflowStop is raised.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sharemall.engine import rules
from sharemall.engine.amounts import FEN_MICRO, MOST_AFTER_EVENT, NANO
from sharemall.engine.apply import sell_shares
from sharemall.engine.errors import OverflowStop
from sharemall.engine.exact import Column, scaled_down, total
from sharemall.engine.issuing import NOBODY, Lots, Sales, give, issue
from sharemall.engine.scheme import Zone
from sharemall.engine.state import Accounts, State


class Sells(NamedTuple):
    """What each of many sells brought; shorter than what was asked for if one wound all up."""

    gross_micro: Column
    fee_micro: Column

    @property
    def paid_micro(self) -> Column:
        """What each seller got."""
        paid: Column = self.gross_micro - self.fee_micro
        return paid


def sales(
    state: State, zone: Zone, buyers: Column, referrers: Column, paid: Column, cost: Column
) -> Sales:
    """Sales one after the other in a zone of the current scheme; `referrers` NOBODY for none.

    Columns of one length: rows of members, and micro-yuan. `cost` counts only in profit zones.
    """
    _check_sales(buyers, referrers, paid, cost)
    lots = Lots((zone,), np.zeros_like(paid), paid, cost, referrers != NOBODY)
    sold = issue(state, lots)
    give(state, buyers, referrers, sold)
    return sold


def _check_sales(buyers: Column, referrers: Column, paid: Column, cost: Column) -> None:
    if (paid <= 0).any() or (paid % FEN_MICRO).any() or (cost < 0).any():
        raise ValueError("a sale's amounts are not allowed")
    if (buyers == referrers).any():
        raise ValueError("nobody refers itself")


def sells(state: State, accounts: Accounts, rows: Column, shares: Column) -> Sells:
    """Sells one after the other; each row once, `shares` not above what it has.

    Where one winds everything up nobody has shares any more: it is the last, and the columns that
    come back end with it. The state must be complete.
    """
    _check_rows(accounts, rows, shares)
    _refuse_high_cash(state)
    found = np.array(list(_sold(state, shares.tolist())), np.int64).reshape(-1, 2)
    place, sold = len(found), Sells(found[:, 0], found[:, 1])
    _pay_sellers(state, accounts, rows[:place], shares[:place], sold)
    if place == len(rows):
        return sold
    last = rules.sell(state.pool, state.scheme, int(shares[place]))
    sell_shares(state, accounts, int(rows[place]), "", int(shares[place]), None)
    more = np.append(sold.gross_micro, last.gross_micro), np.append(sold.fee_micro, last.fee_micro)
    return Sells(*more)


def _refuse_high_cash(state: State) -> None:
    """All that is paid comes out of the pool's cash, and out of coins in a wind-up."""
    most = 0
    for accounts in (state.members, state.merchants):
        cash, coins = (
            np.frombuffer(accounts.cash, np.int64),
            np.frombuffer(accounts.coins, np.int64),
        )
        most = max(most, int(cash.max(initial=0)) + int(coins.max(initial=0)))
    if most + 2 * sum(state.pool.cash_numbers()) > MOST_AFTER_EVENT:
        raise OverflowStop("sells could push a number past 2^62")


def _check_rows(accounts: Accounts, rows: Column, quantity: Column) -> None:
    held = np.frombuffer(accounts.shares, np.int64)
    if (quantity <= 0).any() or (quantity > held[rows]).any():
        raise ValueError("more than is held, or nothing")
    if len(np.unique(rows)) != len(rows):
        raise ValueError("an account comes twice")


def _sold(state: State, quantities: list[int]) -> Iterator[tuple[int, int]]:
    """Each sell's value and fee, up to one that would wind everything up."""
    pool, fee_nano = state.pool, state.scheme.sell_fee_nano
    worth, shares, fund = pool.reserve_micro, pool.outstanding_micro, pool.dividend_fund_micro
    for quantity in quantities:
        left = shares - quantity
        if left < rules.WHOLE_SHARE_MICRO:
            break
        gross = quantity * worth // shares
        fee = -(-gross * fee_nano // NANO)
        kept = fee * left // shares
        worth -= gross - kept
        fund += fee - kept
        shares = left
        yield gross, fee
    pool.reserve_micro, pool.outstanding_micro, pool.dividend_fund_micro = worth, shares, fund


def _pay_sellers(
    state: State, accounts: Accounts, rows: Column, shares: Column, sold: Sells
) -> None:
    cash = np.frombuffer(accounts.cash, np.int64)
    cash[rows] += sold.paid_micro
    np.frombuffer(accounts.shares, np.int64)[rows] -= shares
    if state.scheme.forced_exit:
        quota = np.frombuffer(accounts.quota, np.int64)
        quota[rows] = np.maximum(quota[rows] - sold.gross_micro, 0)


def to_coins(state: State, rows: Column, shares: Column) -> Column:
    """Members' shares into coins, which they bring; each row once. The price stays as it is."""
    members, pool = state.members, state.pool
    _check_rows(members, rows, shares)
    if not len(rows):
        return np.empty(0, np.int64)
    coins = scaled_down(shares, pool.reserve_micro, pool.outstanding_micro)
    held = np.frombuffer(members.coins, np.int64)
    if int(held[rows].max(initial=0)) + int(coins.max(initial=0)) > MOST_AFTER_EVENT:
        raise OverflowStop("coins would pass 2^62")
    held[rows] += coins
    np.frombuffer(members.shares, np.int64)[rows] -= shares
    if state.scheme.forced_exit:
        quota = np.frombuffer(members.quota, np.int64)
        quota[rows] = np.maximum(quota[rows] - coins, 0)
    pool.treasury_micro += total(shares)
    return coins


def pay_coins(state: State, rows: Column, merchant: str, coins: Column) -> None:
    """Members' coins to one merchant; each row once."""
    held = np.frombuffer(state.members.coins, np.int64)
    if (coins <= 0).any() or (coins > held[rows]).any() or len(np.unique(rows)) != len(rows):
        raise ValueError("more coins than are held, or none, or an account comes twice")
    merchants = state.merchants
    row = merchants.row(merchant)
    if merchants.coins[row] + total(coins) > MOST_AFTER_EVENT:
        raise OverflowStop("coins would pass 2^62")
    held[rows] -= coins
    merchants.coins[row] += total(coins)
