"""Payments, and what their providers told us about them."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Payment(models.Model):
    """What a member owes for one or more orders, through one provider.

    `trade_no` is the provider's number of the trade that paid it; `failed_at` the last attempt
    that the provider reported as failed (the payment stays open until it is paid or closed).
    """

    class Status(models.TextChoices):
        PENDING = "pending"
        SUCCEEDED = "succeeded"
        CLOSED = "closed"

    no = models.CharField(max_length=32, unique=True)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    provider = models.CharField(max_length=20)
    amount_fen = models.BigIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    trade_no = models.CharField(max_length=64, null=True)
    created_at = models.DateTimeField()
    failed_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="payment_of_something"),
            models.CheckConstraint(
                condition=Q(status="succeeded", paid_at__isnull=False, trade_no__isnull=False)
                | (~Q(status="succeeded") & Q(paid_at__isnull=True, trade_no__isnull=True)),
                name="payment_succeeded_by_a_trade",
            ),
            models.CheckConstraint(
                condition=Q(status="closed", closed_at__isnull=False)
                | (~Q(status="closed") & Q(closed_at__isnull=True)),
                name="payment_closed_at_a_moment",
            ),
            models.UniqueConstraint(fields=["provider", "trade_no"], name="payment_trade_once"),
        ]

    def __str__(self) -> str:
        return self.no


class Notice(models.Model):
    """A provider's notification, kept as it came; the same one again is not kept twice.

    The verdicts that are not `paid` or `failed` are money that the mall did not expect: it lies
    with the provider and must be given back.
    """

    class Verdict(models.TextChoices):
        PAID = "paid"
        FAILED = "failed"
        LATE = "late"  # the payment was closed before the money came
        DOUBLE = "double"  # another trade had paid already
        MISMATCH = "mismatch"  # not the amount that was asked for

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="notices")
    trade_no = models.CharField(max_length=64)
    succeeded = models.BooleanField()
    amount_fen = models.BigIntegerField()
    verdict = models.CharField(max_length=10, choices=Verdict)
    body = models.TextField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["payment", "trade_no", "succeeded"], name="payment_notice_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trade_no}: {self.verdict}"
