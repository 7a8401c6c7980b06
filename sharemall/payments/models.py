"""Payments: what a member owes, by which means it is paid, and what providers told us."""

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q


class Payment(models.Model):
    """What a member owes for one or more orders, paid out of the wallet and through a provider.

    The wallet's means come first: coins, cash balance, and cash from shares that are sold for it
    (`shares_micro` of them); what is left of the amount is the provider's part. `attempt` counts
    the plans that were begun: the ids of the journal's events carry it. `refused_code` is why the
    last plan's wallet part was refused. `asked_at` is when its provider was last asked whether the
    money came. `trade_no` is the provider's number of the trade that paid
    it; `failed_at` the last attempt that the provider reported as failed (the payment stays open
    until it is paid or closed).
    """

    class Status(models.TextChoices):
        PENDING = "pending"
        SUCCEEDED = "succeeded"
        CLOSED = "closed"

    class Wallet(models.TextChoices):
        NONE = "none"  # nothing of the wallet is used
        MOVING = "moving"  # its events are on their way through the journal
        HELD = "held"  # its part is paid
        GIVEN_BACK = "given_back"  # it was paid, and the payment was closed

    no = models.CharField(max_length=32, unique=True)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    amount_fen = models.BigIntegerField()
    coins_fen = models.BigIntegerField(default=0)
    balance_fen = models.BigIntegerField(default=0)
    shares_fen = models.BigIntegerField(default=0)
    shares_micro = models.BigIntegerField(default=0)
    wallet = models.CharField(max_length=10, choices=Wallet, default=Wallet.NONE)
    attempt = models.PositiveIntegerField(default=0)
    plan_key = models.UUIDField(null=True)
    refused_code = models.CharField(max_length=40, blank=True)
    provider = models.CharField(max_length=20, blank=True)
    way = models.CharField(max_length=20, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    trade_no = models.CharField(max_length=64, null=True)
    asked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    failed_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["member", "-id"], name="payment_list_of_member"),
            models.Index(fields=["status", "-id"], name="payment_list_by_status"),
            models.Index(fields=["-created_at", "-id"], name="payment_list_by_day"),
            models.Index(
                fields=["-id"],
                condition=Q(status="pending", failed_at__isnull=False),
                name="payment_list_of_failed",
            ),
            models.Index(fields=["id"], condition=Q(wallet="moving"), name="payment_wallet_moving"),
            models.Index(
                fields=["created_at"],
                condition=~Q(provider="") & ~Q(status="succeeded"),
                name="payment_to_be_asked_for",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="payment_of_something"),
            models.CheckConstraint(
                condition=Q(coins_fen__gte=0, balance_fen__gte=0, shares_fen__gte=0)
                & Q(amount_fen__gte=F("coins_fen") + F("balance_fen") + F("shares_fen")),
                name="payment_wallet_part_fits",
            ),
            models.CheckConstraint(
                condition=Q(shares_fen=0, shares_micro=0) | Q(shares_fen__gt=0, shares_micro__gt=0),
                name="payment_shares_for_cash",
            ),
            models.CheckConstraint(
                condition=~Q(wallet="none") | Q(coins_fen=0, balance_fen=0, shares_fen=0),
                name="payment_wallet_state_says_its_use",
            ),
            models.CheckConstraint(
                condition=Q(status="succeeded", paid_at__isnull=False)
                | ~Q(status="succeeded") & Q(paid_at__isnull=True, trade_no__isnull=True),
                name="payment_succeeded_at_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(status="succeeded")
                | Q(trade_no__isnull=False)
                | Q(amount_fen=F("coins_fen") + F("balance_fen") + F("shares_fen"), wallet="held"),
                name="payment_succeeded_by_a_trade_or_the_wallet",
            ),
            models.CheckConstraint(
                condition=Q(status="closed", closed_at__isnull=False)
                | ~Q(status="closed") & Q(closed_at__isnull=True),
                name="payment_closed_at_a_moment",
            ),
            models.UniqueConstraint(fields=["provider", "trade_no"], name="payment_trade_once"),
        ]

    def __str__(self) -> str:
        return self.no

    @property
    def wallet_fen(self) -> int:
        """What the wallet pays of it."""
        return self.coins_fen + self.balance_fen + self.shares_fen

    @property
    def provider_fen(self) -> int:
        """What is left for the provider."""
        return self.amount_fen - self.wallet_fen


class Notice(models.Model):
    """A provider's notification, kept as it came; the same one again is not kept twice.

    The verdicts that are not `paid` or `failed` are money that the mall did not expect: it goes
    back as a refund of that trade.
    """

    class Verdict(models.TextChoices):
        PAID = "paid"
        FAILED = "failed"
        LATE = "late"  # the payment was closed before the money came
        DOUBLE = "double"  # another trade had paid already
        MISMATCH = "mismatch"  # not the amount that was asked for

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="notices")
    asked_no = models.CharField(max_length=64, blank=True)  # the provider's name for the payment
    provider = models.CharField(max_length=20)
    trade_no = models.CharField(max_length=64)
    succeeded = models.BooleanField()
    amount_fen = models.BigIntegerField()
    verdict = models.CharField(max_length=10, choices=Verdict)
    body = models.TextField()
    received_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["provider", "trade_no"], name="notice_of_trade"),
            BrinIndex(fields=["received_at"], name="notice_received"),
            models.Index(
                fields=["verdict", "-id"],
                condition=Q(verdict__in=["late", "double", "mismatch"]),
                name="notice_list_of_unexpected",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["payment", "provider", "trade_no", "succeeded"], name="payment_notice_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trade_no}: {self.verdict}"


class Refund(models.Model):
    """Money, coins or balance on the way back to the member, by the means it was paid with.

    `no` is the provider's idempotency key, or the end of the id of the journal's event.
    `order_no` is the order it belongs to, empty for money that was not expected. A refund to the
    wallet is done as soon as its event is journalled; one through a provider is sent by the worker
    and done when the provider says so.
    """

    class Means(models.TextChoices):
        PROVIDER = "provider"
        BALANCE = "balance"
        COINS = "coins"

    class Status(models.TextChoices):
        WAITING = "waiting"  # to be sent to the provider
        SENT = "sent"  # the provider has it
        DONE = "done"
        FAILED = "failed"  # the provider refused it: someone must look

    no = models.CharField(max_length=40, unique=True)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    order_no = models.CharField(max_length=32, blank=True)
    means = models.CharField(max_length=10, choices=Means)
    provider = models.CharField(max_length=20, blank=True)
    trade_no = models.CharField(max_length=64, blank=True)
    amount_fen = models.BigIntegerField()
    reason = models.CharField(max_length=80)
    status = models.CharField(max_length=10, choices=Status)
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(status__in=["waiting", "sent"]),
                name="refund_to_be_sent",
            ),
            models.Index(fields=["order_no"], name="refund_of_order"),
            models.Index(fields=["status", "-id"], name="refund_list_by_status"),
            models.Index(fields=["-created_at", "-id"], name="refund_list_by_day"),
            models.Index(fields=["id"], condition=Q(status="failed"), name="refund_failed"),
            models.Index(fields=["done_at"], condition=~Q(provider=""), name="refund_of_day"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="refund_of_something"),
            models.CheckConstraint(
                condition=Q(means="provider") & ~Q(provider="") & ~Q(trade_no="")
                | ~Q(means="provider") & Q(provider="", trade_no=""),
                name="refund_of_a_trade_or_to_the_wallet",
            ),
            models.CheckConstraint(
                condition=Q(status="done", done_at__isnull=False)
                | ~Q(status="done") & Q(done_at__isnull=True),
                name="refund_done_at_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.no


class BillCheck(models.Model):
    """A day's comparison of a provider's bill with what the mall has on record."""

    provider = models.CharField(max_length=20)
    day = models.DateField()
    checked_at = models.DateTimeField()
    lines = models.PositiveIntegerField()
    paid_fen = models.BigIntegerField()
    refunded_fen = models.BigIntegerField()

    class Meta:
        ordering = ["-day", "provider"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "day"], name="bill_of_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.day}"


class BillDifference(models.Model):
    """Something in a provider's bill that the mall has otherwise, or the other way round."""

    class Kind(models.TextChoices):
        MISSING_HERE = "missing_here"  # in the bill, not on record
        MISSING_THERE = "missing_there"  # on record, not in the bill
        AMOUNT = "amount"  # in both, with another amount

    check_of = models.ForeignKey(BillCheck, models.CASCADE, related_name="differences")
    kind = models.CharField(max_length=15, choices=Kind)
    is_refund = models.BooleanField()
    payment_no = models.CharField(max_length=64)
    trade_no = models.CharField(max_length=64)
    refund_no = models.CharField(max_length=64, blank=True)
    here_fen = models.BigIntegerField(null=True)
    there_fen = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind}: {self.trade_no}"


class SandboxTrade(models.Model):
    """What the sandbox provider keeps on its side: payments and refunds, for its bill."""

    payment_no = models.CharField(max_length=64)
    trade_no = models.CharField(max_length=64)
    refund_no = models.CharField(max_length=64, blank=True)
    amount_fen = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="sandbox_trade_at")]
        constraints = [
            models.UniqueConstraint(fields=["trade_no", "refund_no"], name="sandbox_trade_once"),
        ]

    def __str__(self) -> str:
        return self.trade_no


class SandboxNotice(models.Model):
    """A notification that the sandbox provider has signed off but sends later, or again."""

    body = models.TextField()
    due_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="sandbox_notice_due")]

    def __str__(self) -> str:
        return f"due at {self.due_at}"
