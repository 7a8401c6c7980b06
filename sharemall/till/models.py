"""The payment password, the codes that a member shows, and payments in person."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from sharemall.merchants.models import PLATFORM, Merchant


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
    that the journal refuses leaves the payment pending, and `refused_code` says why.
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

    def waits(self, now: datetime) -> bool:
        """Whether the member can still confirm it."""
        return self.status == self.Status.PENDING and self.expires_at > now
