"""Orders that are on their way, and cases in every state, made by the services themselves."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from sharemall.aftersale import answering, asking, granting, offering, returning
from sharemall.aftersale.models import Case
from sharemall.aftersale.refusals import Refusal, Refused
from sharemall.catalogue.models import Variant
from sharemall.members.models import Member
from sharemall.orders import life
from sharemall.orders.models import Order
from sharemall.payments.models import Refund
from tests.office.given import employ
from tests.orders import ready
from tests.orders.ready import NOW, Line

PARCEL = {"carrier": "顺丰", "tracking_no": "SF9"}
WAREHOUSE = "烟台市莱山区 8 号 退货组"

# One pixel.
PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\r"
    b"IDATx\x9cc\xf8\xcf\xc0\xf0\x1f\0\x05\0\x01\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82"
)


def open_mall() -> None:
    """The mall of the orders' tests, with where the farm takes its goods back."""
    ready.open_mall()


def a_paid_order(
    member: Member,
    *lines: Line,
    merchant: str = "farm",
    freight: int = 0,
    now: datetime = NOW,
) -> Order:
    """An order that is paid through the sandbox."""
    payment = ready.place(member, (merchant, list(lines) or [Line()], freight), now=now)
    assert ready.pay(payment, now) == "paid"
    return ready.only(payment)


def a_sent_order(member: Member, *lines: Line, now: datetime = NOW, **fields: Any) -> Order:
    """The same, on its way."""
    return ready.ship(a_paid_order(member, *lines, now=now, **fields), now)


def a_received_order(member: Member, *lines: Line, now: datetime = NOW, **fields: Any) -> Order:
    """The same, received; its return period runs."""
    order = a_sent_order(member, *lines, now=now, **fields)
    return life.receive(member=member, no=order.no, now=now)


def a_completed_order(member: Member, *lines: Line, now: datetime = NOW, **fields: Any) -> Order:
    """The same, completed."""
    order = a_received_order(member, *lines, now=now, **fields)
    if order.status != Order.Status.COMPLETED:
        assert order.returnable_until is not None
        life.complete_due(order.returnable_until)
        order.refresh_from_db()
    return order


def ask(order: Order, **fields: Any) -> Case:
    """Ask for the money of one piece of the first line."""
    given: dict[str, Any] = {
        "position": 1,
        "kind": "refund",
        "quantity": 1,
        "reason": "faulty",
        "key": uuid4(),
        "now": NOW,
    }
    return asking.ask(member=order.member, order_no=order.no, **(given | fields))


def staff() -> Member:
    """Somebody of the staff."""
    found = Member.objects.filter(is_staff=True).first()
    return found or employ(ready.a_member("staff"))


def accept(case: Case, now: datetime = NOW, **fields: Any) -> Case:
    """The merchant agrees; a goodwill refund is paid."""
    return_to = "" if case.kind == Case.Kind.REFUND else WAREHOUSE
    given = {"return_to": return_to} | fields
    answering.accept(no=case.no, by=staff(), now=now, **given)
    granting.settle(no=case.no, now=now)
    return fresh(case)


def offer(case: Case, **fields: Any) -> Case:
    """The merchant offers less."""
    return_to = "" if case.kind == Case.Kind.REFUND else WAREHOUSE
    asked: dict[str, Any] = {"return_to": return_to, "text": "有点磨损", "now": NOW}
    return offering.offer(no=case.no, by=staff(), **(asked | fields))


def take(case: Case, now: datetime = NOW) -> Case:
    """The member takes the offer; a goodwill refund is paid."""
    offering.take(member=case.member, no=case.no, now=now)
    granting.settle(no=case.no, now=now)
    return fresh(case)


def decline(case: Case, now: datetime = NOW) -> Case:
    """The merchant says no."""
    return answering.decline(no=case.no, by=staff(), text="看过了，没有问题", now=now)


def appeal(case: Case, now: datetime = NOW) -> Case:
    """The member asks the platform."""
    return asking.appeal(member=case.member, no=case.no, text="确实坏了", now=now)


def decide(case: Case, now: datetime = NOW, **fields: Any) -> Case:
    """The platform decides for the member."""
    return_to = "" if case.kind == Case.Kind.REFUND else WAREHOUSE
    given = {"for_member": True, "text": "支持买家", "return_to": return_to} | fields
    answering.decide(no=case.no, by=staff(), now=now, **given)
    granting.settle(no=case.no, now=now)
    return fresh(case)


def send_back(case: Case, now: datetime = NOW, **fields: Any) -> Case:
    """The goods go back."""
    return returning.send_back(member=case.member, no=case.no, now=now, **(PARCEL | fields))


def sent_back(member: Member, kind: str = "return", now: datetime = NOW) -> Case:
    """A case whose goods are on their way back."""
    order = a_received_order(member, now=now)
    return send_back(accept(ask(order, kind=kind, now=now), now), now)


def receive_back(case: Case, now: datetime = NOW) -> Case:
    """The merchant confirms them, and refunds."""
    returning.receive_back(no=case.no, by=staff(), now=now)
    granting.settle(no=case.no, now=now)
    return fresh(case)


def resend(case: Case, now: datetime = NOW) -> Case:
    """The merchant sends another piece."""
    return returning.resend(no=case.no, by=staff(), now=now, **(PARCEL | {"tracking_no": "SF10"}))


def fresh(case: Case) -> Case:
    """The case as it is now."""
    return Case.objects.select_related("order", "line", "member").get(pk=case.pk)


def steps(case: Case) -> list[tuple[str, str]]:
    """Who did what, oldest first."""
    return list(case.steps.values_list("actor", "action"))


def refused(work: Callable[[], object]) -> tuple[Refusal, dict[str, int | str]]:
    """What the work is refused for."""
    with pytest.raises(Refused) as caught:
        work()
    return caught.value.refusal, caught.value.facts


def stock() -> list[int]:
    """What is left of each variant."""
    return list(Variant.objects.order_by("id").values_list("stock", flat=True))


def refunds() -> list[tuple[str, int]]:
    """What has gone back, by which means, in fen."""
    return list(Refund.objects.order_by("id").values_list("means", "amount_fen"))


def by_three_means(member: Member, *lines: Line, freight: int = 0) -> Order:
    """Half of it in coins, a fifth from the balance, the rest through the sandbox; sent."""
    ready.give(member.account, coins="1000", cash_fen=100_000)
    payment = ready.place(member, ("farm", list(lines), freight))
    amount = payment.amount_fen
    ready.choose(payment, ready.by_sandbox(coins_fen=amount // 2, balance_fen=amount // 5))
    ready.pay(payment)
    return ready.ship(ready.only(payment))
