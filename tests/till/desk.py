"""A mall with a platform's shop and a farm, a member with a filled wallet, somebody at the till."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import uuid4

from sharemall.members.models import Member
from sharemall.till import codes, passwords, services
from sharemall.till.models import TillPayment
from sharemall.till.refusals import Refused
from tests.orders import ready, together
from tests.orders.ready import NOW

T = TypeVar("T")
SIGN_IN = "long enough 82"
PAYS = "280619"


def open_mall() -> None:
    ready.open_mall()


def a_member(account: str = "ann", *, pays: str = PAYS, **fields: object) -> Member:
    """A member with a sign-in password, and with a payment password unless `pays` is empty."""
    member = ready.a_member(account, **fields)
    member.set_password(SIGN_IN)
    member.save()
    if pays:
        set_password(member, pays)
    return member


def set_password(
    member: Member, password: str, *, sign_in: str = SIGN_IN, now: datetime = NOW
) -> None:
    passwords.save(member=member, sign_in=sign_in, password=password, address="127.0.0.1", now=now)


def rung_up(
    member: Member,
    staff: Member,
    amount_fen: int = 5_000,
    merchant: str = "platform",
    now: datetime = NOW,
) -> TillPayment:
    """What the staff rang up with the member's code."""
    return services.ring_up(
        code=codes.show(member=member, now=now).digits,
        merchant_key=merchant,
        amount_fen=amount_fen,
        staff=staff,
        key=uuid4(),
        now=now,
    )


def confirm(
    payment: TillPayment, coins_fen: int = 0, *, password: str = PAYS, now: datetime = NOW
) -> TillPayment:
    """Confirm a payment and let it move to its end; as it is then."""
    services.confirm(
        member=payment.member, no=payment.no, coins_fen=coins_fen, password=password, now=now
    )
    services.settle(no=payment.no, now=now)
    payment.refresh_from_db()
    return payment


def at_once(jobs: Sequence[Callable[[], T]]) -> list[object]:
    """Start every job at the same moment; a refusal of the till as one of the results."""

    def told(job: Callable[[], T]) -> object:
        try:
            return job()
        except Refused as refused:
            return refused.refusal

    return list(together.at_once([lambda job=job: told(job) for job in jobs]))
