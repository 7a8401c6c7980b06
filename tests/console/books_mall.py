"""A mall with one order that went all the way, and the pages that tell of it."""

from datetime import date, timedelta

from django.urls import reverse

from sharemall.ledger import events, journal, tallies, writer
from sharemall.orders import life
from sharemall.orders.models import Order
from tests.orders.ready import (
    NOW,
    Line,
    a_member,
    by_sandbox,
    choose,
    give,
    only,
    open_mall,
    pay,
    place,
    ship,
)

DAY = date(2026, 11, 30)  # on which the order completes; closed
AFTER = NOW + timedelta(days=9)


def a_completed_order() -> Order:
    """An order that ann paid with coins, balance and money; bob referred her; its day is closed."""
    open_mall()
    member = a_member("ann", referrer=a_member("bob"))
    give("ann", cash_fen=3_000, shares="1000", coins="100")
    payment = place(member, ("platform", [Line(2)], 500))
    choose(payment, by_sandbox(coins_fen=1_000, balance_fen=2_000))
    assert pay(payment) == "paid"
    order = ship(only(payment))
    life.receive(no=order.no, member=member, now=NOW)
    life.complete_due(NOW + timedelta(days=8))
    writer.drain()
    journal.append(events.close_day(at=f"{DAY}T23:00:00+08:00", day=DAY))
    writer.drain()
    tallies.add_up_due()
    order.refresh_from_db()
    return order


def addresses(order: Order) -> dict[str, str]:
    """Every page of overview, day close, ledger and stories."""
    return {
        "overview": reverse("console"),
        "days": reverse("console-days"),
        "day": reverse("console-day", kwargs={"day": DAY.isoformat()}),
        "dry run": reverse("console-day-dry"),
        "journal": reverse("console-journal"),
        "event": f"{reverse('console-event')}?id=order-{order.no}-wine",
        "books": reverse("console-trial"),
        "movements": reverse("console-movements"),
        "export": reverse("console-export"),
        "member": reverse("console-member", kwargs={"account": "ann"}),
        "dividend": reverse("console-dividend", kwargs={"account": "ann", "day": DAY.isoformat()}),
        "order": reverse("console-order-story", kwargs={"no": order.no}),
    }
