"""Fifty at once: a referrer is fixed once, no circle closes, a member has one code."""

from uuid import uuid4

import pytest

from sharemall.members.models import Member
from sharemall.orders.models import Order
from sharemall.referral import selectors, services
from sharemall.referral.models import Link, Referral
from tests.orders import shop
from tests.orders.shop import NOW
from tests.orders.together import at_once
from tests.referral.given import code_of, follows, referrer_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _mall() -> None:
    shop.open_mall()


def test_fifty_first_orders_at_once_fix_one_referrer() -> None:
    red, bob = shop.a_product(stock=1_000), shop.a_member("bob")
    codes = [code_of(shop.a_member(f"r{number}")) for number in range(10)]
    services.follow(member=bob, code=codes[0], now=NOW)

    def order(number: int) -> Order:
        member = Member.objects.get(pk=bob.pk)
        services.follow(member=member, code=codes[number % 10], now=NOW)
        return shop.place(member, red, key=uuid4())

    results = at_once([lambda number=number: order(number) for number in range(50)])
    assert all(isinstance(one, Order) for one in results)
    found = referrer_of(bob)
    kept = Referral.objects.get()
    assert found is not None
    assert (kept.state, kept.referrer) == ("fixed", found)


@pytest.mark.parametrize("size", [2, 3, 7])
def test_first_orders_at_once_never_close_a_circle(size: int) -> None:
    red = shop.a_product(stock=1_000)
    members = [shop.a_member(f"m{number}") for number in range(size)]
    for number, member in enumerate(members):
        follows(member, members[(number + 1) % size])
    at_once([lambda member=member: shop.place(member, red) for member in members])
    fixed = [referrer_of(member) for member in members]
    assert fixed.count(None) == 1
    assert Referral.objects.filter(reason="circle").count() == 1
    for member in Member.objects.exclude(referrer=None).select_related("referrer"):
        assert member.referrer is not None
        assert not selectors.is_above(member, member.referrer)


def test_fifty_who_ask_at_once_get_one_code() -> None:
    ann = shop.a_member("ann")
    codes = at_once([lambda: services.link_of(member=ann, now=NOW).code] * 50)
    assert len(set(codes)) == 1
    assert Link.objects.count() == 1
