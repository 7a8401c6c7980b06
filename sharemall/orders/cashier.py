"""Reads of the cashier's page: what is to be paid, and by which means it can be."""

from dataclasses import dataclass, replace

from sharemall.members.models import Member
from sharemall.orders import amounts
from sharemall.orders.models import Order
from sharemall.orders.refusals import Refusal, Refused
from sharemall.payments import wallet
from sharemall.payments.models import Payment
from sharemall.payments.providers import Provider
from sharemall.payments.registry import providers
from sharemall.payments.wallet import Means, SharesQuote


@dataclass(frozen=True, slots=True)
class Cashier:
    """What the page shows that asks by which means a payment is to be paid.

    `means` is what the member can use, with what an earlier plan of this payment holds.
    """

    payment: Payment
    orders: list[Order]
    means: Means
    providers: list[Provider]

    @property
    def takes_coins_fen(self) -> int:
        """How much of it may be paid with coins."""
        return sum(amounts.coin_totals(self.orders))


def cashier(*, member: Member, no: str) -> Cashier:
    """The member's own payment, and with what it can be paid. Raises Payment.DoesNotExist."""
    payment = Payment.objects.select_related("member").get(no=no, member=member)
    mine = Order.objects.filter(payment=payment).select_related("merchant")
    orders = list(mine.prefetch_related("lines").order_by("id"))
    return Cashier(
        payment=payment,
        orders=orders,
        means=usable(payment, orders),
        providers=providers(),
    )


def quote_shares(*, member: Member, amount_fen: int) -> SharesQuote:
    """How many of the member's shares bring an amount now, and what selling them pays.

    Raises Refused(TOO_FEW_SHARES), or BAD_PLAN for an amount that is none.
    """
    if amount_fen <= 0:
        raise Refused(Refusal.BAD_PLAN)
    quote = wallet.quote_shares(amount_fen)
    if quote is None or quote.shares_micro > wallet.means_of(member.account).shares_micro:
        raise Refused(Refusal.TOO_FEW_SHARES)
    return quote


def usable(payment: Payment, orders: list[Order]) -> Means:
    """What the member can use: what it holds, and what a plan of this payment would give back.

    Of the coins no more than the orders take.
    """
    means = wallet.means_of(payment.member.account)
    if payment.wallet == Payment.Wallet.HELD:
        means = replace(
            means,
            coins_fen=means.coins_fen + payment.coins_fen,
            balance_fen=means.balance_fen + payment.balance_fen + payment.shares_fen,
        )
    most_coins_fen = sum(amounts.coin_totals(orders))
    return replace(means, coins_fen=min(means.coins_fen, most_coins_fen))
