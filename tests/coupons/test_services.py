"""Claiming, using and giving back coupons, and every refusal."""

from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from sharemall.coupons import services
from sharemall.coupons.models import Coupon, CouponClaim
from sharemall.coupons.services import Refusal, Refused
from tests.coupons.given import DAY, NOW, a_coupon, a_member, claim

pytestmark = pytest.mark.django_db


def use(*claims: CouponClaim, member_id: int | None = None, no: str = "1") -> None:
    with transaction.atomic():
        services.use(
            [one.pk for one in claims],
            member_id=member_id or claims[0].member_id,
            order_no=no,
            now=NOW,
        )


def refusal_of(job: Any, *arguments: Any, **fields: Any) -> Refusal:
    with pytest.raises(Refused) as refused:
        job(*arguments, **fields)
    return refused.value.refusal


def orders_of() -> list[str]:
    return list(CouponClaim.objects.order_by("pk").values_list("order_no", flat=True))


def test_a_claimed_coupon_is_one_less_for_the_others() -> None:
    coupon = a_coupon(per_member=2)
    ann = a_member()
    assert [claim(ann, coupon).number, claim(ann, coupon).number] == [1, 2]
    assert Coupon.objects.get().left == 8


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"left": 0}, Refusal.GONE),
        ({"is_open": False}, Refusal.CLOSED),
        ({"starts_at": NOW + DAY}, Refusal.NOT_YET),
        ({"ends_at": NOW}, Refusal.OVER),
        ({"per_member": 1}, Refusal.YOURS_ALREADY),
    ],
)
def test_what_cannot_be_claimed_says_why_and_nothing_changes(
    fields: dict[str, Any], reason: Refusal
) -> None:
    coupon, ann = a_coupon(), a_member()
    if reason == Refusal.YOURS_ALREADY:
        claim(ann, coupon)
    Coupon.objects.update(**fields)
    before = Coupon.objects.get().left, CouponClaim.objects.count()
    assert refusal_of(claim, ann, coupon) == reason
    assert (Coupon.objects.get().left, CouponClaim.objects.count()) == before


def test_one_who_holds_a_coupon_that_is_gone_hears_that_it_is_theirs() -> None:
    coupon, ann = a_coupon(quantity=1), a_member()
    claim(ann, coupon)
    assert refusal_of(claim, ann, coupon) == Refusal.YOURS_ALREADY
    assert refusal_of(claim, a_member("bob"), coupon) == Refusal.GONE


def test_a_coupon_that_does_not_exist_is_not_there() -> None:
    with pytest.raises(Coupon.DoesNotExist):
        services.claim(member=a_member(), coupon_id=1, now=NOW)


def test_two_coupons_are_used_on_an_order_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    ann = a_member()
    claims = [claim(ann, a_coupon()), claim(ann, a_coupon())]
    with django_assert_num_queries(1):
        services.use([one.pk for one in claims], member_id=ann.pk, order_no="7", now=NOW)
    assert orders_of() == ["7", "7"]


def test_no_coupons_need_no_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        services.use([], member_id=1, order_no="7", now=NOW)


@pytest.mark.parametrize("fields", [{"starts_at": NOW + DAY}, {"ends_at": NOW}])
def test_a_coupon_is_used_in_its_time_only(fields: dict[str, Any]) -> None:
    held = claim(a_member(), a_coupon())
    Coupon.objects.update(**fields)
    assert refusal_of(use, held) == Refusal.NOT_USABLE
    assert orders_of() == [""]


def test_a_closed_coupon_is_good_for_those_who_hold_it() -> None:
    held = claim(a_member(), a_coupon())
    Coupon.objects.update(is_open=False)
    use(held)
    assert orders_of() == ["1"]


def test_anothers_coupon_cannot_be_used_nor_one_twice_nor_half_of_two() -> None:
    ann, coupon = a_member(), a_coupon()
    held, second = claim(ann, coupon), claim(ann, a_coupon())
    assert refusal_of(use, held, member_id=a_member("bob").pk) == Refusal.NOT_USABLE
    use(held)
    assert refusal_of(use, held, no="2") == Refusal.NOT_USABLE
    assert refusal_of(use, second, held, no="2") == Refusal.NOT_USABLE
    assert orders_of() == ["1", ""]


def test_giving_back_frees_the_coupons_of_these_orders_only_and_once() -> None:
    ann = a_member()
    first, second, unused = (claim(ann, a_coupon()) for _ in range(3))
    use(first, no="1")
    use(second, no="2")
    assert services.give_back(["1", ""]) == 1
    assert services.give_back(["1"]) == 0
    assert services.give_back([]) == 0
    assert orders_of() == ["", "2", ""]
    use(first, no="3")
    use(unused, no="3")
    assert orders_of() == ["3", "2", "3"]
