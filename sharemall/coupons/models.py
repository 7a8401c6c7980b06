"""Coupons and the members who hold them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from sharemall.language import in_language
from sharemall.merchants.models import NANO, Merchant


class Coupon(models.Model):
    """A reduction that members may claim and use once on an order.

    Without `merchant` it is the platform's and good for every merchant's orders, else for the
    orders of that one. `zone_key` narrows it to the goods of a zone. `funder` pays for it: what
    the platform funds reaches the merchant as a subsidy. Either `off_fen` (amount) or `off_nano`
    (percentage, at most `most_off_fen`) is taken off goods of at least `threshold_fen`.
    `left` is what can still be claimed.
    """

    class Funder(models.TextChoices):
        PLATFORM = "platform"
        MERCHANT = "merchant"

    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=80)
    merchant = models.ForeignKey(
        Merchant, models.PROTECT, related_name="coupons", null=True, blank=True
    )
    funder = models.CharField(max_length=10, choices=Funder)
    zone_key = models.SlugField(max_length=40, blank=True)
    threshold_fen = models.BigIntegerField()
    off_fen = models.BigIntegerField(null=True, blank=True)
    off_nano = models.BigIntegerField(null=True, blank=True)
    most_off_fen = models.BigIntegerField(null=True, blank=True)
    quantity = models.PositiveIntegerField()
    left = models.IntegerField()
    per_member = models.PositiveSmallIntegerField(default=1)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_open = models.BooleanField(default=True)

    class Meta:
        ordering = ["ends_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(left__gte=0, left__lte=F("quantity")), name="coupon_left_of_quantity"
            ),
            models.CheckConstraint(
                condition=Q(off_nano__isnull=True, most_off_fen__isnull=True, off_fen__gt=0)
                & Q(threshold_fen__gt=F("off_fen"))
                | Q(off_fen__isnull=True, off_nano__gt=0, off_nano__lt=NANO, most_off_fen__gt=0)
                & Q(threshold_fen__gt=0),
                name="coupon_takes_a_part_off",
            ),
            models.CheckConstraint(
                condition=Q(funder="platform") | Q(merchant__isnull=False),
                name="coupon_of_a_merchant_that_funds_it",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="coupon_ends_after_its_start"
            ),
            models.CheckConstraint(condition=Q(per_member__gt=0), name="coupon_for_someone"),
        ]

    def __str__(self) -> str:
        return self.name_zh

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return in_language(self.name_zh, self.name_en)


class CouponClaim(models.Model):
    """One coupon in a member's hands; `order_no` is the order that it is used on.

    `number` counts a member's claims of one coupon from 1: the unique constraint keeps them to
    `per_member` in any race.
    """

    coupon = models.ForeignKey(Coupon, models.PROTECT, related_name="claims")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    claimed_at = models.DateTimeField()
    order_no = models.CharField(max_length=32, blank=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["member"], condition=Q(used_at__isnull=True), name="coupon_claim_usable"
            ),
            models.Index(
                fields=["order_no"], condition=~Q(order_no=""), name="coupon_claim_of_order"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["coupon", "member", "number"], name="coupon_claimed_once"
            ),
            models.CheckConstraint(
                condition=Q(order_no="", used_at__isnull=True)
                | ~Q(order_no="") & Q(used_at__isnull=False),
                name="coupon_used_on_an_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.coupon_id}: {self.member_id}"
