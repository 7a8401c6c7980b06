"""What can be claimed, and what a member holds."""

import pytest
from pytest_django import DjangoAssertNumQueries

from sharemall.coupons import selectors, services
from sharemall.coupons.models import Coupon
from sharemall.merchants.models import Merchant
from tests.coupons.given import DAY, NOW, a_coupon, a_member, claim

pytestmark = pytest.mark.django_db


def names(coupons: list[Coupon]) -> list[str]:
    return [coupon.name_zh for coupon in coupons]


def a_shop(key: str) -> Merchant:
    return Merchant.objects.create(key=key, name_zh=key, name_en=key, joined_at=NOW)


def test_only_what_can_be_claimed_now_is_offered() -> None:
    a_coupon(name_zh="later", ends_at=NOW + 20 * DAY)
    a_coupon(name_zh="now")
    a_coupon(name_zh="gone", left=0)
    a_coupon(name_zh="closed", is_open=False)
    a_coupon(name_zh="over", ends_at=NOW)
    a_coupon(name_zh="not yet", starts_at=NOW + DAY)
    assert names(selectors.claimable(NOW)) == ["now", "later"]


def test_goods_show_their_merchants_coupons_and_the_platforms_in_their_zone() -> None:
    tea, hut = a_shop("tea"), a_shop("hut")
    a_coupon(name_zh="all")
    a_coupon(name_zh="drinks", zone_key="wine")
    a_coupon(name_zh="tea's", merchant=tea, funder="merchant")
    a_coupon(name_zh="hut's", merchant=hut, funder="merchant")
    assert names(selectors.claimable(NOW, "tea")) == ["all", "drinks", "tea's"]
    assert names(selectors.claimable(NOW, "hut", zone_key="home")) == ["all", "hut's"]
    assert len(selectors.claimable(NOW)) == 4


def test_each_says_how_many_of_it_the_member_has_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    ann, bob = a_member(), a_member("bob")
    first, second = a_coupon(per_member=3), a_coupon()
    claim(ann, first)
    claim(ann, first)
    claim(bob, second)
    with django_assert_num_queries(1):
        found = selectors.claimable(NOW, member_id=ann.pk)
        assert [coupon.merchant for coupon in found] == [None, None]
    assert [coupon.claimed for coupon in found] == [2, 0]  # type: ignore[attr-defined]
    anonymous = selectors.claimable(NOW)
    assert [coupon.claimed for coupon in anonymous] == [0, 0]  # type: ignore[attr-defined]


def test_a_members_coupons_stand_under_usable_used_or_over() -> None:
    ann = a_member()
    claims = [claim(ann, a_coupon()) for _ in range(4)]
    claim(a_member("bob"), a_coupon())
    services.use([claims[0].pk], member_id=ann.pk, order_no="1", now=NOW)
    Coupon.objects.filter(pk=claims[1].coupon_id).update(ends_at=NOW)
    Coupon.objects.filter(pk=claims[2].coupon_id).update(starts_at=NOW + DAY)
    assert selectors.mine(ann.pk, NOW, "used") == [claims[0]]
    assert selectors.mine(ann.pk, NOW, "over") == [claims[1]]
    assert selectors.mine(ann.pk, NOW) == [claims[3], claims[2]]
    assert selectors.mine(ann.pk, NOW, "usable", before=claims[3].pk) == [claims[2]]
    assert selectors.usable(ann.pk, NOW) == [claims[3]]
    assert selectors.count_usable(ann.pk, NOW) == 2


def test_what_can_be_used_comes_with_its_coupon_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    ann = a_member()
    late, soon = a_coupon(ends_at=NOW + 9 * DAY), a_coupon(ends_at=NOW + DAY)
    claim(ann, late)
    claim(ann, soon)
    with django_assert_num_queries(1):
        assert [held.coupon for held in selectors.usable(ann.pk, NOW)] == [soon, late]


def test_staff_see_every_coupon_the_newest_first() -> None:
    first, second = a_coupon(is_open=False), a_coupon(left=0)
    assert selectors.issued() == [second, first]
    assert selectors.issued(before=second.pk) == [first]
    assert selectors.coupon(first.pk) == first
    assert selectors.coupon(0) is None


def test_one_coupon_says_how_many_of_it_the_member_has() -> None:
    ann, coupon = a_member(), a_coupon()
    claim(ann, coupon)
    counts = [selectors.coupon(coupon.pk, member_id) for member_id in (ann.pk, None)]
    assert [found.claimed for found in counts] == [1, 0]  # type: ignore[union-attr]
