"""Members who follow links, and their orders up to completion."""

from datetime import timedelta

from sharemall.ledger import writer
from sharemall.members.models import Member
from sharemall.orders import life
from sharemall.orders.models import Order
from sharemall.referral import services
from sharemall.referral.models import Referral
from tests.orders import ready, shop
from tests.orders.shop import NOW

DAY = timedelta(days=1)


def code_of(member: Member) -> str:
    """The member's code."""
    return services.link_of(member=member, now=NOW).code


def follows(member: Member, referrer: Member) -> services.Following:
    """The member follows the other one's link."""
    return services.follow(member=member, code=code_of(referrer), now=NOW)


def referrer_of(member: Member) -> Member | None:
    """As the database has it."""
    return Member.objects.select_related("referrer").get(pk=member.pk).referrer


def settled(member: Member) -> tuple[str, str]:
    """What became of the link that the member followed, and why."""
    found = Referral.objects.get(pk=member.pk)
    return found.state, found.reason


def chain(*accounts: str) -> list[Member]:
    """Members of whom each was invited by the one before."""
    found: list[Member] = []
    for account in accounts:
        found.append(shop.a_member(account, referrer=found[-1] if found else None))
    return found


def received(order: Order) -> Order:
    """Paid, sent and received; in its return period now."""
    shop.pay(order)
    ready.ship(order)
    return life.receive(member=order.member, no=order.no, now=NOW)


def completed(order: Order) -> Order:
    """The same, and its return period is over: what it brings is in the ledger."""
    received(order)
    life.complete_due(NOW + 8 * DAY)
    writer.drain()
    return Order.objects.get(pk=order.pk)
