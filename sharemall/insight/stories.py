"""The whole story of an order: what happened to it, and every event and entry that came of it."""

from dataclasses import dataclass
from datetime import datetime

from sharemall.aftersale.models import Case, Step
from sharemall.ledger import searching, stories
from sharemall.ledger.searching import Found
from sharemall.ledger.stories import Story
from sharemall.members.models import Member
from sharemall.orders import selectors as orders
from sharemall.orders.models import Order
from sharemall.orders.selectors import Moment
from sharemall.payments.models import Notice, Refund

MOST_CASE_STEPS = 200


@dataclass(frozen=True, slots=True)
class OrderStory:
    """An order with everything around it, all of it in order of time."""

    order: Order
    timeline: list[Moment]
    notices: list[Notice]  # what providers told of its payment
    refunds: list[Refund]
    cases: list[Case]
    steps: list[Step]  # of its cases
    events: list[Found]  # of its payment, itself, its refunds and cases

    @property
    def siblings(self) -> list[str]:
        """The numbers of the other orders that the same payment pays."""
        rows = self.order.payment.orders.all()
        return [row.no for row in rows if row.pk != self.order.pk]


@dataclass(frozen=True, slots=True)
class MemberStory:
    """A member with what it holds now and a page of how that came about."""

    member: Member
    now: stories.Held
    story: Story
    orders: int
    first_order_at: datetime | None


def order_story(no: str) -> OrderStory | None:
    """The story of the order of this number; None if there is none. At most 14 queries."""
    order = orders.staff_order(no)
    if order is None:
        return None
    refunds = orders.refunds(order)
    cases = list(Case.objects.filter(order=order).order_by("id"))
    steps = Step.objects.filter(case__order=order).select_related("case").order_by("id")
    return OrderStory(
        order=order,
        timeline=orders.timeline(order),
        notices=list(Notice.objects.filter(payment=order.payment_id).order_by("id")),
        refunds=refunds,
        cases=cases,
        steps=list(steps[:MOST_CASE_STEPS]),
        events=searching.of_prefixes(_prefixes(order, refunds, cases)),
    )


def _prefixes(order: Order, refunds: list[Refund], cases: list[Case]) -> list[str]:
    """How the ids of the order's events begin: each ends where its number ends."""
    begun = [f"pay-{order.payment.no}-", f"order-{order.no}-", f"order-{order.no}."]
    begun += [f"refund-{refund.no}" for refund in refunds]
    return begun + [f"case-{case.no}-" for case in cases]


def member_story(account: str, *, before: int | None = None) -> MemberStory | None:
    """A page of a member's story, newest first; None if there is no such member."""
    member = Member.objects.select_related("referrer").filter(account=account).first()
    if member is None:
        return None
    key = f"m:{account}"
    page = stories.story(key, before=before)
    number = stories.number_of_key(key)
    return MemberStory(
        member=member,
        now=stories.held_behind(number, searching.LAST),
        story=page,
        orders=Order.objects.filter(member=member).count(),
        first_order_at=member.first_ordered_at,
    )
