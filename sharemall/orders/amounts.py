"""What an order's money is made of: its means over its lines, and what is fixed at completion.

Everything is whole fen. Source: rules.md, "Beside the engine".
"""

from collections.abc import Sequence
from copy import copy, deepcopy
from typing import NamedTuple

from sharemall.catalogue import estimates
from sharemall.compliance import licences
from sharemall.engine.scheme import Scheme
from sharemall.merchants.models import NANO, PLATFORM
from sharemall.orders.models import Order, OrderLine
from sharemall.payments.models import Payment, Refund
from sharemall.splitting import split

FEN_MICRO = 10_000


class ZoneSum(NamedTuple):
    """What an order pays in money, and what that part costs, in one zone."""

    zone_key: str
    paid_fen: int
    cost_fen: int


class Parts(NamedTuple):
    """So much by each of the means that an order was paid with, shares and balance as one."""

    coins_fen: int
    balance_fen: int
    provider_fen: int

    @property
    def total_fen(self) -> int:
        """All of it."""
        return sum(self)


class Settlement(NamedTuple):
    """Where a completed order's money goes; `coin_commission_fen` is a part of the commission."""

    contributions_fen: int
    commission_fen: int
    coin_commission_fen: int
    due_fen: int


def coin_totals(orders: Sequence[Order]) -> list[int]:
    """How much of each order may be paid with coins: all of it or nothing.

    Other merchants than the platform's own shop take none without a licence (compliance.md).
    """
    third_party = licences.third_party_coins()
    return [
        order.total_fen if third_party or order.merchant_id == PLATFORM else 0 for order in orders
    ]


def split_means(payment: Payment, orders: Sequence[Order], lines: Sequence[OrderLine]) -> None:
    """Write the payment's means on its orders, and the coins on their lines; saves nothing.

    The coins are spread over what the orders cost that take them, the balance over what is then
    left of all, the cash of shares over what is left after that; the provider pays the rest.
    """
    left = [order.total_fen for order in orders]
    for means in ("coins_fen", "balance_fen", "shares_fen"):
        weights = coin_totals(orders) if means == "coins_fen" else left
        parts = split(getattr(payment, means), weights)
        left = [one - part for one, part in zip(left, parts, strict=True)]
        for order, part in zip(orders, parts, strict=True):
            setattr(order, means, part)
    for order, rest in zip(orders, left, strict=True):
        order.provider_fen = rest
        _split_coins(order, [line for line in lines if line.order_id == order.pk])


def _split_coins(order: Order, lines: Sequence[OrderLine]) -> None:
    """Coins pay goods and freight alike: each line gets its part of them."""
    parts = split(order.coins_fen, [*(line.payable_fen for line in lines), order.freight_fen])
    for line, part in zip(lines, parts, strict=False):
        line.coins_fen = part


def by_zone(order: Order) -> list[ZoneSum]:
    """The money part of the order by zone, in the order of the zones' keys; none of it: left out.

    What was refunded is no part of it. A line costs as great a part of the cost of what was sold
    as is paid in money, rounded up.
    """
    sums: dict[str, ZoneSum] = {}
    for line in order.lines.all():
        if not line.kept_cash_fen:
            continue
        cost_fen = -(-line.kept_cost_fen * line.kept_cash_fen // line.kept_fen)
        zone, paid, cost = sums.get(line.zone_key, ZoneSum(line.zone_key, 0, 0))
        sums[zone] = ZoneSum(zone, paid + line.kept_cash_fen, cost + cost_fen)
    return sorted(sums.values())


def refundable_fen(line: OrderLine, quantity: int) -> int:
    """The most that the next so many pieces of a line bring back: their part of what was paid.

    Floors of the running sum over the pieces that were refunded so far: together the pieces of a
    line bring back exactly what was paid for it.
    """
    before, after = line.refunded_quantity, line.refunded_quantity + quantity
    payable = line.payable_fen
    return payable * after // line.quantity - payable * before // line.quantity


def take_back(
    order: Order, line: OrderLine, *, quantity: int, fen: int, freight_fen: int, returned: bool
) -> Parts:
    """Refund pieces of a line, and freight, on the order that is not completed; saves nothing.

    By which means: coins in the line's proportion, the rest by balance and provider in the
    order's. Of the subsidy comes back what these pieces had, rounded up. `line` is one of the
    order's own prefetched lines.
    """
    before = refunded_by(order)
    line.refunded_quantity += quantity
    line.refunded_fen += fen
    if returned:
        line.returned_quantity += quantity
    line.subsidy_back_fen = _up(line.subsidy_fen * line.refunded_fen, line.payable_fen)
    order.refunded_fen += fen + freight_fen
    order.freight_refunded_fen += freight_fen
    lines = order.lines.all()
    order.subsidy_back_fen = sum(one.subsidy_back_fen for one in lines)
    freight_coins = order.coins_fen - sum(one.coins_fen for one in lines)
    order.refunded_coins_fen = sum(one.refunded_coins_fen for one in lines)
    if order.freight_refunded_fen:
        order.refunded_coins_fen += freight_coins * order.freight_refunded_fen // order.freight_fen
    return _less(refunded_by(order), before)


def preview(order: Order, position: int, *, quantity: int, fen: int, freight_fen: int = 0) -> Parts:
    """By which means `take_back` would refund pieces of a line now; changes nothing."""
    order = deepcopy(order)
    line = next(one for one in order.lines.all() if one.position == position)
    return take_back(
        order, line, quantity=quantity, fen=fen, freight_fen=freight_fen, returned=False
    )


def take_back_all(order: Order) -> Parts:
    """Refund what is left of the order, on its own row alone; saves nothing."""
    before = refunded_by(order)
    order.refunded_fen = order.total_fen
    order.refunded_coins_fen = order.coins_fen
    order.freight_refunded_fen = order.freight_fen
    order.subsidy_back_fen = order.subsidy_fen
    return _less(refunded_by(order), before)


def left_of(order: Order) -> Parts:
    """What cancelling would still give back, by each of the means; changes nothing."""
    return take_back_all(copy(order))


def refunded_by(order: Order) -> Parts:
    """What was refunded of the order by each of its means.

    Of the money, the wallet's share is its share of all money that was paid, rounded down.
    """
    cash = order.refunded_fen - order.refunded_coins_fen
    if not cash:
        return Parts(order.refunded_coins_fen, 0, 0)
    wallet = order.balance_fen + order.shares_fen
    balance = wallet * cash // (order.total_fen - order.coins_fen)
    return Parts(order.refunded_coins_fen, balance, cash - balance)


def by_means(parts: Parts) -> dict[Refund.Means, int]:
    """The parts as refunds are made of them."""
    return {
        Refund.Means.PROVIDER: parts.provider_fen,
        Refund.Means.BALANCE: parts.balance_fen,
        Refund.Means.COINS: parts.coins_fen,
    }


def _less(after: Parts, before: Parts) -> Parts:
    return Parts(*(new - old for new, old in zip(after, before, strict=True)))


def _up(product: int, divisor: int) -> int:
    """A quotient rounded up; 0 for nothing."""
    return -(-product // divisor) if product else 0


def settle(order: Order, scheme: Scheme) -> Settlement:
    """What goes to the scheme, to the platform and to the merchant of an order that completes.

    `scheme` is that of the order's version. The commission is on what the merchant gets for the
    goods and keeps; coins bear their part of it. What the money cannot bear of it is waived.
    """
    micro = sum(
        estimates.contributions_micro(scheme, scheme.zones[zone_key], paid_fen, cost_fen)
        for zone_key, paid_fen, cost_fen in by_zone(order)
    )
    contributions = -(-micro // FEN_MICRO)
    lines = order.lines.all()
    coins = sum(line.kept_coins_fen for line in lines)
    cash = sum(line.kept_cash_fen for line in lines)
    subsidy = order.subsidy_fen - order.subsidy_back_fen
    worth = coins + cash + subsidy
    asked = -(-worth * order.commission_nano // NANO)
    in_coins = asked * coins // worth if worth else 0
    in_cash = min(asked - in_coins, cash + subsidy - contributions)
    commission = in_coins + in_cash
    return Settlement(
        contributions_fen=contributions,
        commission_fen=commission,
        coin_commission_fen=in_coins,
        due_fen=worth - contributions - commission,
    )
