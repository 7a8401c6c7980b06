"""The demo: real purchases moved to the present, and a story in the shop between them."""

from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction

from sharemall.aftersale import granting
from sharemall.aftersale.models import Case
from sharemall.catalogue import fit, rates_change
from sharemall.catalogue.models import Favourite, FlashPrice, Product, Variant, Visit, Zone
from sharemall.compliance.models import NoteConfirmation
from sharemall.coupons.models import Coupon, CouponClaim
from sharemall.demo import (
    cases,
    invitations,
    loader,
    office,
    people,
    purchases,
    rules,
    shop,
    story,
    tills,
)
from sharemall.ledger import referrals, selectors
from sharemall.ledger.models import Application, Day, Event
from sharemall.ledger.verify import verify
from sharemall.members.models import Member
from sharemall.merchants.models import Merchant
from sharemall.orders import invitees
from sharemall.orders.models import CartLine, Order
from sharemall.payments.models import Payment, Refund
from sharemall.referral.models import Referral
from sharemall.reviews.models import Review, ReviewPicture
from sharemall.schemes import services
from sharemall.schemes.models import Change, TakenOff
from tests.ledger.helpers import assert_equal_to_replay

ANCHOR = date(2026, 11, 22)
ROWS = 400


def test_the_file_holds_the_purchases_that_were_paid_for() -> None:
    rows = purchases.purchases()
    assert len(rows) == 6911
    assert len({row.customer for row in rows}) == 2349
    assert sum(row.paid_fen for row in rows) == 24_409_194


@pytest.mark.parametrize("anchor", [ANCHOR + timedelta(days=days) for days in range(8)])
def test_the_last_purchase_moves_into_the_week_before_the_anchor(anchor: date) -> None:
    last = date(1998, 6, 30)
    moved = last + purchases.shift_to(last, anchor)
    assert timedelta(days=1) <= anchor - moved <= timedelta(days=7)
    assert moved.weekday() == last.weekday()


@pytest.mark.django_db(transaction=True)
def test_a_load_that_was_cut_off_goes_on_where_it_was_and_a_second_one_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rows = purchases.purchases()[:ROWS]
    monkeypatch.setattr(purchases, "purchases", lambda: rows)
    _cut_off_at(1)
    assert not Order.objects.exists()
    _cut_off_at((rows[-1].day - rows[0].day).days - 8)
    assert Order.objects.filter(status="completed").exists()
    loader.load(_silently, ANCHOR + timedelta(days=30))
    assert loader.loaded()

    state = assert_equal_to_replay(tmp_path)
    assert len(state["days"]) == Day.objects.count() >= (rows[-1].day - rows[0].day).days + 1
    assert {row.customer for row in rows} == {
        key.removeprefix("cdnow-") for key in state["members"] if key.startswith("cdnow-")
    }
    last = Event.objects.get(id=f"cdnow-{rows[-1].number}")
    assert str(rows[-1].day + purchases.shift_to(rows[-1].day, ANCHOR)) in last.payload
    _the_shop_is_complete()
    _the_members_are_there()
    _the_story_is_told()
    _the_rules_have_changed()
    _the_invitations_are_settled()
    _the_books_are_right()
    before = _counts()
    loader.load(_silently, ANCHOR)
    assert _counts() == before


def _the_invitations_are_settled() -> None:
    referrer = Member.objects.get(phone=people.buyer_phone(1))
    rows = invitees.invitees(referrer, selectors.pool()).rows
    assert len(rows) == 3
    assert sum(row.earned_micro > 0 for row in rows) >= 2
    assert sum(row.pending_orders > 0 for row in rows) == 2
    assert [one.reason for one in Referral.objects.filter(state="refused")] == ["device"]
    assert Referral.objects.get(state="candidate").member.phone == invitations.NEWCOMER
    found = referrals.paid_depth()
    assert found.payouts >= 2
    assert (found.greatest, found.unrelated) == (1, 0)


def _silently(what: str, done: int, total: int) -> None:
    """Nobody watches."""


def _cut_off_at(days: int) -> None:
    def cut_off(what: str, done: int, total: int) -> None:
        if what == "days" and done >= days:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        loader.load(cut_off, ANCHOR)
    assert not loader.loaded()


def _counts() -> list[object]:
    tables = (Event, Product, Variant, FlashPrice, Coupon, CouponClaim, Member, Order, Payment)
    tables += (Case, Refund, Review, ReviewPicture, CartLine, Favourite, Visit, Merchant)
    return [*(table.objects.count() for table in tables), sorted(_states().items())]


def _states() -> Counter[tuple[str, str]]:
    return Counter(Order.objects.values_list("status", "cancel_reason"))


def _the_shop_is_complete() -> None:
    assert Product.objects.count() == len(shop.products()) == 50
    assert all(product.picture and product.category for product in Product.objects.all())
    assert Variant.objects.count() > 90
    assert Merchant.objects.count() == 5
    assert all(merchant.logo and merchant.intro_en for merchant in Merchant.objects.all())
    zones = selectors.scheme().zones
    assert {zone.key for zone in Zone.objects.all()} == set(zones)
    assert [zone.key for zone in Zone.objects.filter(on_sale=False)] == [purchases.ZONE]
    assert Product.objects.filter(limit_per_member__isnull=False).count() >= 2
    end = people.end_of_story()
    assert end is not None
    for number in range(30):
        moment = end + timedelta(days=number)
        assert FlashPrice.objects.filter(starts_at__lte=moment, ends_at__gt=moment).count() >= 3
        assert FlashPrice.objects.filter(starts_at__gt=moment).exists()
    assert Coupon.objects.filter(merchant=None, left__gt=0, ends_at__gt=end).exists()
    assert Coupon.objects.filter(left=0, is_open=True).exists()


def _the_members_are_there() -> None:
    customers = Member.objects.filter(account__startswith="cdnow-")
    assert not any(member.has_usable_password() for member in customers.filter(is_demo=False))
    shown = people.accounts()
    assert all(Member.objects.get(phone=one.phone).check_password(one.password) for one in shown)
    assert any(one.note_en for one in shown)
    staff = set(Member.objects.filter(is_staff=True, is_demo=True).values_list("phone", flat=True))
    assert staff == {people.STAFF, *office.COLLEAGUES}


def _the_rules_have_changed() -> None:
    """One change is in force, one is announced, one is a draft whose goods would not all fit."""
    states = dict(Change.objects.values_list("title", "state"))
    assert states == {
        rules.FIRST.title: "in_force",
        rules.NEXT.title: "published",
        rules.DRAFT.title: "draft",
    }
    assert selectors.scheme_version() == 2
    assert not TakenOff.objects.exists()
    end = people.end_of_story()
    waiting, draft = Change.objects.get(state="published"), Change.objects.get(state="draft")
    assert end is not None
    assert waiting.effective_at is not None
    assert waiting.effective_at > end
    assert rates_change.look(services.scheme_of(waiting), end).misfits.products == 0
    assert rates_change.look(services.scheme_of(draft), end).misfits.products > 0
    assert draft.is_rerun


def _the_story_is_told() -> None:
    states = _states()
    assert {state for state, _ in states} == set(Order.Status) - {Order.Status.PAYING}
    assert {reason for _, reason in states} == set(Order.CancelReason)
    assert Review.objects.count() >= 40
    assert {1, 2, 3, 4, 5} == set(Review.objects.values_list("stars", flat=True))
    assert ReviewPicture.objects.count() >= 4
    assert CouponClaim.objects.exclude(order_no="").count() >= 5
    assert CouponClaim.objects.filter(order_no="").exists()
    orders = Order.objects.filter(status="completed")
    assert orders.filter(discount_fen__gt=0).exists()
    assert orders.filter(freight_fen__gt=0).exists()
    assert orders.filter(commission_fen__gt=0).exists()
    assert set(Refund.objects.values_list("status", flat=True)) == {Refund.Status.DONE}
    assert set(Case.objects.values_list("state", flat=True)) == set(Case.State) - {"paying"}
    assert Case.objects.filter(took_offer=True, state="refunded").exists()
    assert not Case.objects.filter(due_at__lte=people.end_of_story()).exists()
    buyers = set(Order.objects.values_list("member_id", flat=True))
    assert buyers == set(NoteConfirmation.objects.values_list("member_id", flat=True))


def _the_books_are_right() -> None:
    assert verify() == []
    refused = Application.objects.exclude(code="").values_list("event_id", "code")
    cases_of = list(Case.objects.filter(refused_code__gt=""))
    assert set(refused) == {(granting.event_ids(case)[0], "insufficient_cash") for case in cases_of}
    assert {(case.state, case.merchant_id) for case in cases_of} == {("asked", cases.POOR_SHOP)}
    end = people.end_of_story()
    assert end is not None
    with transaction.atomic():
        for merchant in Merchant.objects.all():
            assert fit.check_merchant(merchant, end).products == 0
    moments = [str(selectors_at(event)) for event in Application.objects.order_by("position")]
    assert moments == sorted(moments)


def selectors_at(application: Application) -> datetime:
    """When an applied event happened."""
    payload = Event.objects.get(id=application.event_id).payload
    return datetime.fromisoformat(payload.split('"at":"')[1].split('"')[0])


def test_no_step_of_the_story_lies_after_its_end() -> None:
    end = datetime.fromisoformat("2026-11-22T00:20:00+08:00")
    whole = story.Story(end)
    steps = whole.steps()
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert steps[-1].at == end
    fates = Counter(order.get("fate", "completed") for order in whole.content["orders"])
    # Of each purchase every step that its fate needs has found a place before the end.
    needed = {"completed": 6, "received": 4, "shipped": 3, "paid": 2, "unpaid": 1}
    needed |= {"dropped": 2, "expired": 2, "returned": 4, "refused": 4}
    others = 4 + len(whole.content["claims"]) + len(tills.steps(end))
    others += len(list(rules.steps(end)))
    others += len([step for phone in story.ASKING for step in cases.steps(phone, end)])
    assert len(steps) == others + sum(needed[fate] * count for fate, count in fates.items())
