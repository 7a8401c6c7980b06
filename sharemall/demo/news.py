"""What the demo's members were told, and what they asked: through the services, at past moments."""

from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from sharemall.accounts import signing
from sharemall.accounts.refusals import Refused
from sharemall.demo import people
from sharemall.members.models import Member
from sharemall.messages import dividends, outbox, standing
from sharemall.messages.models import Message
from sharemall.orders import telling
from sharemall.orders.models import Order
from sharemall.tickets import services as tickets
from sharemall.tickets.models import Ticket

REGULAR = "13800000001"
READ_UNTIL = timedelta(days=2)  # what is older has been read
DIVIDENDS_OF = timedelta(days=3)
# Days before the demo's moment, what it is, what is written, and the mall's answer ("" for none).
ASKED = (
    (16, "complaint", "收到的酒瓶碎了一只，请补发。", ""),  # overdue
    (
        9,
        "complaint",
        "快递员没有送上门，放在了驿站。",
        "已与承运商核实并扣罚，给您带来不便，非常抱歉。",
    ),
    (6, "help", "发票可以开公司抬头吗？", "可以，请在订单备注里写明抬头和税号。"),
    (1, "help", "分红为什么每天不一样多？", ""),
)
CLOSED = 2  # the place of the one that is closed


def begin(now: datetime) -> None:
    """Levels that were reached before the story are noted, not told; the regular follows the mall.

    Its messages go to WeChat too: in the demo into the sandbox.
    """
    standing.tell(now)
    member = Member.objects.filter(phone=REGULAR).first()
    if member is not None and not signing.openid_of(member, "sandbox"):
        try:
            signing.bind(member=member, app_id="sandbox", openid="sandbox-regular", now=now)
        except Refused:
            return


def tell(now: datetime, *, end: datetime) -> None:
    """Tell what orders did until now, and let members ask what they asked until then."""
    telling.tell(now)
    outbox.send_due(now)
    _ask(now, end)


def tell_close(midnight: datetime, *, end: datetime) -> None:
    """Tell what a close paid, of the newest ones only: everybody would have a month of them."""
    if end - midnight < DIVIDENDS_OF:
        dividends.tell(midnight)


def end(now: datetime) -> None:
    """What is left to tell, and what was read."""
    tell(now, end=now)
    standing.tell(now)
    old = Message.objects.filter(at__lt=now - READ_UNTIL, read_at__isnull=True)
    old.update(read_at=now - READ_UNTIL)


def _ask(now: datetime, end: datetime) -> None:
    staff = Member.objects.filter(phone=people.STAFF).first()
    member = Member.objects.filter(phone=REGULAR).first()
    if staff is None or member is None:
        return
    order = Order.objects.filter(member=member).order_by("id").first()
    for place, (days, kind, text, answer) in enumerate(ASKED):
        at = end - timedelta(days=days)
        if at > now:
            continue
        about = "dividends" if place == len(ASKED) - 1 else ""
        if kind == "complaint" and order is not None:
            about = f"order:{order.no}"
        ticket = tickets.open_ticket(
            member=member, kind=kind, about=about, text=text, key=_key(place, "asked"), now=at
        )
        if answer and ticket.state == Ticket.State.OPEN:
            answered = at + timedelta(hours=5)
            key = _key(place, "answered")
            tickets.answer(staff=staff, no=ticket.no, text=answer, key=key, now=answered)
        if place == CLOSED:
            tickets.close(member=member, no=ticket.no, now=at + timedelta(hours=6))


def _key(place: int, what: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"sharemall-demo-ticket-{place}-{what}")
