"""Merchants and their freight rules."""

from django.core.validators import FileExtensionValidator
from django.db import models
from django.db.models import Q

from sharemall.language import in_language

PLATFORM = "platform"  # the key of the platform's own shop
ESCROW = "escrow"  # the journal's account that holds coins until an order completes
NANO = 1_000_000_000
PICTURES = FileExtensionValidator(["svg", "png", "jpg", "jpeg", "webp"])


class Merchant(models.Model):
    """A shop in the mall. `key` is its id in the journal: never changed, never reused."""

    key = models.SlugField(primary_key=True, max_length=40)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=80)
    intro_zh = models.CharField(max_length=120, blank=True)
    intro_en = models.CharField(max_length=240, blank=True)
    logo = models.FileField(upload_to="merchants", validators=[PICTURES], blank=True)
    commission_nano = models.BigIntegerField(default=0)
    is_open = models.BooleanField(default=True)
    # Where goods go back to: recipient, phone and address.
    return_to = models.CharField(max_length=200, blank=True, default="", db_default="")
    joined_at = models.DateTimeField()

    class Meta:
        ordering = ["joined_at", "key"]
        constraints = [
            models.CheckConstraint(condition=~Q(key=ESCROW), name="merchant_is_not_the_escrow"),
            models.CheckConstraint(
                condition=Q(commission_nano__gte=0, commission_nano__lt=NANO),
                name="merchant_commission_is_a_part",
            ),
            models.CheckConstraint(
                condition=~Q(key=PLATFORM) | Q(commission_nano=0),
                name="merchant_platform_pays_no_commission",
            ),
        ]

    def __str__(self) -> str:
        return self.name_zh

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return in_language(self.name_zh, self.name_en)

    @property
    def intro(self) -> str:
        """A line about the shop in the language of the page."""
        return in_language(self.intro_zh, self.intro_en)


class FreightRule(models.Model):
    """What sending costs, by region and weight (see `freight.py` for the arithmetic).

    `bands` is a list of {"provinces": [two-digit codes], "first_grams", "first_fen",
    "step_grams", "step_fen"}; the one without provinces is for everywhere else and comes last.
    `unserved` lists the provinces that nothing is sent to. From `free_over_fen` of goods of this
    rule in one order on, sending is free (None: never).
    """

    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="freight_rules")
    name = models.CharField(max_length=40)
    bands = models.JSONField()
    unserved = models.JSONField(default=list, blank=True)
    free_over_fen = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["merchant", "name"], name="freight_rule_named_once"),
            models.CheckConstraint(
                condition=Q(free_over_fen__isnull=True) | Q(free_over_fen__gt=0),
                name="freight_rule_free_over_something",
            ),
        ]

    def __str__(self) -> str:
        return self.name
