"""What the demo shows of messages and tickets; telling it again changes nothing."""

from datetime import timedelta

import pytest

from sharemall.clock import services as clock
from sharemall.demo import news, people
from sharemall.members.models import Member
from sharemall.messages.models import Message, Outgoing, SentMessage
from sharemall.orders.models import Order
from sharemall.tickets.models import Ticket
from tests.orders import ready

pytestmark = pytest.mark.django_db


def test_the_demo_has_tickets_in_every_state_messages_and_what_the_sandbox_took() -> None:
    ready.open_mall()
    now = clock.now()
    regular, clerk = ready.a_member("regular"), ready.a_member("clerk", is_staff=True)
    Member.objects.filter(pk=clerk.pk).update(phone=people.STAFF)
    Member.objects.filter(pk=regular.pk).update(phone=news.REGULAR)
    news.begin(now - timedelta(days=5))
    ready.paid(regular)
    news.tell(now - timedelta(days=3), end=now)
    ready.ship(Order.objects.get(), now)
    counts = []
    for _twice in range(2):
        news.end(now)
        counts.append((Message.objects.count(), Ticket.objects.count(), Outgoing.objects.count()))
    assert counts[0] == counts[1]
    states = {(one.state, one.is_overdue(now)) for one in Ticket.objects.all()}
    assert states == {("open", True), ("open", False), ("answered", False), ("closed", False)}
    assert SentMessage.objects.filter(channel="wechat").count() == 2
    of_regular = Message.objects.filter(member=regular)
    assert of_regular.filter(read_at__isnull=True).exists()
    assert of_regular.filter(read_at__isnull=False).exists()
