"""The payment password, the codes that a member shows, and payments in person."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from sharemall.merchants.models import PLATFORM, Merchant

MOST_CHARACTERS = 200  # of why something was given back


class PaymentPassword(models.Model):
    """What a member confirms payments from its wallet with: six digits, kept as a hash.

    `failures` counts wrong ones in a row; too many, and none is taken before `locked_until`.
    """

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="+"
    )
    hash = models.CharField(max_length=128)
    failures = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"of member {self.member_id}"


class Code(models.Model):
    """A code that a member showed: good once, for a minute. Only its digest is kept."""

    digest = models.CharField(max_length=64, unique=True)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"of member {self.member_id}, until {self.expires_at}"


class TillPayment(models.Model):
    """A payment of a member to a merchant in person, from its balance and its coins.

    `key` is that of the form that asked for it. `attempt` counts the member's confirmations: one
    that the journal refuses leaves the payment pending, and `refused_code` says why. What was given
    back of each of the means is counted on it, what is on its way included (refunding.py).
    """

    class Origin(models.TextChoices):
        CODE = "code"  # the merchant's staff took the member's code
        QR = "qr"  # the member scanned the merchant's

    class Status(models.TextChoices):
        PENDING = "pending"  # the member has not confirmed it yet
        MOVING = "moving"  # the journal is at it
        PAID = "paid"
        DECLINED = "declined"  # by the member, or called off by the staff
        EXPIRED = "expired"

    no = models.CharField(max_length=32, unique=True)
    key = models.UUIDField(unique=True)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="+")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    origin = models.CharField(max_length=10, choices=Origin)
    amount_fen = models.BigIntegerField()
    coins_fen = models.BigIntegerField(default=0)
    balance_fen = models.BigIntegerField(default=0)
    refunded_coins_fen = models.BigIntegerField(default=0)
    refunded_balance_fen = models.BigIntegerField(default=0)
    attempt = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    refused_code = models.CharField(max_length=24, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["member", "-id"], name="till_of_member"),
            models.Index(fields=["id"], condition=Q(status="moving"), name="till_moving"),
            models.Index(fields=["expires_at"], condition=Q(status="pending"), name="till_pending"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="till_of_something"),
            models.CheckConstraint(
                condition=Q(coins_fen__gte=0, balance_fen__gte=0)
                & (
                    Q(
                        status__in=["moving", "paid"],
                        amount_fen=F("coins_fen") + F("balance_fen"),
                    )
                    | Q(status__in=["pending", "declined", "expired"], coins_fen=0, balance_fen=0)
                ),
                name="till_means_are_the_amount",
            ),
            models.CheckConstraint(
                condition=Q(refunded_coins_fen__gte=0, refunded_balance_fen__gte=0)
                & Q(refunded_coins_fen__lte=F("coins_fen"))
                & Q(refunded_balance_fen__lte=F("balance_fen"))
                & (Q(status="paid") | Q(refunded_coins_fen=0, refunded_balance_fen=0)),
                name="till_refunds_are_at_most_what_was_paid",
            ),
            models.CheckConstraint(
                condition=Q(coins_fen=0) | Q(merchant=PLATFORM), name="till_coins_of_the_platform"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["pending", "moving"], ended_at__isnull=True)
                | ~Q(status__in=["pending", "moving"]) & Q(ended_at__isnull=False),
                name="till_ended_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(origin="code", staff__isnull=False)
                | Q(origin="qr", staff__isnull=True),
                name="till_of_staff_or_of_a_scan",
            ),
        ]

    def __str__(self) -> str:
        return self.no

    @property
    def takes_coins(self) -> bool:
        """Whether this merchant may be paid with coins: the platform's own shop alone.

        Coins at other merchants need a licence on record. Source: compliance.md, "licence-gated".
        """
        return self.merchant_id == PLATFORM

    @property
    def refunded_fen(self) -> int:
        """What was given back, or is on its way."""
        return self.refunded_coins_fen + self.refunded_balance_fen

    @property
    def left_fen(self) -> int:
        """What can still be given back."""
        return self.amount_fen - self.refunded_fen if self.status == self.Status.PAID else 0

    def waits(self, now: datetime) -> bool:
        """Whether the member can still confirm it."""
        return self.status == self.Status.PENDING and self.expires_at > now


class TillRefund(models.Model):
    """What a merchant gives back of a payment in person, by the means that it was paid with.

    `key` is that of the form that asked for it; `text` is why, in the merchant's words. One that
    the journal refuses moved nothing, and `refused_code` says why.
    """

    class Status(models.TextChoices):
        MOVING = "moving"  # the journal is at it
        DONE = "done"
        REFUSED = "refused"

    payment = models.ForeignKey(TillPayment, models.PROTECT, related_name="refunds")
    number = models.PositiveSmallIntegerField()
    key = models.UUIDField(unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.CharField(max_length=MOST_CHARACTERS, blank=True)
    amount_fen = models.BigIntegerField()
    coins_fen = models.BigIntegerField()
    balance_fen = models.BigIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.MOVING)
    refused_code = models.CharField(max_length=24, blank=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        indexes = [
            models.Index(fields=["id"], condition=Q(status="moving"), name="till_refund_moving"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["payment", "number"], name="till_refund_numbered_in_its_payment"
            ),
            models.UniqueConstraint(
                fields=["payment"], condition=Q(status="moving"), name="till_refund_moves_alone"
            ),
            models.CheckConstraint(
                condition=Q(coins_fen__gte=0, balance_fen__gte=0, amount_fen__gt=0)
                & Q(amount_fen=F("coins_fen") + F("balance_fen")),
                name="till_refund_means_are_the_amount",
            ),
            models.CheckConstraint(
                condition=Q(status="moving", ended_at__isnull=True)
                | ~Q(status="moving") & Q(ended_at__isnull=False),
                name="till_refund_ended_at_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id}-{self.number}"
