"""What an order's money is made of: its means over its lines, and what is fixed at completion.

Everything is whole fen. Source: rules.md, "Beside the engine".
"""

from collections.abc import Sequence
from typing import NamedTuple

from sharemall.catalogue import estimates
from sharemall.engine.scheme import Scheme
from sharemall.merchants.models import NANO
from sharemall.orders.models import Order, OrderLine
from sharemall.payments.models import Payment
from sharemall.splitting import split

FEN_MICRO = 10_000


class ZoneSum(NamedTuple):
    """What an order pays in money, and what that part costs, in one zone."""

    zone_key: str
    paid_fen: int
    cost_fen: int


class Settlement(NamedTuple):
    """Where a completed order's money goes; `coin_commission_fen` is a part of the commission."""

    contributions_fen: int
    commission_fen: int
    coin_commission_fen: int
    due_fen: int


def split_means(payment: Payment, orders: Sequence[Order], lines: Sequence[OrderLine]) -> None:
    """Write the payment's means on its orders, and the coins on their lines; saves nothing.

    The coins are spread over what the orders cost, the balance over what is then left, the cash
    of shares over what is left after that; the provider pays the rest of each.
    """
    left = [order.total_fen for order in orders]
    for means in ("coins_fen", "balance_fen", "shares_fen"):
        parts = split(getattr(payment, means), left)
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

    A line costs as great a part of its cost as is paid in money, rounded up.
    """
    sums: dict[str, ZoneSum] = {}
    for line in order.lines.all():
        if not line.cash_fen:
            continue
        cost_fen = -(-line.total_cost_fen * line.cash_fen // line.payable_fen)
        zone, paid, cost = sums.get(line.zone_key, ZoneSum(line.zone_key, 0, 0))
        sums[zone] = ZoneSum(zone, paid + line.cash_fen, cost + cost_fen)
    return sorted(sums.values())


def settle(order: Order, scheme: Scheme) -> Settlement:
    """What goes to the scheme, to the platform and to the merchant of an order that completes.

    `scheme` is that of the order's version. The commission is on what the merchant gets for the
    goods; coins bear their part of it. What the money cannot bear of the commission is waived.
    """
    micro = sum(
        estimates.contributions_micro(scheme, scheme.zones[zone_key], paid_fen, cost_fen)
        for zone_key, paid_fen, cost_fen in by_zone(order)
    )
    contributions = -(-micro // FEN_MICRO)
    lines = order.lines.all()
    coins, cash = (sum(getattr(line, part) for line in lines) for part in ("coins_fen", "cash_fen"))
    worth = coins + cash + order.subsidy_fen
    asked = -(-worth * order.merchant.commission_nano // NANO)
    in_coins = asked * coins // worth if worth else 0
    in_cash = min(asked - in_coins, cash + order.subsidy_fen - contributions)
    commission = in_coins + in_cash
    return Settlement(
        contributions_fen=contributions,
        commission_fen=commission,
        coin_commission_fen=in_coins,
        due_fen=worth - contributions - commission - order.refunded_fen,
    )
