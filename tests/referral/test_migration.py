"""A mall that had orders before it had referrals."""

from importlib import import_module

import pytest
from django.db import connection

from sharemall.members.models import Member
from sharemall.referral.services import Following
from tests.orders import shop
from tests.orders.shop import NOW
from tests.referral.given import follows

MIGRATION = import_module("sharemall.referral.migrations.0002_fixed_at_the_first_order")


@pytest.mark.django_db
def test_who_had_ordered_before_stays_without_a_referrer_and_others_may_get_one() -> None:
    shop.open_mall()
    ann, bob, cid = (shop.a_member(name) for name in ("ann", "bob", "cid"))
    red = shop.a_product()
    shop.place(ann, red)
    shop.place(ann, red)
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER referral_stays ON members_member")
        cursor.execute("DROP FUNCTION referral_stays; DROP FUNCTION referral_settle")
        cursor.execute("UPDATE members_member SET first_ordered_at = NULL")
        for statement in (MIGRATION.EARLIER, MIGRATION.SETTLE, MIGRATION.STAYS):
            cursor.execute(statement)
    ann, bob = Member.objects.get(pk=ann.pk), Member.objects.get(pk=bob.pk)
    assert (ann.first_ordered_at, bob.first_ordered_at) == (NOW, None)
    assert follows(ann, cid) == Following.LATE
    assert follows(bob, cid) == Following.KEPT
