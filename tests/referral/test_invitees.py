"""What inviting brings: from the ledger what is completed, estimated what is on its way."""

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sharemall.ledger import journal, referrals, selectors, writer
from sharemall.ledger.referrals import PaidDepth
from sharemall.members.models import Member
from sharemall.orders import invitees, life
from tests.ledger.helpers import assert_equal_to_replay
from tests.orders import shop
from tests.orders.shop import NOW
from tests.referral.given import DAY, chain, completed, follows, received, referrer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> Member:
    shop.open_mall()
    return shop.a_member("ann")


def bought(member: Member, referrer: Member | None, slug: str) -> None:
    if referrer is not None:
        follows(member, referrer)
    completed(shop.place(member, shop.a_product(slug)))


def page(member: Member, **fields: int) -> invitees.InviteePage:
    return invitees.invitees(member, selectors.pool(), **fields)


def test_a_completed_order_brings_the_direct_referrer_what_the_books_say(ann: Member) -> None:
    bob = shop.a_member("bob")
    bought(bob, ann, "red")
    row = page(ann).rows[0]
    assert (row.name, row.joined_at) == ("B**", NOW)
    assert (row.completed_orders, row.pending_orders) == (1, 0)
    held = selectors.balance("ann")
    assert row.earned_micro == held.shares_micro > 0
    assert held.quota_micro == held.cash_micro == 0
    assert invitees.summary(ann) == invitees.Summary(1, held.shares_micro)


def test_an_order_in_its_return_period_is_pending_and_becomes_what_was_estimated(
    ann: Member,
) -> None:
    bob = shop.a_member("bob")
    follows(bob, ann)
    received(shop.place(bob, shop.a_product()))
    row = page(ann).rows[0]
    assert (row.pending_orders, row.completed_orders, row.earned_micro) == (1, 0, 0)
    assert selectors.balance("ann").shares_micro == 0
    life.complete_due(NOW + 8 * DAY)
    writer.drain()
    done = page(ann).rows[0]
    assert (done.pending_orders, done.pending_micro, done.completed_orders) == (0, 0, 1)
    assert done.earned_micro == row.pending_micro > 0


def test_an_order_that_is_unpaid_or_cancelled_brings_nothing(ann: Member) -> None:
    bob = shop.a_member("bob")
    follows(bob, ann)
    red = shop.a_product()
    shop.place(bob, red)
    cancelled = shop.place(bob, red)
    shop.pay(cancelled)
    life.cancel(member=bob, no=cancelled.no, now=NOW)
    row = page(ann).rows[0]
    assert (row.pending_orders, row.completed_orders) == (0, 0)
    assert referrer_of(bob) == ann


@pytest.mark.django_db(transaction=True)
def test_nobody_beyond_the_direct_referrer_gets_anything(ann: Member, tmp_path: Path) -> None:
    people = [ann, *(shop.a_member(name) for name in ("bob", "cid", "dan"))]
    for number, member in enumerate(people):
        bought(member, people[number - 1] if number else None, f"p{number}")
    before = {one.account: selectors.balance(one.account).shares_micro for one in people}
    completed(shop.place(people[3], shop.a_product("more")))
    gained = {
        name: selectors.balance(name).shares_micro - shares for name, shares in before.items()
    }
    assert gained["ann"] == gained["bob"] == 0
    assert 0 < gained["cid"] < gained["dan"]
    assert referrals.paid_depth() == PaidDepth(greatest=1, payouts=4, unrelated=0)
    assert [row.earned_micro > 0 for row in page(people[1]).rows] == [True]
    assert_equal_to_replay(tmp_path)


def test_the_depth_of_a_journal_without_referrals_is_0(ann: Member) -> None:
    assert referrals.paid_depth() == PaidDepth(0, 0, 0)
    bought(ann, None, "red")
    assert referrals.paid_depth() == PaidDepth(0, 0, 0)


def entry_for(account: str, event_id: str) -> None:
    """Somebody is paid out of a sale by hand, past every rule."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "INSERT INTO ledger_entry SELECT k.id, a.position, 1, 0, 5, 0, 0 "
            "FROM ledger_account k, ledger_application a WHERE k.key = %s AND a.event_id = %s",
            [f"m:{account}", event_id],
        )


def test_the_depth_finds_who_was_paid_further_up_and_who_is_unrelated(ann: Member) -> None:
    bob, cid, eve = (shop.a_member(name) for name in ("bob", "cid", "eve"))
    for number, (member, referrer) in enumerate([(ann, None), (bob, ann), (eve, None)]):
        bought(member, referrer, f"p{number}")
    follows(cid, bob)
    order = completed(shop.place(cid, shop.a_product("last")))
    entry_for("ann", f"order-{order.no}-wine")
    found = referrals.paid_depth()
    assert (found.greatest, found.unrelated, found.is_one_level) == (2, 0, False)
    entry_for("eve", f"order-{order.no}-wine")
    found = referrals.paid_depth()
    assert (found.greatest, found.payouts, found.unrelated) == (2, 4, 1)


def test_a_circle_in_a_foreign_journal_does_not_hold_the_search_up(ann: Member) -> None:
    for number, (member, referrer) in enumerate([("x", "y"), ("y", "x"), ("z", "x"), ("w", "z")]):
        journal.append(
            {
                "id": f"f{number}",
                "type": "sale",
                "at": "2026-11-22T10:00:00+08:00",
                "member": member,
                "zone": "wine",
                "paid": "100",
                "referrer": referrer,
            }
        )
    writer.drain()
    entry_for("w", "f2")
    found = referrals.paid_depth()
    assert (found.greatest, found.unrelated) == (1, 1)


def test_a_page_asks_the_same_however_many_invitees_and_orders_there_are(ann: Member) -> None:
    red = shop.a_product(stock=1_000)
    counts = []
    for number in range(12):
        member = shop.a_member(f"m{number}")
        follows(member, ann)
        completed(shop.place(member, red))
        received(shop.place(member, red))
        if number in (0, 11):
            with CaptureQueriesContext(connection) as captured:
                page(ann)
            counts.append(len(captured))
    assert counts[0] == counts[1] <= 8


def test_a_list_goes_on_without_leaving_out_or_repeating_anybody(ann: Member) -> None:
    members = chain("ann2", *(f"m{number}" for number in range(4)))
    Member.objects.bulk_create(
        Member(
            phone=f"1399999{number:04d}",
            account=f"x{number}",
            name=f"{number:02d}",
            joined_at=NOW,
            referrer=members[0],
        )
        for number in range(25)
    )
    seen, before = [], None
    while True:
        found = page(members[0], limit=10, before=before) if before else page(members[0], limit=10)
        seen += [row.name for row in found.rows]
        before = found.before
        if before is None:
            break
    assert len(seen) == 26
    assert page(members[0], limit=26).before is None
    assert page(shop.a_member("nobody")).rows == []
