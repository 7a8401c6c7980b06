"""After-sale in the demo: a member with a case in every state, played by the services."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sharemall.aftersale import answering, asking, granting, returning
from sharemall.aftersale.models import Case
from sharemall.demo.acts import Purchase
from sharemall.members.models import Member
from sharemall.orders.models import Order, OrderLine

HOUR = timedelta(hours=1)
WAREHOUSE = "售后组 13900000000 浙江省杭州市西湖区文三路 90 号 3 号仓"
LINES = (
    *(["MUG-BLUE", 2], ["TEA-100", 1], ["JUICE-2", 1], ["TOWEL-WHITE", 1], ["CABERNET-1", 2]),
    *(["PICTURE-BOOK", 1], ["STRAWBERRY-2", 1], ["FARM-EGGS-30", 1], ["BUDS-WHITE", 1]),
)
SENT, UNSENT, OLD = "sent", "unsent", "old"
STAGES = {SENT: 7 * 24 * HOUR, UNSENT: 3 * HOUR, OLD: 20 * 24 * HOUR}


class Play:
    """One case: what was asked for, and what follows, each step some hours before `end`."""

    def __init__(self, line: OrderLine, end: datetime, staff: Member, fields: dict[str, Any]):
        self.line, self.end, self.staff = line, end, staff
        self.no = ""
        given: dict[str, Any] = {"kind": "return", "quantity": 1, "reason": "unwanted"} | fields
        self.case = asking.ask(
            member=line.order.member,
            order_no=line.order.no,
            position=line.position,
            key=uuid5(NAMESPACE_URL, f"sharemall-demo-case-{line.order.no}-{line.position}"),
            now=end - given.pop("hours") * HOUR,
            **given,
        )
        self.no = self.case.no

    def accept(self, hours: int) -> None:
        back = "" if self.case.kind == Case.Kind.REFUND else WAREHOUSE
        now = self.end - hours * HOUR
        answering.accept(no=self.no, by=self.staff, return_to=back, now=now)
        granting.settle(no=self.no, now=now)

    def decline(self, hours: int) -> None:
        text = "照片里看不出问题，请补充。"
        answering.decline(no=self.no, by=self.staff, text=text, now=self.end - hours * HOUR)

    def appeal(self, hours: int) -> None:
        asking.appeal(
            member=self.line.order.member,
            no=self.no,
            text="收到时就是坏的，请平台处理。",
            now=self.end - hours * HOUR,
        )

    def send_back(self, hours: int) -> None:
        returning.send_back(
            member=self.line.order.member,
            no=self.no,
            carrier="顺丰速运",
            tracking_no=f"SF10{self.line.pk:08d}",
            now=self.end - hours * HOUR,
        )

    def receive_back(self, hours: int) -> None:
        now = self.end - hours * HOUR
        returning.receive_back(no=self.no, by=self.staff, now=now)
        granting.settle(no=self.no, now=now)

    def resend(self, hours: int) -> None:
        returning.resend(
            no=self.no,
            by=self.staff,
            carrier="中通快递",
            tracking_no=f"ZT20{self.line.pk:08d}",
            now=self.end - hours * HOUR,
        )

    def confirm(self, hours: int) -> None:
        returning.confirm(member=self.line.order.member, no=self.no, now=self.end - hours * HOUR)

    def withdraw(self, hours: int) -> None:
        asking.withdraw(member=self.line.order.member, no=self.no, now=self.end - hours * HOUR)


# What is asked for, then the steps with the hours before the end that they are taken at.
SCRIPTS: dict[str, list[tuple[dict[str, Any], list[tuple[Callable[[Play, int], None], int]]]]] = {
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
    ],
    UNSENT: [({"kind": "refund", "reason": "other", "hours": 1, "text": "多拍了一件。"}, [])],
    OLD: [
        ({"kind": "refund", "reason": "faulty", "hours": 30}, [(Play.accept, 20)]),
        ({"kind": "refund", "reason": "faulty", "hours": 3}, []),
    ],
}
BOUGHT: dict[str, Any] = {
    SENT: list(LINES),
    UNSENT: [["ORANGE-2500", 2]],
    OLD: [["MUG-BLUE", 2], ["TEA-100", 2]],
}


def play(phone: str, end: datetime) -> None:
    """Buy, send and receive for a member of the demo, then a case in every state; once."""
    member = Member.objects.filter(phone=phone).first()
    staff = Member.objects.filter(is_staff=True).first()
    if member is None or staff is None or Case.objects.filter(member=member).exists():
        return
    for stage, before in STAGES.items():
        fields = {"buyer": phone, "lines": BOUGHT[stage]}
        purchase = Purchase(phone, _key(stage), fields)
        _bring(purchase, stage, end - before)
        lines = [line for order in purchase.orders for line in _lines(order, stage)]
        by_sku = {line.variant.sku: line for line in lines}
        wanted = [by_sku[sku] for sku, _ in BOUGHT[stage] if sku in by_sku]
        for line, (asked, steps) in zip(wanted, SCRIPTS[stage], strict=False):
            case = Play(line, end, staff, asked)
            for step, hours in steps:
                step(case, hours)


def _key(stage: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"sharemall-demo-aftersale-{stage}")


def _bring(purchase: Purchase, stage: str, start: datetime) -> None:
    purchase.place(start)
    purchase.pay(start + 3 * HOUR / 60)
    if stage == UNSENT:
        return
    purchase.ship(start + 20 * HOUR)
    purchase.receive(start + 60 * HOUR)
    if stage == OLD:
        purchase.complete(start + 15 * 24 * HOUR)


def _lines(order: Order, stage: str) -> list[OrderLine]:
    if stage == OLD and order.status != Order.Status.COMPLETED:
        return []
    return list(order.lines.select_related("variant", "order__member").order_by("position"))
