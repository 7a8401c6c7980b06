"""Reads of members."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.db.models.functions import TruncDate

from sharemall.members.models import Member


def demo_accounts() -> list[Member]:
    """The members that one click signs in, in demo mode only."""
    return list(
        Member.objects.filter(is_demo=True, is_active=True)
        .order_by("phone")
        .prefetch_related("posts")[:12]
    )


def demo_account(phone: str) -> Member | None:
    """The demo account of this phone."""
    return Member.objects.filter(is_demo=True, is_active=True, phone=phone).first()


def masked_phone(phone: str) -> str:
    """A phone number that its owner recognises and nobody else can read: 138****5678."""
    return f"{phone[:3]}****{phone[-4:]}"


def joined_by_day(first: date, last: date, time_zone: str) -> list[tuple[date, int]]:
    """How many joined on each day from `first` to `last`, days on which nobody did too."""
    zone = ZoneInfo(time_zone)
    joined = Member.objects.filter(
        joined_at__gte=datetime.combine(first, time(), zone),
        joined_at__lt=datetime.combine(last + timedelta(days=1), time(), zone),
    )
    by_day = joined.order_by().values_list(TruncDate("joined_at", tzinfo=zone))
    found = dict(by_day.annotate(count=Count("pk")))
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [(day, found.get(day, 0)) for day in days]


def count() -> int:
    """How many members there are."""
    return Member.objects.count()
