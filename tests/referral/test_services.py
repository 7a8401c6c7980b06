"""Following links, and the referrer that the first order fixes."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from sharemall.catalogue.models import Product
from sharemall.compliance.services import confirm_note
from sharemall.members.models import Member
from sharemall.orders import paying
from sharemall.orders.models import Order
from sharemall.orders.refusals import Refused
from sharemall.payments.providers import Notification
from sharemall.referral import selectors, services
from sharemall.referral.models import Link, Referral, Trace
from sharemall.referral.services import Following
from tests.orders import shop
from tests.orders.shop import NOW
from tests.referral.given import code_of, follows, referrer_of, settled

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> Member:
    shop.open_mall()
    return shop.a_member("ann")


@pytest.fixture
def bob(ann: Member) -> Member:
    return shop.a_member("bob")


@pytest.fixture
def red(ann: Member) -> Product:
    return shop.a_product(stock=1_000)


def test_a_code_is_made_once_and_kept(ann: Member, bob: Member) -> None:
    code = code_of(ann)
    assert len(code) == 8
    assert set(code) <= set(services.ALPHABET)
    assert code_of(ann) == code != code_of(bob)
    assert Link.objects.count() == 2


def test_a_code_is_found_in_small_letters_too(ann: Member) -> None:
    assert selectors.by_code(code_of(ann).lower()) == ann


@pytest.mark.parametrize(
    "code",
    ["", "x", "A" * 500, "\0", "' OR 1=1 --", "ＡＢＣＤ", "ıııııııı", "%", "../..", "AAAAAAAA"],
)
def test_a_code_that_nobody_has_is_nobodys(code: str, ann: Member, bob: Member) -> None:
    code_of(ann)
    assert selectors.by_code(code) is None
    assert services.follow(member=bob, code=code, now=NOW) == Following.UNKNOWN
    assert not Referral.objects.exists()


def test_the_code_of_a_closed_account_is_nobodys(ann: Member, bob: Member) -> None:
    code = code_of(ann)
    Member.objects.filter(pk=ann.pk).update(is_active=False)
    assert services.follow(member=bob, code=code, now=NOW) == Following.UNKNOWN


def test_the_first_order_fixes_the_link_followed_last(
    ann: Member, bob: Member, red: Product
) -> None:
    cid = shop.a_member("cid")
    assert [follows(bob, ann), follows(bob, cid)] == [Following.KEPT, Following.KEPT]
    assert referrer_of(bob) is None
    assert selectors.invited_by(bob) == cid
    shop.place(bob, red)
    assert referrer_of(bob) == cid
    assert settled(bob) == ("fixed", "")


def test_after_the_first_order_no_link_counts(ann: Member, bob: Member, red: Product) -> None:
    cid = shop.a_member("cid")
    follows(bob, ann)
    shop.place(bob, red)
    assert follows(bob, cid) == Following.LATE
    shop.place(bob, red)
    assert referrer_of(bob) == ann


def test_who_ordered_without_a_link_stays_without_a_referrer(
    ann: Member, bob: Member, red: Product
) -> None:
    before = Member.objects.get(pk=bob.pk)
    shop.place(bob, red)
    assert follows(before, ann) == Following.LATE
    shop.place(before, red)
    assert referrer_of(bob) is None
    assert not Referral.objects.exists()


def test_an_order_that_is_refused_fixes_nothing(ann: Member, bob: Member, red: Product) -> None:
    follows(bob, ann)
    with pytest.raises(Refused):
        shop.place(bob, red, seen="another")
    assert referrer_of(bob) is None
    assert settled(bob) == ("candidate", "")
    shop.place(bob, red)
    assert referrer_of(bob) == ann


def test_ones_own_link_does_not_count(ann: Member, bob: Member) -> None:
    follows(ann, bob)
    assert follows(ann, ann) == Following.OWN
    assert selectors.invited_by(ann) == bob


def test_a_candidate_that_is_oneself_is_refused_at_the_order(ann: Member, red: Product) -> None:
    Referral.objects.create(member=ann, referrer=ann, followed_at=NOW)
    shop.place(ann, red)
    assert referrer_of(ann) is None
    assert settled(ann) == ("refused", "self")


@pytest.mark.parametrize("length", [1, 2, 5])
def test_an_invitee_at_any_depth_is_refused_as_a_referrer(
    length: int, ann: Member, red: Product
) -> None:
    last = ann
    for number in range(length):
        following = shop.a_member(f"m{number}")
        follows(following, last)
        shop.place(following, red)
        last = following
    assert follows(ann, last) == Following.CIRCLE
    Referral.objects.create(member=ann, referrer=last, followed_at=NOW)
    shop.place(ann, red)
    assert referrer_of(ann) is None
    assert settled(ann) == ("refused", "circle")


def test_a_referrer_who_closed_the_account_gets_nobody(
    ann: Member, bob: Member, red: Product
) -> None:
    follows(bob, ann)
    Member.objects.filter(pk=ann.pk).update(is_active=False)
    shop.place(bob, red)
    assert settled(bob) == ("refused", "closed")


@pytest.mark.parametrize("kind", ["phone", "device", "payer"])
def test_a_second_account_of_one_person_gets_no_reward_for_itself(
    kind: str, ann: Member, bob: Member, red: Product
) -> None:
    for member in (ann, bob):
        services.saw(member=member, now=NOW, **{kind: "the same"})
    services.saw(member=ann, phone="1", device="2", payer="3", now=NOW)
    services.saw(member=bob, phone="4", device="5", payer="6", now=NOW)
    follows(bob, ann)
    order = shop.place(bob, red)
    assert referrer_of(bob) is None
    assert settled(bob) == ("refused", kind)
    assert Order.objects.get(pk=order.pk).status == "unpaid"


def test_one_value_of_two_kinds_ties_nobody(ann: Member, bob: Member, red: Product) -> None:
    services.saw(member=ann, phone="1", now=NOW)
    services.saw(member=bob, device="1", now=NOW)
    follows(bob, ann)
    shop.place(bob, red)
    assert referrer_of(bob) == ann


def test_a_parcel_to_the_referrers_phone_is_one_phone(
    ann: Member, bob: Member, red: Product
) -> None:
    bob.addresses.update(phone=ann.phone)
    follows(bob, ann)
    shop.place(bob, red)
    assert settled(bob) == ("refused", "phone")


def test_what_was_seen_is_kept_as_a_hash_and_once(ann: Member) -> None:
    for _ in range(2):
        services.saw(member=ann, phone=ann.phone, device="d", now=NOW)
    marks = list(Trace.objects.values_list("mark", flat=True))
    assert len(marks) == 2
    assert all(len(mark) == 64 and ann.phone not in mark for mark in marks)


def pay_from(order: Order, payer_id: str, trade_no: str) -> None:
    news = Notification(
        payment_no=order.payment.no,
        trade_no=trade_no,
        amount_fen=order.payment.amount_fen,
        succeeded=True,
        body="{}",
        payer_id=payer_id,
    )
    paying._take("wechat", news, now=NOW)


def test_a_first_order_paid_from_the_referrers_account_goes_on_without_a_referrer(
    ann: Member, bob: Member, red: Product
) -> None:
    pay_from(shop.place(ann, red), "openid", "T1")
    follows(bob, ann)
    order = shop.place(bob, red)
    assert referrer_of(bob) == ann
    pay_from(order, "openid", "T2")
    assert referrer_of(bob) is None
    assert settled(bob) == ("refused", "payer")
    order.refresh_from_db()
    assert order.status == "paid"


def test_an_account_of_its_own_keeps_the_referrer_and_a_later_gift_does_not_take_it(
    ann: Member, bob: Member, red: Product
) -> None:
    pay_from(shop.place(ann, red), "openid", "T1")
    follows(bob, ann)
    pay_from(shop.place(bob, red), "another", "T2")
    later = shop.place(bob, red, now=NOW + timedelta(minutes=1))
    pay_from(later, "openid", "T3")
    assert referrer_of(bob) == ann


def test_the_database_refuses_another_referrer(ann: Member, bob: Member, red: Product) -> None:
    cid = shop.a_member("cid")
    follows(bob, ann)
    shop.place(bob, red)
    shop.place(cid, red)
    changes = [
        (bob, {"referrer": cid}),
        (bob, {"first_ordered_at": None}),
        (bob, {"first_ordered_at": NOW + timedelta(days=1)}),
        (cid, {"referrer": ann}),
    ]
    for member, change in changes:
        with pytest.raises(DatabaseError, match="settled"), transaction.atomic():
            Member.objects.filter(pk=member.pk).update(**change)
    assert (referrer_of(bob), referrer_of(cid)) == (ann, None)


def placing(member: Member, red: Product) -> tuple[int, int]:
    """How many statements placing takes, and how many of them settle the referrer."""
    member = Member.objects.get(pk=member.pk)
    basket = shop.basket((red, 1))
    shown = shop.quote(member, basket)
    with CaptureQueriesContext(connection) as captured:
        shop.place_all(member, basket, seen=shown.fingerprint)
    statements = [one["sql"] for one in captured if "SAVEPOINT" not in one["sql"]]
    return len(statements), sum("referral_settle" in one for one in statements)


@pytest.mark.parametrize("followed", [False, True])
def test_only_a_first_order_takes_a_statement_more(
    followed: bool, ann: Member, bob: Member, red: Product
) -> None:
    if followed:
        follows(bob, ann)
    confirm_note(member_id=bob.pk, version=1, language="zh-hans", now=NOW)
    placing(shop.a_member("cid"), red)  # the scheme is read once a process
    first, second = placing(bob, red), placing(bob, red)
    assert (first[1], second[1]) == (1, 0)
    assert first[0] == second[0] + 1
