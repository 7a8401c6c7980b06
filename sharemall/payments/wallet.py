"""The wallet's part of a payment: coins, cash balance and shares, moved by the journal's events.

A part is moved leg by leg: coins into the escrow, balance off the account, shares sold, the cash
that they brought off the account. Each leg is journalled once the one before is applied, under an
id that belongs to the payment and the attempt, so that a process that dies leaves nothing half
done: whoever looks next finds in the journal how far it came. A leg that the journal refuses ends
the attempt, and what the legs before it took is given back; shares that were sold stay sold, and
their cash stays in the member's balance.

Every function runs in its caller's transaction, with the payment locked. What follows for the
orders is the caller's business.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sharemall.engine import rules
from sharemall.engine.state import Pool
from sharemall.ledger import events, journal
from sharemall.ledger import selectors as ledger
from sharemall.ledger.events import FEN_MICRO
from sharemall.merchants.models import ESCROW
from sharemall.payments.models import Payment

SOLD_FOR_LESS = "sold_for_less"  # beside the journal's own reasons
COINS, BALANCE, SELL, SHARES = LEGS = ("coins", "balance", "sell", "shares")


@dataclass(frozen=True, slots=True)
class Plan:
    """By which means a payment is to be paid, in fen; the provider takes the rest, by this way.

    `most_shares_micro` is how many shares the member was shown that `shares_fen` takes; None
    agrees to as many as are needed.
    """

    coins_fen: int = 0
    balance_fen: int = 0
    shares_fen: int = 0
    provider: str = ""
    way: str = ""
    most_shares_micro: int | None = None

    @property
    def wallet_fen(self) -> int:
        """What the wallet pays."""
        return self.coins_fen + self.balance_fen + self.shares_fen


@dataclass(frozen=True, slots=True)
class SharesQuote:
    """How many shares bring an amount of cash now, and what selling them pays: micro-units."""

    shares_micro: int
    gross_micro: int
    fee_micro: int
    received_micro: int


@dataclass(frozen=True, slots=True)
class Means:
    """What a member can pay with now; all but `shares_micro` in whole fen.

    `shares_fen` is what selling all its shares would pay.
    """

    coins_fen: int
    balance_fen: int
    shares_fen: int
    shares_micro: int


def quote_shares(cash_fen: int) -> SharesQuote | None:
    """The fewest shares that bring so much at the price of the moment; None: the pool has not."""
    pool, scheme = _pool(), ledger.scheme()
    shares = rules.shares_to_raise(pool, scheme, cash_fen * FEN_MICRO)
    if shares is None:
        return None
    sold = rules.sell(pool, scheme, shares)
    return SharesQuote(shares, sold.gross_micro, sold.fee_micro, sold.paid_micro)


def means_of(account: str) -> Means:
    """What a member holds, as far as it can pay with it."""
    balance, pool = ledger.balance(account), _pool()
    shares = min(balance.shares_micro, pool.outstanding_micro)
    paid = rules.sell(pool, ledger.scheme(), shares).paid_micro if shares else 0
    return Means(
        coins_fen=balance.coins_micro // FEN_MICRO,
        balance_fen=balance.cash_micro // FEN_MICRO,
        shares_fen=paid // FEN_MICRO,
        shares_micro=shares,
    )


def _pool() -> Pool:
    view = ledger.pool()
    return Pool(reserve_micro=view.reserve_micro, outstanding_micro=view.outstanding_micro)


def holds(payment: Payment, plan: Plan) -> bool:
    """Whether the payment holds just what the plan wants of the wallet."""
    held = (payment.coins_fen, payment.balance_fen, payment.shares_fen)
    wanted = (plan.coins_fen, plan.balance_fen, plan.shares_fen)
    return payment.wallet == Payment.Wallet.HELD and held == wanted


def with_cash_of_shares(payment: Payment, plan: Plan) -> Plan:
    """The plan as it is once what is held comes back: shares that were sold for it are cash now.

    That cash pays before more shares are sold, for what is sold cannot be had back.
    """
    if payment.wallet != Payment.Wallet.HELD:
        return plan
    there = min(payment.shares_fen, plan.shares_fen)
    return replace(plan, balance_fen=plan.balance_fen + there, shares_fen=plan.shares_fen - there)


def begin(payment: Payment, plan: Plan, *, shares_micro: int, now: datetime) -> None:
    """Give back what an earlier plan holds, then start to move this one's part; saves nothing.

    `shares_micro` are sold for `plan.shares_fen`. Nothing may be on its way (`moving`).
    """
    give_back(payment, now=now)
    payment.coins_fen, payment.balance_fen = plan.coins_fen, plan.balance_fen
    payment.shares_fen, payment.shares_micro = plan.shares_fen, shares_micro
    payment.attempt += 1
    payment.refused_code = ""
    payment.wallet = Payment.Wallet.NONE
    if plan.wallet_fen:
        payment.wallet = Payment.Wallet.MOVING
        journal.append(_event(payment, _legs(payment)[0], now))


def advance(payment: Payment, *, now: datetime) -> str | None:
    """Take the moving part one leg further; the id of the event that must be applied first.

    None once nothing moves any more: the part is held, or it was refused and given back. Saves
    the payment where that is so.
    """
    if payment.wallet != Payment.Wallet.MOVING:
        return None
    legs = _legs(payment)
    codes = ledger.codes([_id(payment, leg) for leg in legs])
    for number, leg in enumerate(legs):
        event_id = _id(payment, leg)
        if event_id not in codes:
            if leg == SHARES and _brought_micro(payment) < payment.shares_fen * FEN_MICRO:
                _refuse(payment, legs[:number], SOLD_FOR_LESS, now)
                return None
            journal.append(_event(payment, leg, now))
        code = codes.get(event_id)
        if code is None:
            return event_id
        if code:
            _refuse(payment, legs[:number], code, now)
            return None
    payment.wallet = Payment.Wallet.HELD
    payment.save(update_fields=["wallet"])
    return None


def _brought_micro(payment: Payment) -> int:
    """What the shares that were sold for it brought.

    The price never falls, but a scheme with a higher fee may have come in between: the difference
    is not taken out of the balance, which the member did not choose.
    """
    moved = ledger.movements_of(_id(payment, SELL), payment.member.account)
    return sum(movement.cash_micro for movement in moved)


def _refuse(payment: Payment, taken: list[str], code: str, now: datetime) -> None:
    _append_back(payment, taken, now)
    payment.wallet, payment.refused_code = Payment.Wallet.NONE, code
    payment.coins_fen = payment.balance_fen = payment.shares_fen = payment.shares_micro = 0
    payment.save(
        update_fields=[
            "wallet",
            "refused_code",
            "coins_fen",
            "balance_fen",
            "shares_fen",
            "shares_micro",
        ]
    )


def give_back(payment: Payment, *, now: datetime) -> None:
    """Give back what is held, if anything is; saves nothing."""
    if payment.wallet == Payment.Wallet.HELD:
        _append_back(payment, _legs(payment), now)
        payment.wallet = Payment.Wallet.GIVEN_BACK


def _append_back(payment: Payment, taken: list[str], now: datetime) -> None:
    """What these legs took comes back; what shares brought comes back as cash."""
    journal.append_many(_back(payment, leg, now) for leg in taken if leg != SELL)


def _legs(payment: Payment) -> list[str]:
    return [leg for leg in LEGS if _fen(payment, leg)]


def _fen(payment: Payment, leg: str) -> int:
    if leg == COINS:
        return payment.coins_fen
    return payment.balance_fen if leg == BALANCE else payment.shares_fen


def _id(payment: Payment, leg: str) -> str:
    return f"pay-{payment.no}-{payment.attempt}-{leg}"


def _event(payment: Payment, leg: str, now: datetime) -> events.Event:
    given: dict[str, Any] = {
        "id": _id(payment, leg),
        "at": events.timestamp(now),
        "member": payment.member.account,
    }
    micro = _fen(payment, leg) * FEN_MICRO
    if leg == COINS:
        return events.pay_coins(merchant=ESCROW, coins_micro=micro, **given)
    if leg == SELL:
        return events.sell(shares_micro=payment.shares_micro, **given)
    return events.cash_out(cash_micro=micro, reason="payment", **given)


def _back(payment: Payment, leg: str, now: datetime) -> events.Event:
    given: dict[str, Any] = {
        "id": f"{_id(payment, leg)}-back",
        "at": events.timestamp(now),
        "member": payment.member.account,
    }
    micro = _fen(payment, leg) * FEN_MICRO
    if leg == COINS:
        return events.return_coins(merchant=ESCROW, coins_micro=micro, **given)
    return events.cash_in(cash_micro=micro, reason="payment", **given)
