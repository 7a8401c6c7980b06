"""What went wrong with money and waits for somebody to look."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min

from sharemall.payments.models import BillDifference, Notice, Refund

RECENT = timedelta(days=30)
UNEXPECTED = [Notice.Verdict.LATE, Notice.Verdict.DOUBLE, Notice.Verdict.MISMATCH]


@dataclass(frozen=True, slots=True)
class Troubles:
    """How many there are; `oldest_refund` is when the first failed refund was made."""

    failed_refunds: int
    oldest_refund: datetime | None
    differences: int
    unexpected: int


def troubles(now: datetime) -> Troubles:
    """Failed refunds, and the last days' bill differences and unexpected money; three queries."""
    failed = Refund.objects.filter(status=Refund.Status.FAILED).aggregate(
        count=Count("pk"), oldest=Min("created_at")
    )
    differences = BillDifference.objects.filter(check_of__checked_at__gt=now - RECENT)
    unexpected = Notice.objects.filter(received_at__gt=now - RECENT, verdict__in=UNEXPECTED)
    return Troubles(
        failed_refunds=failed["count"],
        oldest_refund=failed["oldest"],
        differences=differences.count(),
        unexpected=unexpected.count(),
    )
