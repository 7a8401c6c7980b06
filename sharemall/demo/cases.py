"""After-sale in the demo: a member with a case in every state, played by the services."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sharemall.aftersale import answering, asking, granting, offering, returning
from sharemall.aftersale.models import Case
from sharemall.aftersale.refusals import Refused
from sharemall.demo import people
from sharemall.demo.acts import Purchase, send_refunds
from sharemall.ledger import events, journal, writer
from sharemall.ledger import selectors as ledger
from sharemall.members.models import Member
from sharemall.orders.models import OrderLine

Timed = tuple[datetime, Callable[[datetime], None]]
HOUR = timedelta(hours=1)
WAREHOUSE = "售后组 13900000000 浙江省杭州市西湖区文三路 90 号 3 号仓"
LINES = (
    *(["MUG-BLUE", 2], ["TEA-100", 1], ["JUICE-2", 1], ["TOWEL-WHITE", 1], ["CABERNET-1", 2]),
    *(["PICTURE-BOOK", 1], ["STRAWBERRY-2", 1], ["FARM-EGGS-30", 1], ["BUDS-WHITE", 1]),
    *(["TOWEL-SAGE", 2], ["MUG-YELLOW", 3]),
)
SENT, UNSENT, WHOLE, OLD, POOR = "sent", "unsent", "whole", "old", "poor"
STAGES = {
    SENT: 7 * 24 * HOUR,
    UNSENT: 3 * HOUR,
    WHOLE: 2 * HOUR,
    OLD: 20 * 24 * HOUR,
    POOR: 6 * 24 * HOUR,
}
POOR_SHOP = "town"  # it has taken its balance out, and cannot pay a refund that it agreed to
PAID_OUT = 17  # hours before the end


class Play:
    """One case: what is asked for, then what follows. Every step may be taken again."""

    def __init__(self, purchase: Purchase, sku: str, asked: dict[str, Any]):
        self.purchase, self.sku, self.asked = purchase, sku, asked
        self.key = uuid5(purchase.key, sku)

    def ask(self, now: datetime) -> None:
        line = self._line()
        if line is None:
            return
        given: dict[str, Any] = {"kind": "return", "quantity": 1, "reason": "unwanted"}
        asking.ask(
            member=line.order.member,
            order_no=line.order.no,
            position=line.position,
            key=self.key,
            now=now,
            **(given | self.asked),
        )

    def _line(self) -> OrderLine | None:
        found = OrderLine.objects.filter(order__in=self.purchase.orders, variant__sku=self.sku)
        return found.select_related("order__member").first()

    def then(self, step: Callable[["Play", Case, datetime], None], now: datetime) -> None:
        """Take a step on the case, if it is there and did not go on before."""
        case = Case.objects.filter(key=self.key).select_related("member").first()
        if case is not None:
            with suppress(Refused):
                step(self, case, now)
            granting.settle(no=case.no, now=now)

    def accept(self, case: Case, now: datetime) -> None:
        if case.refused_code:  # it was accepted before, and the shop could not pay
            return
        back = "" if case.kind == Case.Kind.REFUND else WAREHOUSE
        answering.accept(no=case.no, by=_staff(), return_to=back, now=now)

    def offer(self, case: Case, now: datetime) -> None:
        text = "已看过照片，不影响使用，可退一半。"
        offering.offer(no=case.no, by=_staff(), fen=case.asked_fen // 2, text=text, now=now)

    def take(self, case: Case, now: datetime) -> None:
        offering.take(member=case.member, no=case.no, now=now)

    def decline(self, case: Case, now: datetime) -> None:
        text = "照片里看不出问题，请补充。"
        answering.decline(no=case.no, by=_staff(), text=text, now=now)

    def appeal(self, case: Case, now: datetime) -> None:
        text = "收到时就是坏的，请平台处理。"
        asking.appeal(member=case.member, no=case.no, text=text, now=now)

    def send_back(self, case: Case, now: datetime) -> None:
        parcel = {"carrier": "顺丰速运", "tracking_no": f"SF10{case.pk:08d}"}
        returning.send_back(member=case.member, no=case.no, now=now, **parcel)

    def receive_back(self, case: Case, now: datetime) -> None:
        returning.receive_back(no=case.no, by=_staff(), now=now)

    def resend(self, case: Case, now: datetime) -> None:
        parcel = {"carrier": "中通快递", "tracking_no": f"ZT20{case.pk:08d}"}
        returning.resend(no=case.no, by=_staff(), now=now, **parcel)

    def confirm(self, case: Case, now: datetime) -> None:
        returning.confirm(member=case.member, no=case.no, now=now)

    def withdraw(self, case: Case, now: datetime) -> None:
        asking.withdraw(member=case.member, no=case.no, now=now)


def _staff() -> Member:
    return Member.objects.get(phone=people.STAFF)


Action = Callable[[Play, Case, datetime], None]

# What is asked for, then the steps with the hours before the end that they are taken at.
SCRIPTS: dict[str, list[tuple[dict[str, Any], list[tuple[Action, int]]]]] = {
    SENT: [
        (
            {"kind": "refund", "reason": "damaged", "hours": 5, "text": "一只杯口有磕碰。"},
            [],
        ),
        ({"reason": "unwanted", "hours": 60}, [(Play.accept, 50)]),
        ({"reason": "wrong", "hours": 70}, [(Play.accept, 60), (Play.send_back, 20)]),
        ({"kind": "refund", "reason": "faulty", "hours": 40}, [(Play.decline, 30)]),
        (
            {"kind": "refund", "reason": "damaged", "hours": 66, "text": "有一瓶木塞漏液。"},
            [(Play.decline, 50), (Play.appeal, 26)],
        ),
        (
            {"kind": "exchange", "reason": "faulty", "hours": 90, "text": "封面折了一角。"},
            [(Play.accept, 80), (Play.send_back, 70), (Play.resend, 10)],
        ),
        (
            {"reason": "faulty", "hours": 90},
            [(Play.accept, 80), (Play.send_back, 70), (Play.receive_back, 12)],
        ),
        ({"kind": "refund", "reason": "missing", "hours": 80}, [(Play.withdraw, 75)]),
        (
            {"kind": "exchange", "reason": "faulty", "hours": 96},
            [
                *((Play.accept, 90), (Play.send_back, 84), (Play.resend, 60)),
                (Play.confirm, 6),
            ],
        ),
        (
            {"kind": "refund", "reason": "damaged", "hours": 44, "quantity": 2},
            [(Play.offer, 22)],
        ),
        (
            {"kind": "refund", "reason": "wrong", "hours": 46, "quantity": 2},
            [(Play.offer, 28), (Play.take, 4)],
        ),
    ],
    UNSENT: [({"kind": "refund", "reason": "other", "hours": 1, "text": "多拍了一件。"}, [])],
    WHOLE: [({"kind": "refund", "reason": "unwanted", "hours": 1}, [])],
    OLD: [
        ({"kind": "refund", "reason": "faulty", "hours": 30}, [(Play.accept, 20)]),
        ({"kind": "refund", "reason": "faulty", "hours": 3}, []),
    ],
    POOR: [({"kind": "refund", "reason": "faulty", "hours": 30}, [(Play.accept, 16)])],
}
BOUGHT: dict[str, Any] = {
    SENT: list(LINES),
    UNSENT: [["ORANGE-2500", 2]],
    WHOLE: [["PICTURE-BOOK", 1]],
    OLD: [["MUG-BLUE", 2], ["TEA-100", 2]],
    POOR: [["CINEMA-FOR-TWO", 1]],
}


def steps(phone: str, end: datetime) -> Iterator[Timed]:
    """What a member of the demo buys for its cases, and every step of them, with its moment."""
    for stage, before in STAGES.items():
        key = uuid5(NAMESPACE_URL, f"sharemall-demo-aftersale-{phone}-{stage}")
        purchase = Purchase(phone, key, {"buyer": phone, "lines": BOUGHT[stage]})
        yield from _bring(purchase, stage, end - before)
        for (sku, _), (fields, following) in zip(BOUGHT[stage], SCRIPTS[stage], strict=False):
            asked = dict(fields)
            hours = asked.pop("hours")
            case = Play(purchase, sku, asked)
            yield end - hours * HOUR, case.ask
            for step, left in following:
                yield end - left * HOUR, partial(case.then, step)
    yield end - PAID_OUT * HOUR, _pay_out
    yield end, send_refunds


def _pay_out(now: datetime) -> None:
    """The poor shop takes out what it has, once."""
    event_id = f"demo-payout-{POOR_SHOP}"
    held = ledger.merchant_balance(POOR_SHOP).cash_micro
    if held and event_id not in ledger.codes([event_id]):
        journal.append(
            events.cash_out(
                id=event_id,
                at=events.timestamp(now),
                merchant=POOR_SHOP,
                cash_micro=held,
                reason="withdrawal",
            )
        )
        writer.settle(event_id)


def _bring(purchase: Purchase, stage: str, start: datetime) -> Iterator[Timed]:
    yield start, purchase.place
    yield start + HOUR / 20, purchase.pay
    if stage in (UNSENT, WHOLE):
        return
    yield start + 20 * HOUR, purchase.ship
    yield start + 60 * HOUR, purchase.receive
    if stage == OLD:
        yield start + 15 * 24 * HOUR, purchase.complete
