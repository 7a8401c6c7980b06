"""How members come back: the BG/NBD model's four numbers, by maximum likelihood.

Source: Fader, Hardie and Lee, "'Counting Your Customers' the Easy Way: An Alternative to the
Pareto/NBD Model", Marketing Science 24 (2005). Each member buys at a rate that differs from member
to member (gamma with shape r and scale 1/alpha, by the week) and may stop after any purchase, with
a probability that differs too (beta with a, b). On the CDNOW sample up to 1997-09-30 the published
numbers are r 0.243, alpha 4.414, a 0.793, b 2.426.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sharemall.engine.amounts import MICRO, NANO
from sharemall.simulator.orders import Orders, OrdersError, read_orders
from sharemall.simulator.scenario import Repurchase

DAYS_A_WEEK = 7
# From where the search starts, as (r, alpha, a, b): rare and frequent buyers, loyal and fickle.
STARTS = ((1.0, 1.0, 1.0, 1.0), (0.3, 5.0, 0.5, 3.0), (2.0, 20.0, 1.0, 5.0))
WIDEST = 12.0  # of the logarithm of a parameter: beyond it the likelihood is flat
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Histories:
    """Members as the model sees them: one entry of each column a member, times in weeks.

    `repeats` counts the days with purchases after the first; `last` is when the last of them was,
    `span` how long the member was watched, both from its first purchase.
    """

    repeats: Floats
    last: Floats
    span: Floats


@dataclass(frozen=True, slots=True)
class Fitted:
    """The fitted model: r and alpha of the buying rate (weeks), a and b of stopping."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float
    members: int
    repeats: int


@dataclass(frozen=True, slots=True)
class OrderValues:
    """A log-normal of the order values: its median in yuan, and the deviation of the logarithm."""

    median_yuan: float
    sigma: float
    mean_yuan: float
    paid: int
    free: int


def histories(orders: Orders, until: date | None = None) -> Histories:
    """What was seen of each member up to and including `until` (the last order's day without it).

    Orders of one day count as one. Raises OrdersError if nobody came back, or `until` is too early.
    """
    end = (orders.last if until is None else until).toordinal() - orders.first.toordinal()
    seen = orders.day <= end
    if not seen.any():
        raise OrdersError([f"there is no order up to {until}: the first is of {orders.first}"])
    days = int(orders.day.max()) + 1
    visits = np.unique(orders.member[seen] * days + orders.day[seen])
    member, day = np.divmod(visits, days)
    _, begins, counts = np.unique(member, return_index=True, return_counts=True)
    first, last = day[begins], day[begins + counts - 1]
    found = Histories(
        repeats=(counts - 1).astype(np.float64),
        last=(last - first) / DAYS_A_WEEK,
        span=(end - first) / DAYS_A_WEEK,
    )
    if not found.repeats.any():
        raise OrdersError(["nobody bought on a second day: how members come back cannot be seen"])
    return found


def fit(found: Histories) -> Fitted:
    """The model under which these histories are likeliest.

    Raises OrdersError if there is none: the likelihood still grows where the search ends.
    """
    from scipy.optimize import minimize

    rows = np.column_stack((found.repeats, found.last, found.span))
    kinds, counts = np.unique(rows, axis=0, return_counts=True)

    def loss(logs: Floats) -> tuple[float, Floats]:
        value, slope = log_likelihood(np.exp(logs), kinds, counts)
        return -value / len(rows), -slope * np.exp(logs) / len(rows)

    ends = [
        minimize(
            loss,
            np.log(start),
            jac=True,
            method="L-BFGS-B",
            bounds=[(-WIDEST, WIDEST)] * 4,
            options={"maxiter": 1000, "ftol": 1e-14, "gtol": 1e-9},
        )
        for start in STARTS
    ]
    best = min(ends, key=lambda end: float(end.fun))
    if np.abs(best.x).max() > WIDEST - 0.01:
        raise OrdersError(
            ["no parameters fit best: there are too few members, or they are too much alike"]
        )
    r, alpha, a, b = (float(value) for value in np.exp(best.x))
    return Fitted(
        r=r,
        alpha=alpha,
        a=a,
        b=b,
        log_likelihood=-float(best.fun) * len(rows),
        members=len(rows),
        repeats=int(found.repeats.sum()),
    )


def repurchase_of(path: Path, until: date | None) -> Repurchase:
    """The model fitted to a file's orders, for a scenario: its numbers rounded to six decimals.

    So rounded they are the same on every machine. Raises OrdersError, and OSError without a file.
    """
    return _repurchase_of(path, path.stat().st_mtime_ns, until)


@lru_cache(maxsize=8)
def _repurchase_of(path: Path, changed: int, until: date | None) -> Repurchase:
    """As above; a grid asks for the same again and again."""
    found = fit(histories(read_orders(path), until))
    r, alpha, a, b = (
        round(number * MICRO) * (NANO // MICRO)
        for number in (found.r, found.alpha, found.a, found.b)
    )
    return Repurchase(r, alpha, a, b, DAYS_A_WEEK)


def log_likelihood(
    parameters: Floats, kinds: Floats, counts: NDArray[np.int64]
) -> tuple[float, Floats]:
    """The log-likelihood of r, alpha, a, b and its slope in each.

    `kinds` has a row (repeats, last, span) for each kind of history, `counts` how many members have
    it. All in logarithms: the two ways a history can have come about, "still a member" and "left
    after the last purchase", are added with logaddexp, so that nothing under- or overflows.
    """
    from scipy.special import gammaln, psi

    r, alpha, a, b = parameters
    x, last, span = kinds.T
    came_back = x > 0
    seen, watched = np.log(alpha + last), np.log(alpha + span)
    here = (r + x) * (seen - watched)
    divisor = np.where(came_back, b + x - 1, 1.0)
    left = np.where(came_back, np.log(a) - np.log(divisor), -np.inf)
    either = np.logaddexp(here, left)
    bought = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - (r + x) * seen
    stayed = gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
    is_here = np.exp(here - either)
    is_gone = np.where(came_back, np.exp(left - either), 0.0)
    both = psi(a + b) - psi(a + b + x)
    slopes = (
        psi(r + x) - psi(r) + np.log(alpha) - seen + is_here * (seen - watched),
        r / alpha
        - (r + x) / (alpha + last)
        + is_here * (r + x) * (1 / (alpha + last) - 1 / (alpha + span)),
        both + is_gone / a,
        both + psi(b + x) - psi(b) - is_gone / divisor,
    )
    value = float(counts @ (bought + stayed + either))
    return value, np.array([float(counts @ slope) for slope in slopes])


def expected_purchases(model: Fitted, weeks: float) -> float:
    """How often a new member buys again within so many weeks, on average.

    Source: the paper's equation (9), with its hypergeometric function.
    """
    from scipy.special import hyp2f1

    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    if abs(a - 1) < 1e-9:  # the formula's limit, from a hair beside it
        a = 1 + 1e-9
    far = hyp2f1(r, b, a + b - 1, weeks / (alpha + weeks))
    return float((a + b - 1) / (a - 1) * (1 - (alpha / (alpha + weeks)) ** r * far))


def order_values(orders: Orders) -> OrderValues:
    """The log-normal of the amounts that were paid; raises OrdersError if all orders were free."""
    paid = orders.paid_fen[orders.paid_fen > 0] / 100
    if not len(paid):
        raise OrdersError(["every order is free: there are no order values"])
    logs = np.log(paid)
    return OrderValues(
        median_yuan=float(np.exp(logs.mean())),
        sigma=float(logs.std()),
        mean_yuan=float(paid.mean()),
        paid=len(paid),
        free=len(orders.paid_fen) - len(paid),
    )
