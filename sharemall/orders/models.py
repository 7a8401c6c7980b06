"""Carts, orders and their lines. What was agreed is copied into orders: products may change."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from sharemall.catalogue.models import FlashPrice, Product, Variant
from sharemall.coupons.models import CouponClaim
from sharemall.language import in_language
from sharemall.merchants.models import Merchant
from sharemall.orders import constraints
from sharemall.payments.models import Payment


class CartLine(models.Model):
    """So many of a variant in the cart of a member, or of a visitor who is not signed in.

    `seen_price_fen` is the price when it was put in or last looked at: the cart says what changed.
    """

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    visitor = models.CharField(max_length=40, null=True)
    variant = models.ForeignKey(Variant, models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField()
    is_selected = models.BooleanField(default=True)
    seen_price_fen = models.BigIntegerField()
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["-added_at", "-id"]
        indexes = [
            models.Index(
                fields=["added_at"], condition=Q(visitor__isnull=False), name="cart_of_visitors"
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["member", "variant"], name="cart_line_of_member"),
            models.UniqueConstraint(fields=["visitor", "variant"], name="cart_line_of_visitor"),
            models.CheckConstraint(
                condition=Q(member__isnull=True, visitor__isnull=False)
                | Q(member__isnull=False, visitor__isnull=True),
                name="cart_of_somebody",
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="cart_line_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.variant_id}"


class Bought(models.Model):
    """How many of a product with a limit a member has ordered and not cancelled."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "product"], name="bought_counted_once"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.quantity} × {self.product_id}"


class Order(models.Model):
    """What one member buys of one merchant, from placing to completion.

    `key` came with the form and is the same for every order of one checkout: with the merchant it
    finds them again. `scheme_version` names the rates: those in force when it was paid, or placed
    if it did not fit them any more. `commission_nano` is the merchant's rate when it was placed.
    `returnable_until` is the end of its return period.

    Amounts: `total_fen` = goods − discount + freight is what the member pays; `subsidy_fen` is the
    part of the discount that the platform pays to the merchant. The four means say how it is paid
    once a plan is made. At completion `contributions_fen` (what goes to the scheme, rounded up),
    `commission_fen` (`coin_commission_fen` of it in coins) and `due_fen` (the merchant's) are
    fixed: total + subsidy = due + contributions + commission + freight + refunded.

    What comes back before completion: `refunded_fen` of the total (`refunded_coins_fen` of it in
    coins, `freight_refunded_fen` of it freight), and `subsidy_back_fen` of the subsidy. The two
    last are taken off their side of that sum. `open_cases` counts its after-sale cases that are
    not over: while there is one, the order does not complete.
    """

    class Status(models.TextChoices):
        UNPAID = "unpaid"
        PAYING = "paying"  # the wallet's part is on its way through the journal
        PAID = "paid"
        SHIPPED = "shipped"
        RECEIVED = "received"
        COMPLETED = "completed"
        CANCELLED = "cancelled"

    class CancelReason(models.TextChoices):
        NONE = ""
        MEMBER = "member"  # the member did not want it any more
        EXPIRED = "expired"  # it was not paid in time
        MERCHANT = "merchant"  # it cannot be delivered
        RETURNED = "returned"  # line by line, all of it was refunded before it was sent

    no = models.CharField(max_length=32, unique=True)
    # Their lists' indexes begin with them.
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="+", db_index=False)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="orders")
    key = models.UUIDField()
    status = models.CharField(max_length=10, choices=Status, default=Status.UNPAID)
    goods_fen = models.BigIntegerField()
    discount_fen = models.BigIntegerField(default=0)
    subsidy_fen = models.BigIntegerField(default=0)
    freight_fen = models.BigIntegerField(default=0)
    total_fen = models.BigIntegerField()
    coins_fen = models.BigIntegerField(default=0)
    balance_fen = models.BigIntegerField(default=0)
    shares_fen = models.BigIntegerField(default=0)
    provider_fen = models.BigIntegerField(default=0)
    refunded_fen = models.BigIntegerField(default=0)
    refunded_coins_fen = models.BigIntegerField(default=0)
    freight_refunded_fen = models.BigIntegerField(default=0)
    subsidy_back_fen = models.BigIntegerField(default=0)
    open_cases = models.PositiveSmallIntegerField(default=0)
    commission_nano = models.BigIntegerField(db_default=0)
    contributions_fen = models.BigIntegerField(default=0)
    commission_fen = models.BigIntegerField(default=0)
    coin_commission_fen = models.BigIntegerField(default=0)
    due_fen = models.BigIntegerField(default=0)
    merchant_claim = models.ForeignKey(
        CouponClaim, models.PROTECT, related_name="+", null=True, blank=True
    )
    platform_claim = models.ForeignKey(
        CouponClaim, models.PROTECT, related_name="+", null=True, blank=True
    )
    ship_name = models.CharField(max_length=40, blank=True)
    ship_phone = models.CharField(max_length=20, blank=True)
    ship_district = models.CharField(max_length=6, blank=True)
    ship_detail = models.CharField(max_length=120, blank=True)
    remark = models.CharField(max_length=200, blank=True)
    carrier = models.CharField(max_length=40, blank=True)
    tracking_no = models.CharField(max_length=40, blank=True)
    scheme_version = models.IntegerField()
    placed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    receive_by = models.DateTimeField(null=True)
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
            models.Index(fields=["status", "-id"], name="order_list_by_status"),
            models.Index(fields=["merchant", "-id"], name="order_list_of_merchant"),
            models.Index(fields=["-placed_at", "-id"], name="order_list_by_day"),
            models.Index(fields=["ship_phone"], name="order_to_phone"),
            models.Index(
                fields=["paid_at"],
                include=["total_fen"],
                condition=Q(paid_at__isnull=False),
                name="order_turnover_by_day",
            ),
            models.Index(
                fields=["expires_at"], condition=Q(status="unpaid"), name="order_closing_next"
            ),
            models.Index(
                fields=["receive_by"], condition=Q(status="shipped"), name="order_arriving_next"
            ),
            models.Index(
                fields=["returnable_until"],
                condition=Q(status="received", open_cases=0),
                name="order_completing_next",
            ),
        ]
        constraints = constraints.OF_ORDER

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
    """One variant in an order, as it was when the order was placed.

    `discount_fen` is its part of the order's coupons, `subsidy_fen` the part of that which the
    platform pays; `coins_fen` its part of the coins that pay the order.

    `refunded_quantity` pieces were refunded, before completion for `refunded_fen` (coins among it
    in the line's proportion, with `subsidy_back_fen` of the subsidy), after it for `goodwill_fen`
    out of the merchant's pocket. `returned_quantity` of them the merchant has (again), of what
    was refunded before completion.
    """

    order = models.ForeignKey(Order, models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    variant = models.ForeignKey(Variant, models.PROTECT, related_name="+")
    flash = models.ForeignKey(FlashPrice, models.PROTECT, related_name="+", null=True)
    zone_key = models.SlugField(max_length=40)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120)
    variant_zh = models.CharField(max_length=60, blank=True)
    variant_en = models.CharField(max_length=120, blank=True)
    picture = models.CharField(max_length=200, blank=True)
    quantity = models.PositiveIntegerField()
    price_fen = models.BigIntegerField()
    cost_fen = models.BigIntegerField()
    discount_fen = models.BigIntegerField(default=0)
    subsidy_fen = models.BigIntegerField(default=0)
    coins_fen = models.BigIntegerField(default=0)
    limited = models.BooleanField(default=False)
    returnable_days = models.PositiveSmallIntegerField()
    refunded_quantity = models.PositiveIntegerField(default=0)
    returned_quantity = models.PositiveIntegerField(default=0)
    refunded_fen = models.BigIntegerField(default=0)
    subsidy_back_fen = models.BigIntegerField(default=0)
    goodwill_fen = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = constraints.OF_LINE

    def __str__(self) -> str:
        return f"{self.quantity} × {self.name_zh}"

    @property
    def name(self) -> str:
        """The name in the language of the page, as it was when the order was placed."""
        return in_language(self.name_zh, self.name_en)

    @property
    def variant_name(self) -> str:
        """The choice in the language of the page, as it was when the order was placed."""
        return in_language(self.variant_zh, self.variant_en)

    @property
    def goods_fen(self) -> int:
        """What it costs before coupons."""
        return self.quantity * self.price_fen

    @property
    def payable_fen(self) -> int:
        """What is paid for it."""
        return self.goods_fen - self.discount_fen

    @property
    def cash_fen(self) -> int:
        """What is paid for it in money: the part that earns."""
        return self.payable_fen - self.coins_fen

    @property
    def refunded_coins_fen(self) -> int:
        """The coins among what was refunded: in the line's proportion, rounded down."""
        if not self.refunded_fen:
            return 0
        return self.coins_fen * self.refunded_fen // self.payable_fen

    @property
    def kept_coins_fen(self) -> int:
        """The coins that pay for it and were not refunded."""
        return self.coins_fen - self.refunded_coins_fen

    @property
    def kept_cash_fen(self) -> int:
        """The money that pays for it and was not refunded: the part that earns."""
        return self.cash_fen - (self.refunded_fen - self.refunded_coins_fen)

    @property
    def kept_fen(self) -> int:
        """What pays for it and was not refunded."""
        return self.payable_fen - self.refunded_fen

    @property
    def kept_subsidy_fen(self) -> int:
        """The subsidy of what was not refunded."""
        return self.subsidy_fen - self.subsidy_back_fen

    @property
    def sold_quantity(self) -> int:
        """The pieces that the merchant is rid of."""
        return self.quantity - self.returned_quantity

    @property
    def kept_cost_fen(self) -> int:
        """What the pieces cost that the merchant is rid of."""
        return self.sold_quantity * self.cost_fen


class Step(models.Model):
    """A step that an order took and that its member is not told yet.

    A trigger writes it when an order's status changes; `telling` takes it off again. Without a
    constraint on the order, so that no step locks it once more.
    """

    order = models.ForeignKey(
        Order, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    status = models.CharField(max_length=10, choices=Order.Status)

    def __str__(self) -> str:
        return f"{self.order_id} {self.status}"
