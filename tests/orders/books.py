"""What the books must say of orders and payments as they stand: money conserved to the fen.

Everything pending is applied first; a wallet's part that is on its way may be at any leg.
"""

from typing import Any

from django.db import connection
from django.db.models import F, Sum

from sharemall.catalogue.models import Variant
from sharemall.ledger import selectors as ledger
from sharemall.ledger import writer
from sharemall.members.models import Member
from sharemall.orders import sales
from sharemall.orders.models import PAID_FOR, Order, OrderLine
from sharemall.payments.models import Payment, Refund, SandboxTrade

FEN = 10_000


def assert_balanced(given: dict[str, tuple[int, int]], spent: dict[str, dict[str, int]]) -> None:
    """Check all that must hold.

    `given` has the coins and cash (micro) that each member was given beside the orders, `spent`
    the cash_out events beside them, with their amounts (micro).
    """
    writer.drain()
    orders = list(Order.objects.select_related("payment", "merchant", "member__referrer"))
    payments = list(Payment.objects.select_related("member"))
    for member in Member.objects.filter(account__in=given):
        _check_member(member, given[member.account], spent[member.account], payments, orders)
    _check_escrow(payments, orders)
    _check_providers(orders)
    _check_merchants(orders)
    _check_completed(orders)
    _check_stock(orders)


def _check_member(
    member: Member,
    given: tuple[int, int],
    spent: dict[str, int],
    payments: list[Payment],
    orders: list[Order],
) -> None:
    mine = [payment for payment in payments if payment.member_id == member.pk]
    taken = [_taken(payment, orders) for payment in mine]
    codes = ledger.codes(list(spent))
    gone = sum(spent[event_id] for event_id, code in codes.items() if code == "")
    balance = ledger.balance(member.account)
    assert balance.coins_micro == given[0] - sum(coins for coins, _ in taken)
    sold = _moved(member.account, "m", reason=2)
    cash = given[1] + sold - gone - sum(cash for _, cash in taken)
    assert balance.cash_micro == cash


def _taken(payment: Payment, orders: list[Order]) -> tuple[int, int]:
    """Coins and cash, in micro-units, that a payment keeps from its member now."""
    if payment.wallet == "moving":
        legs = {leg: f"pay-{payment.no}-{payment.attempt}-{leg}" for leg in ("coins", "balance")}
        legs["shares"] = f"pay-{payment.no}-{payment.attempt}-shares"
        codes = ledger.codes(list(legs.values()))
        parts = {leg: codes.get(event_id) == "" for leg, event_id in legs.items()}
        cash = payment.balance_fen * parts["balance"] + payment.shares_fen * parts["shares"]
        return payment.coins_fen * parts["coins"] * FEN, cash * FEN
    if payment.wallet != "held":
        return 0, 0
    live = [one for one in orders if one.payment_id == payment.pk and one.status != "cancelled"]
    coins = sum(order.coins_fen for order in live)
    return coins * FEN, sum(order.balance_fen + order.shares_fen for order in live) * FEN


def _check_escrow(payments: list[Payment], orders: list[Order]) -> None:
    """The escrow holds the coins of the open orders, no more and no less."""
    held = sum(_taken(payment, orders)[0] for payment in payments)
    passed_on = sum(order.coins_fen for order in orders if order.status == "completed")
    assert merchant("escrow")[0] == held - passed_on * FEN


def _check_providers(orders: list[Order]) -> None:
    """Every fen that came in is in a live order or on its way back."""
    trades = SandboxTrade.objects
    charged = _sum(trades.filter(refund_no=""), "amount_fen")
    live = sum(order.provider_fen for order in orders if order.status in PAID_FOR)
    back = Refund.objects.filter(means="provider")
    assert charged == live + _sum(back, "amount_fen")
    assert _sum(trades.exclude(refund_no=""), "amount_fen") == _sum(
        back.filter(status="done"), "amount_fen"
    )
    for order in orders:
        refunded = _sum(Refund.objects.filter(order_no=order.no), "amount_fen")
        assert refunded == order.refunded_fen
        assert not refunded or refunded == order.total_fen


def _check_merchants(orders: list[Order]) -> None:
    """Each merchant has the coins and the cash of its completed orders."""
    done = [order for order in orders if order.status == "completed"]
    fees = sum(order.coin_commission_fen for order in done)
    for key in ("platform", "farm"):
        own = [order for order in done if order.merchant_id == key]
        coins = sum(order.coins_fen - order.coin_commission_fen for order in own)
        cash = sum(order.due_fen + order.freight_fen for order in own) - coins
        fee = fees if key == "platform" else 0
        assert merchant(key) == ((coins + fee) * FEN, cash * FEN)


def _check_completed(orders: list[Order]) -> None:
    """Paid and subsidies are what is due, contributed, charged and sent; as journalled."""
    for order in orders:
        if order.status != "completed":
            assert order.due_fen == order.contributions_fen == order.commission_fen == 0
            continue
        goes = (order.due_fen, order.contributions_fen, order.commission_fen, order.freight_fen)
        assert order.total_fen + order.subsidy_fen == sum(goes) + order.refunded_fen
        codes = ledger.codes(sales.event_ids(order))
        assert set(codes.values()) <= {""}
        in_journal = -sum(_outside(event_id) for event_id in sales.sale_ids(order))
        assert 0 <= order.contributions_fen * FEN - in_journal < FEN


def _check_stock(orders: list[Order]) -> None:
    """Every variant began with 100 pieces behind what its order took."""
    back = OrderLine.objects.filter(order__status="cancelled")
    assert _sum(Variant.objects.all(), "stock") == 100 * Variant.objects.count() + _sum(
        back, "quantity"
    )
    assert not OrderLine.objects.filter(
        coins_fen__gt=F("quantity") * F("price_fen") - F("discount_fen")
    ).exists()


def merchant(key: str) -> tuple[int, int]:
    """A merchant's coins and cash in micro-units; zeros for one the ledger has not met."""
    rows = _rows(
        "SELECT b.coin_micro, b.moved_micro FROM ledger_balance b"
        " JOIN ledger_account a ON a.id = b.account_id WHERE a.key = %s",
        f"s:{key}",
    )
    return (rows[0][0], rows[0][1]) if rows else (0, 0)


def _moved(account: str, kind: str, reason: int) -> int:
    """The cash that events of one reason brought an account."""
    rows = _rows(
        "SELECT coalesce(sum(e.cash_micro), 0)::bigint FROM ledger_entry e"
        " JOIN ledger_account a ON a.id = e.account_id WHERE a.key = %s AND e.reason = %s",
        f"{kind}:{account}",
        reason,
    )
    return int(rows[0][0])


def _outside(event_id: str) -> int:
    """What an event moved on the account of the world outside, in micro-yuan."""
    rows = _rows(
        "SELECT coalesce(sum(e.cash_micro), 0)::bigint FROM ledger_entry e"
        " JOIN ledger_application a USING (position) WHERE a.event_id = %s AND e.account_id = 1",
        event_id,
    )
    return int(rows[0][0])


def _rows(statement: str, *values: object) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def _sum(found: Any, field: str) -> int:
    return int(found.aggregate(sum=Sum(field))["sum"] or 0)


def held(account: str) -> tuple[int, int]:
    """A member's coins and cash, in micro-units."""
    balance = ledger.balance(account)
    return balance.coins_micro, balance.cash_micro


def means(order: Order) -> tuple[int, int, int, int]:
    """By which means an order is paid: coins, balance, shares, provider."""
    return order.coins_fen, order.balance_fen, order.shares_fen, order.provider_fen
