"""What the books must say of orders and payments as they stand: money conserved to the fen.

Everything pending is applied first; a wallet's part that is on its way may be at any leg.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F, Sum

from sharemall.aftersale import granting
from sharemall.aftersale.models import Case
from sharemall.catalogue.models import Variant
from sharemall.ledger import selectors as ledger
from sharemall.ledger import writer
from sharemall.members.models import Member
from sharemall.orders import sales
from sharemall.orders.constraints import PAID_FOR
from sharemall.orders.models import Order, OrderLine
from sharemall.payments.models import Payment, Refund, SandboxTrade

FEN = 10_000
MEANS = ("coins", "balance", "provider")


@dataclass(frozen=True)
class Books:
    """Everything that is checked, read once; `back` has what was refunded by order and means."""

    orders: list[Order]
    payments: list[Payment]
    cases: list[Case]
    back: dict[tuple[str, str], int]

    def kept(self, order: Order, means: str) -> int:
        """What an order keeps of what was paid for it by one of its means, in fen."""
        paid = {
            "coins": order.coins_fen,
            "balance": order.balance_fen + order.shares_fen,
            "provider": order.provider_fen,
        }
        return paid[means] - self.back.get((order.no, means), 0)

    def goodwill(self, *, merchant: str = "", member_id: int = 0) -> int:
        """What goodwill took from a merchant or brought a member, in fen."""
        total = 0
        for case in self.cases:
            if not case.is_goodwill or merchant not in ("", case.merchant_id):
                continue
            if member_id not in (0, case.member_id):
                continue
            out, _ = granting.event_ids(case)
            moving = case.state == "paying" and bool(merchant) and ledger.codes([out])[out] == ""
            total += case.agreed_fen if case.state == "refunded" or moving else 0
        return total


def assert_balanced(given: dict[str, tuple[int, int]], spent: dict[str, dict[str, int]]) -> None:
    """Check all that must hold.

    `given` has the coins and cash (micro) that each member was given beside the orders, `spent`
    the cash_out events beside them, with their amounts (micro).
    """
    writer.drain()
    refunds = Refund.objects.order_by().values_list("order_no", "means")
    books = Books(
        list(
            Order.objects.select_related(
                "payment", "merchant", "member__referrer"
            ).prefetch_related("lines")
        ),
        list(Payment.objects.select_related("member")),
        list(Case.objects.all()),
        {(no, means): fen for no, means, fen in refunds.annotate(Sum("amount_fen"))},
    )
    for member in Member.objects.filter(account__in=given):
        _check_member(member, given[member.account], spent[member.account], books)
    _check_escrow(books)
    _check_providers(books)
    _check_merchants(books)
    _check_refunds(books)
    _check_completed(books.orders)
    _check_stock(books)


def _check_member(
    member: Member, given: tuple[int, int], spent: dict[str, int], books: Books
) -> None:
    mine = [payment for payment in books.payments if payment.member_id == member.pk]
    taken = [_taken(payment, books) for payment in mine]
    codes = ledger.codes(list(spent))
    gone = sum(spent[event_id] for event_id, code in codes.items() if code == "")
    balance = ledger.balance(member.account)
    assert balance.coins_micro == given[0] - sum(coins for coins, _ in taken)
    sold = _moved(member.account, "m", reason=2)
    cash = given[1] + sold - gone - sum(cash for _, cash in taken)
    assert balance.cash_micro == cash + books.goodwill(member_id=member.pk) * FEN


def _taken(payment: Payment, books: Books) -> tuple[int, int]:
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
    own = [order for order in books.orders if order.payment_id == payment.pk]
    coins = sum(books.kept(order, "coins") for order in own)
    return coins * FEN, sum(books.kept(order, "balance") for order in own) * FEN


def _check_escrow(books: Books) -> None:
    """The escrow holds the coins of the open orders, no more and no less."""
    held = sum(_taken(payment, books)[0] for payment in books.payments)
    done = [order for order in books.orders if order.status == "completed"]
    passed_on = sum(books.kept(order, "coins") for order in done)
    assert merchant("escrow")[0] == held - passed_on * FEN


def _check_providers(books: Books) -> None:
    """Every fen that came in is in a live order or on its way back."""
    trades = SandboxTrade.objects
    charged = _sum(trades.filter(refund_no=""), "amount_fen")
    live = [order for order in books.orders if order.status in PAID_FOR]
    kept = sum(books.kept(order, "provider") for order in live)
    back = Refund.objects.filter(means="provider")
    assert charged == kept + _sum(back, "amount_fen")
    assert _sum(trades.exclude(refund_no=""), "amount_fen") == _sum(
        back.filter(status="done"), "amount_fen"
    )


def _check_merchants(books: Books) -> None:
    """Each merchant has the coins and the cash of its completed orders, less its goodwill."""
    done = [order for order in books.orders if order.status == "completed"]
    fees = sum(order.coin_commission_fen for order in done)
    for key in ("platform", "farm"):
        own = [order for order in done if order.merchant_id == key]
        coins = sum(books.kept(order, "coins") - order.coin_commission_fen for order in own)
        cash = sum(order.due_fen + order.freight_fen - order.freight_refunded_fen for order in own)
        cash -= coins + books.goodwill(merchant=key)
        fee = fees if key == "platform" else 0
        assert merchant(key) == ((coins + fee) * FEN, cash * FEN)


def _check_refunds(books: Books) -> None:
    """Orders, lines, cases and refunds say the same; nothing comes back that was not paid."""
    for order in books.orders:
        by_means = {means: books.back.get((order.no, means), 0) for means in MEANS}
        assert sum(by_means.values()) == order.refunded_fen
        assert all(books.kept(order, means) >= 0 for means in MEANS if by_means[means])
        assert by_means["coins"] == order.refunded_coins_fen
        cases = [case for case in books.cases if case.order_id == order.pk]
        assert order.open_cases == sum(case.is_open for case in cases)
        if order.status == "cancelled":
            assert order.refunded_fen == (order.total_fen if order.paid_at else 0)
            continue
        lines = list(order.lines.all())
        part = sum(line.refunded_fen for line in lines)
        assert order.refunded_fen == part + order.freight_refunded_fen
        assert order.subsidy_back_fen == sum(line.subsidy_back_fen for line in lines)
        before = [case for case in cases if not case.is_goodwill]
        assert order.refunded_fen == sum(case.refunded_fen for case in before)
        assert sum(line.goodwill_fen for line in lines) == sum(
            case.refunded_fen for case in cases if case.is_goodwill
        )
        if order.status == "completed":
            assert not any(case.is_open for case in before)


def _check_completed(orders: list[Order]) -> None:
    """Paid and subsidies are what is due, contributed, charged, sent and refunded."""
    for order in orders:
        if order.status != "completed":
            assert order.due_fen == order.contributions_fen == order.commission_fen == 0
            continue
        freight = order.freight_fen - order.freight_refunded_fen
        goes = (order.due_fen, order.contributions_fen, order.commission_fen, freight)
        subsidy = order.subsidy_fen - order.subsidy_back_fen
        assert order.total_fen + subsidy == sum(goes) + order.refunded_fen
        codes = ledger.codes(sales.event_ids(order))
        assert set(codes.values()) <= {""}
        in_journal = -sum(_outside(event_id) for event_id in sales.sale_ids(order))
        assert 0 <= order.contributions_fen * FEN - in_journal < FEN


def _check_stock(books: Books) -> None:
    """Every variant began with 100 pieces behind what its order took."""
    lines = OrderLine.objects.all()
    given_up = _sum(lines.filter(order__status="cancelled"), "quantity")
    returned = _sum(lines.exclude(order__status="cancelled"), "returned_quantity")
    goodwill = sum(
        case.pieces
        for case in books.cases
        if case.is_goodwill and case.state == "refunded" and case.tracking_no
    )
    stock = 100 * Variant.objects.count() + given_up + returned + goodwill
    assert _sum(Variant.objects.all(), "stock") == stock
    assert not lines.filter(
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
