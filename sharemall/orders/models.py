"""Orders and their lines. What was agreed is copied into them: products may change, orders not."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from sharemall.catalogue.models import Product, in_language
from sharemall.payments.models import Payment

PLATFORM = "platform"  # the merchant key of the platform's own shop


class Order(models.Model):
    """What one member buys of one merchant, from placing to completion.

    `key` came with the form: a second submission finds this order. `scheme_version` names the
    rates: those in force when it was paid. `returnable_until` is the end of its return period.
    """

    class Status(models.TextChoices):
        UNPAID = "unpaid"
        PAID = "paid"
        RECEIVED = "received"
        COMPLETED = "completed"
        CANCELLED = "cancelled"

    class CancelReason(models.TextChoices):
        NONE = ""
        MEMBER = "member"  # the member did not want it any more
        EXPIRED = "expired"  # it was not paid in time

    no = models.CharField(max_length=32, unique=True)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    merchant = models.CharField(max_length=40, default=PLATFORM)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="orders")
    key = models.UUIDField()
    status = models.CharField(max_length=10, choices=Status, default=Status.UNPAID)
    total_fen = models.BigIntegerField()
    scheme_version = models.IntegerField()
    placed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    returnable_until = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(
        max_length=10, choices=CancelReason, default=CancelReason.NONE, blank=True
    )

    class Meta:
        indexes = [
            models.Index(fields=["member", "-id"], name="order_list_of_member"),
            models.Index(
                fields=["expires_at"], condition=Q(status="unpaid"), name="order_closing_next"
            ),
            models.Index(
                fields=["returnable_until"],
                condition=Q(status="received"),
                name="order_completing_next",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["member", "key"], name="order_form_sent_once"),
            models.CheckConstraint(condition=Q(total_fen__gt=0), name="order_of_something"),
            models.CheckConstraint(
                condition=Q(paid_at__isnull=False) | Q(status__in=["unpaid", "cancelled"]),
                name="order_paid_before_it_goes_on",
            ),
            models.CheckConstraint(
                condition=~Q(status="unpaid") | Q(paid_at__isnull=True),
                name="order_unpaid_has_no_payment_time",
            ),
            models.CheckConstraint(
                condition=Q(received_at__isnull=True, returnable_until__isnull=True)
                | Q(received_at__isnull=False, returnable_until__gte=models.F("received_at")),
                name="order_return_period_follows_receipt",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["received", "completed"], received_at__isnull=False)
                | (~Q(status__in=["received", "completed"]) & Q(received_at__isnull=True)),
                name="order_received_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(status="completed", completed_at__gte=models.F("returnable_until"))
                | (~Q(status="completed") & Q(completed_at__isnull=True)),
                name="order_completed_after_return_period",
            ),
            models.CheckConstraint(
                condition=(Q(status="cancelled", cancelled_at__isnull=False) & ~Q(cancel_reason=""))
                | (~Q(status="cancelled") & Q(cancelled_at__isnull=True, cancel_reason="")),
                name="order_cancelled_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.no

    def expired(self, now: datetime) -> bool:
        """Whether it waits for its payment longer than it may."""
        return self.status == self.Status.UNPAID and self.expires_at <= now

    @property
    def return_days(self) -> int:
        """Its return period: the longest of its lines'."""
        return max(line.returnable_days for line in self.lines.all())


class OrderLine(models.Model):
    """One product in an order, as it was when the order was placed."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    zone_key = models.SlugField(max_length=40)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120)
    quantity = models.PositiveIntegerField()
    price_fen = models.BigIntegerField()
    cost_fen = models.BigIntegerField()
    returnable_days = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="order_line_place"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, price_fen__gt=0, cost_fen__gte=0),
                name="order_line_amounts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.name_zh}"

    @property
    def name(self) -> str:
        """The name in the language of the page, as it was when the order was placed."""
        return in_language(self.name_zh, self.name_en)

    @property
    def total_fen(self) -> int:
        return self.quantity * self.price_fen

    @property
    def total_cost_fen(self) -> int:
        return self.quantity * self.cost_fen
