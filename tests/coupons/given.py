"""Coupons, members and many threads for the tests."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from django.db import connection

from sharemall.coupons import services
from sharemall.coupons.models import Coupon, CouponClaim
from sharemall.members.models import Member

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)

T = TypeVar("T")


def a_coupon(**fields: Any) -> Coupon:
    """The platform's ¥20 off ¥100, ten of them, running since yesterday for ten days."""
    given = {
        "name_zh": "满100减20",
        "name_en": "20 off 100",
        "funder": "platform",
        "threshold_fen": 10_000,
        "off_fen": 2_000,
        "quantity": 10,
        "starts_at": NOW - DAY,
        "ends_at": NOW + 10 * DAY,
    } | fields
    return Coupon.objects.create(**({"left": given["quantity"]} | given))


def a_member(account: str = "ann") -> Member:
    """A member who can claim."""
    number = Member.objects.count()
    return Member.objects.create_user(
        f"138{number:08d}", None, account=account, name=account, joined_at=NOW
    )


def claim(member: Member, coupon: Coupon, now: datetime = NOW) -> CouponClaim:
    return services.claim(member=member, coupon_id=coupon.pk, now=now)


def at_once(jobs: Sequence[Callable[[], T]]) -> list[T | str]:
    """Start every job at the same moment; the results in their order, a refusal as its code."""
    gate = threading.Barrier(len(jobs))

    def run(job: Callable[[], T]) -> T | str:
        try:
            gate.wait()
            return job()
        except services.Refused as refused:
            return str(refused.refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))
