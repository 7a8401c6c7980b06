"""What two runs of the same sales show side by side, as plain values that JSON can keep.

All sums are exact integers in micro-units. What a member gains or loses is counted in what it could
take away at the end: all that was paid to it on the way, and what its shares would bring then after
the fee. Unused quota counts for nothing: it is an upper limit.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from sharemall.engine import rules
from sharemall.engine.amounts import FEN_MICRO, NANO
from sharemall.engine.exact import Column, scaled_down, total
from sharemall.ledger.past import UNKNOWN, Past, Sale
from sharemall.merchants.models import PLATFORM
from sharemall.schemes.rerun import Run

BIGGEST = 10
GROUPS = 5
QUANTILES = (0, 10, 25, 50, 75, 90, 100)
RESERVE, DIVIDEND, HONOR, UNASSIGNED, BUYER, REFERRER, QUOTA = range(7)


class Sales(NamedTuple):
    """The sales in columns: amounts in micro-yuan, zones and buyers by number."""

    paid: Column
    cost: Column  # UNKNOWN where it is not said
    commission: Column  # what the merchant's rate comes to, rounded up to a fen
    own: Column  # 1 where the platform's own shop sold, or nobody else is named
    zone: Column
    buyer: Column  # the row of the member


class Shares(NamedTuple):
    """What became of each sale's money under one scheme, in micro-yuan; 0 where it was refused."""

    contributions: Column  # rounded up to a fen
    commission: Column
    left: Column  # paid − cost − contributions − commission; 0 where the cost is not known
    quota: Column
    issued: Column


def figures(past: Past, today: Run, draft: Run, commissions: Mapping[str, int]) -> dict[str, Any]:
    """Both runs in figures; `commissions` are the merchants' rates in billionths.

    Keys as below; a money or share number ends in `_micro`.
    """
    sold = [step for step in past.steps if isinstance(step, Sale)]
    zones = list(dict.fromkeys(sale.zone for sale in sold))
    sales = _columns(past, sold, zones, commissions)
    shares = [_shares(sales, run) for run in (today, draft)]
    known = sales.cost != UNKNOWN
    return {
        "from": _day(today.nights[0].row.date) if today.nights else None,
        "to": _day(today.nights[-1].row.date) if today.nights else None,
        "closes": len(today.nights),
        "sales": len(sold),
        "turnover_micro": total(sales.paid),
        "cost_known_micro": total(sales.paid[known]),
        "opening": {
            "position": past.after,
            "day": _day(past.closed),
            "reserve_micro": past.pool.reserve_micro,
            "outstanding_micro": past.pool.outstanding_micro,
        },
        "today": _totals(today, sales, shares[0]),
        "draft": _totals(draft, sales, shares[1]),
        "zones": [
            _zone(key, number, sales, today, draft, shares) for number, key in enumerate(zones)
        ],
        "members": _members(past, sales, today, draft),
        "nights": _nights(today, draft),
    }


def _columns(
    past: Past, sold: Sequence[Sale], zones: list[str], commissions: Mapping[str, int]
) -> Sales:
    paid = np.array([sale.paid_micro for sale in sold], np.int64)
    merchants = np.array([commissions.get(sale.merchant, 0) for sale in sold], np.int64)
    commission = np.zeros_like(paid)
    for nano in np.unique(merchants).tolist():
        at = merchants == nano
        # ⌈paid·rate⌉ as what the rest leaves, in whole fen.
        fen = paid[at] // FEN_MICRO
        commission[at] = (fen - scaled_down(fen, NANO - nano, NANO)) * FEN_MICRO
    return Sales(
        paid=paid,
        cost=np.array([sale.cost_micro for sale in sold], np.int64),
        commission=commission,
        own=np.array([sale.merchant in ("", PLATFORM) for sale in sold], np.int64),
        zone=np.array([zones.index(sale.zone) for sale in sold], np.int64),
        buyer=np.array([past.members.rows[sale.member] for sale in sold], np.int64),
    )


def _shares(sales: Sales, run: Run) -> Shares:
    """A sale that the scheme refused hands nothing over: the goods were sold all the same."""
    contributed = np.zeros_like(sales.paid)
    quota, issued = contributed.copy(), contributed.copy()
    contributed[run.applied] = run.terms[:, RESERVE : UNASSIGNED + 1].sum(axis=1)
    quota[run.applied] = run.terms[:, QUOTA]
    issued[run.applied] = run.terms[:, BUYER] + run.terms[:, REFERRER]
    contributions = -(-contributed // FEN_MICRO) * FEN_MICRO
    # The commission yields where both together would be more than was paid, as when an order
    # completes.
    commission = np.minimum(sales.commission, sales.paid - contributions)
    left = sales.paid - sales.cost - contributions - commission
    left[sales.cost == UNKNOWN] = 0
    return Shares(contributions, commission, left, quota, issued)


def _totals(run: Run, sales: Sales, shares: Shares) -> dict[str, Any]:
    pool, paid = run.state.pool, [night.row for night in run.nights]
    return {
        "sales": len(run.applied),
        "refused": dict(run.refused),
        "reserve_micro": total(run.terms[:, RESERVE]),
        "dividend_micro": total(run.terms[:, DIVIDEND]),
        "honor_micro": total(run.terms[:, HONOR]),
        "unassigned_micro": total(run.terms[:, UNASSIGNED]),
        "buyer_shares_micro": total(run.terms[:, BUYER]),
        "referrer_shares_micro": total(run.terms[:, REFERRER]),
        "quota_micro": total(run.terms[:, QUOTA]),
        "paid_micro": sum(row.dividend_paid_micro + row.honor_paid_micro for row in paid),
        "exits": sum(row.forced_exits for row in paid),
        "price_micro": rules.price_micro(pool, run.scheme),
        "end_reserve_micro": pool.reserve_micro,
        "end_outstanding_micro": pool.outstanding_micro,
        **_margin(sales, shares, np.ones(len(sales.paid), np.bool_)),
    }


def _margin(sales: Sales, shares: Shares, where: Any) -> dict[str, int]:
    """Contributions, commission, what the sellers keep, and what of all that is the company's.

    The company's: what its own shop keeps, and the others' commission. `short`: sales that do not
    bring in what they cost and hand over.
    """
    known, own = where & (sales.cost != UNKNOWN), sales.own == 1
    return {
        "contributions_micro": total(shares.contributions[where]),
        "commission_micro": total(shares.commission[where]),
        "left_micro": total(shares.left[known]),
        "company_micro": total(shares.left[known & own]) + total(shares.commission[where & ~own]),
        "short": int(np.count_nonzero(shares.left[known] < 0)),
        "short_micro": -total(np.minimum(shares.left[known], 0)),
    }


def _zone(
    key: str, number: int, sales: Sales, today: Run, draft: Run, shares: list[Shares]
) -> dict[str, Any]:
    where = sales.zone == number
    known = where & (sales.cost != UNKNOWN)
    sides = {
        name: {
            "there": key in run.scheme.zones,
            **_margin(sales, share, where),
            "quota_micro": total(share.quota[where]),
            "shares_micro": total(share.issued[where]),
        }
        for name, run, share in (("today", today, shares[0]), ("draft", draft, shares[1]))
    }
    return {
        "key": key,
        "sales": int(np.count_nonzero(where)),
        "turnover_micro": total(sales.paid[where]),
        "cost_known_micro": total(sales.paid[known]),
        "cost_micro": total(sales.cost[known]),
        **sides,
    }


class _Holdings(NamedTuple):
    """What each member could take away at the end, and its new quota, by row."""

    takes: Column
    quota: Column


def _holdings(past: Past, sales: Sales, run: Run) -> _Holdings:
    members, pool = run.state.members, run.state.pool
    held = np.array(members.shares, np.int64)
    worth = np.zeros_like(held)
    if pool.outstanding_micro:
        gross = scaled_down(held, pool.reserve_micro, pool.outstanding_micro)
        worth = scaled_down(gross, NANO - run.scheme.sell_fee_nano, NANO)
    quota = np.zeros_like(held)
    np.add.at(quota, sales.buyer[run.applied], run.terms[:, QUOTA])
    return _Holdings(np.array(members.cash, np.int64) + worth, quota)


def _members(past: Past, sales: Sales, today: Run, draft: Run) -> dict[str, Any]:
    before, after = (_holdings(past, sales, run) for run in (today, draft))
    spent = np.zeros(len(before.takes), np.int64)
    np.add.at(spent, sales.buyer, sales.paid)
    change = after.takes - before.takes
    rows = np.flatnonzero((spent > 0) | (change != 0))
    names = list(past.members.rows)

    def row(number: int) -> dict[str, Any]:
        return {"account": names[number], **_sums(np.array([number]), spent, before, after)}

    order = rows[np.argsort(change[rows], kind="stable")]
    return {
        "count": len(rows),
        "gain": int(np.count_nonzero(change[rows] > 0)),
        "lose": int(np.count_nonzero(change[rows] < 0)),
        "gain_micro": total(np.maximum(change[rows], 0)),
        "lose_micro": -total(np.minimum(change[rows], 0)),
        "quantiles": [[part, _quantile(change[order], part)] for part in QUANTILES],
        "groups": _groups(rows[spent[rows] > 0], spent, before, after),
        "losers": [row(one) for one in order[:BIGGEST].tolist() if change[one] < 0],
        "gainers": [row(one) for one in order[::-1][:BIGGEST].tolist() if change[one] > 0],
    }


def _quantile(ascending: Column, part: int) -> int:
    """The number below which so many hundredths lie; 0 of nothing."""
    if not len(ascending):
        return 0
    return int(ascending[(len(ascending) - 1) * part // 100])


def _groups(
    buyers: Column, spent: Column, before: _Holdings, after: _Holdings
) -> list[dict[str, Any]]:
    """The buyers in fifths by what they spent, those who spent least first."""
    order = buyers[np.argsort(spent[buyers], kind="stable")]
    parts = [part for part in np.array_split(order, GROUPS) if len(part)]
    return [
        {
            "count": len(part),
            "least_micro": int(spent[part[0]]),
            "most_micro": int(spent[part[-1]]),
            **_sums(part, spent, before, after),
        }
        for part in parts
    ]


def _sums(part: Column, spent: Column, before: _Holdings, after: _Holdings) -> dict[str, int]:
    return {
        "spent_micro": total(spent[part]),
        "today_micro": total(before.takes[part]),
        "draft_micro": total(after.takes[part]),
        "today_quota_micro": total(before.quota[part]),
        "draft_quota_micro": total(after.quota[part]),
    }


def _nights(today: Run, draft: Run) -> list[dict[str, Any]]:
    """Night by night: the price, what was paid, and the quota granted so far, of both runs."""
    sides = []
    for run in (today, draft):
        granted = np.concatenate(([0], np.cumsum(run.terms[:, QUOTA])))
        sides.append([_night(run, number, granted) for number in range(len(run.nights))])
    return [
        {"day": _day(night.row.date), "today": before, "draft": after}
        for night, before, after in zip(today.nights, *sides, strict=True)
    ]


def _night(run: Run, number: int, granted: Column) -> dict[str, int]:
    night = run.nights[number]
    price = run.scheme.initial_price_micro
    if night.outstanding_micro:
        price = night.reserve_micro * 1_000_000 // night.outstanding_micro
    return {
        "price_micro": price,
        "paid_micro": night.row.dividend_paid_micro + night.row.honor_paid_micro,
        "granted_micro": int(granted[night.sales]),
    }


def _day(day: Any) -> str | None:
    return None if day is None else str(day.isoformat())
