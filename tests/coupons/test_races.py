"""Many at once, each with a connection of its own: no coupon is handed out or used twice."""

from collections import Counter

import pytest
from django.db import transaction

from sharemall.coupons import services
from sharemall.coupons.models import Coupon, CouponClaim
from tests.coupons.given import NOW, a_coupon, a_member, at_once, claim

pytestmark = pytest.mark.django_db(transaction=True)


def test_fifty_members_at_the_last_coupon_and_one_gets_it() -> None:
    coupon = a_coupon(quantity=1)
    members = [a_member(f"member{number}") for number in range(50)]
    results = at_once([lambda member=member: claim(member, coupon) for member in members])
    assert sum(isinstance(one, CouponClaim) for one in results) == 1
    assert Counter(one for one in results if isinstance(one, str)) == {"gone": 49}
    assert Coupon.objects.get().left == 0


def test_one_member_claiming_fifty_times_at_once_gets_what_one_member_may() -> None:
    coupon, ann = a_coupon(quantity=100, per_member=3), a_member()
    results = at_once([lambda: claim(ann, coupon)] * 50)
    assert Counter(one for one in results if isinstance(one, str)) == {"yours_already": 47}
    assert sorted(CouponClaim.objects.values_list("number", flat=True)) == [1, 2, 3]
    assert Coupon.objects.get().left == 97


def test_a_coupon_used_on_fifty_orders_at_once_is_used_on_one() -> None:
    ann = a_member()
    held = [claim(ann, a_coupon()), claim(ann, a_coupon())]

    def use(number: int) -> int:
        ids = [one.pk for one in held][:: 1 if number % 2 else -1]
        with transaction.atomic():
            services.use(ids, member_id=ann.pk, order_no=str(number), now=NOW)
        return number

    results = at_once([lambda number=number: use(number) for number in range(50)])
    (winner,) = (one for one in results if isinstance(one, int))
    assert Counter(one for one in results if isinstance(one, str)) == {"not_usable": 49}
    assert set(CouponClaim.objects.values_list("order_no", flat=True)) == {str(winner)}


def test_orders_cancelled_at_once_free_a_coupon_once_and_never_anothers() -> None:
    ann = a_member()
    first, second = claim(ann, a_coupon()), claim(ann, a_coupon())
    services.use([first.pk], member_id=ann.pk, order_no="1", now=NOW)
    services.use([second.pk], member_id=ann.pk, order_no="2", now=NOW)
    assert sorted(at_once([lambda: services.give_back(["1"])] * 20)) == [0] * 19 + [1]
    second.refresh_from_db()
    assert second.order_no == "2"
