"""The largest shown holder pays in person: coins at the mall's own shop, balance elsewhere.

Every step looks at what is there already and does nothing twice.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from uuid import NAMESPACE_URL, UUID, uuid5

from sharemall.demo import people
from sharemall.ledger import selectors as ledger
from sharemall.ledger.events import FEN_MICRO
from sharemall.members.models import Member
from sharemall.merchants.models import PLATFORM, Merchant
from sharemall.till import codes, passwords, refunding, services
from sharemall.till.models import TillPayment
from sharemall.till.refusals import Refused

PAYER = "13800000003"
PASSWORD = "280619"  # noqa: S105 shown in the demo, like the passwords to sign in with

Step = tuple[datetime, Callable[[datetime], None]]


def steps(end: datetime) -> list[Step]:
    """What is done at which moment, for a demo that is made at `end`."""
    return [
        (end - timedelta(days=9), set_password),
        (end - timedelta(days=8, hours=4), partial(pay, 1, PLATFORM, 4_680, coins_fen=2_000)),
        (end - timedelta(days=7, hours=1), partial(give_back, 1, 1_200)),
        (end - timedelta(days=5, hours=2), partial(pay, 2, "", 12_800)),
        (end - timedelta(days=2, hours=6), partial(decline, 3)),
        (end - timedelta(days=1, hours=3), partial(forget, 4)),
    ]


def set_password(now: datetime) -> None:
    """The payer's payment password, unless it has one."""
    member = _payer()
    if member is not None and not passwords.is_set(member):
        passwords.save(
            member=member,
            sign_in=people.PASSWORD,
            password=PASSWORD,
            address="127.0.0.1",
            now=now,
        )


def pay(number: int, shop: str, amount_fen: int, now: datetime, *, coins_fen: int = 0) -> None:
    """Pay at a shop (the first that is not the mall's own, without a name), as far as it can."""
    member = _payer()
    if member is None:
        return
    held = ledger.balance(member.account)
    coins_fen = min(coins_fen, held.coins_micro // FEN_MICRO)
    amount_fen = min(amount_fen, coins_fen + held.cash_micro // FEN_MICRO)
    made = _rung_up(number, member, shop, amount_fen, now)
    if made is not None:
        services.confirm(member=member, no=made.no, coins_fen=coins_fen, password=PASSWORD, now=now)
        services.settle(no=made.no, now=now)


def give_back(number: int, amount_fen: int, now: datetime) -> None:
    """The shop gives back a part of a payment."""
    paid = TillPayment.objects.filter(key=key_of(number), status=TillPayment.Status.PAID).first()
    staff = Member.objects.filter(phone=people.STAFF).first()
    if paid is None or staff is None:
        return
    key = uuid5(NAMESPACE_URL, f"sharemall-demo-till-back-{number}")
    text = "少给了一件，按件退回。"
    with suppress(Refused):
        refunding.refund(no=paid.no, amount_fen=amount_fen, by=staff, key=key, text=text, now=now)
        refunding.settle(no=paid.no, now=now)


def decline(number: int, now: datetime) -> None:
    """A payment that the member called off."""
    member = _payer()
    made = _rung_up(number, member, PLATFORM, 9_900, now) if member is not None else None
    if made is not None:
        services.decline(no=made.no, now=now)


def forget(number: int, now: datetime) -> None:
    """A payment that nobody confirmed."""
    member = _payer()
    if member is not None and _rung_up(number, member, PLATFORM, 2_350, now) is not None:
        services.expire_due(now + services.TO_CONFIRM)


def key_of(number: int) -> UUID:
    """The key of the form that asked for this payment."""
    return uuid5(NAMESPACE_URL, f"sharemall-demo-till-{number}")


def _payer() -> Member | None:
    return Member.objects.filter(phone=PAYER).first()


def _rung_up(
    number: int, member: Member, shop: str, amount_fen: int, now: datetime
) -> TillPayment | None:
    """What the staff asks for; None where that is done already or there is nothing to pay with."""
    staff = Member.objects.filter(phone=people.STAFF).first()
    merchant = Merchant.objects.filter(key=shop) if shop else Merchant.objects.exclude(key=PLATFORM)
    found = merchant.filter(is_open=True).first()
    ended = TillPayment.objects.filter(key=key_of(number))
    ended = ended.exclude(status__in=[TillPayment.Status.PENDING, TillPayment.Status.MOVING])
    if staff is None or found is None or amount_fen <= 0 or ended.exists():
        return None
    begun = TillPayment.objects.filter(key=key_of(number)).first()
    return begun or services.ring_up(
        code=codes.show(member=member, now=now).digits,
        merchant_key=found.key,
        amount_fen=amount_fen,
        staff=staff,
        key=key_of(number),
        now=now,
    )
