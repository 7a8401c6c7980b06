"""What staff did that the shop's own rows do not tell."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from sharemall.catalogue.models import Variant


class StockChange(models.Model):
    """A change of a variant's stock by hand: who, when, why. `key` came with the form."""

    class Reason(models.TextChoices):
        DELIVERY = "delivery"  # goods came in
        COUNT = "count"  # the shelf was counted
        DAMAGE = "damage"
        RETURN = "return"  # goods came back
        OTHER = "other"

    key = models.UUIDField(unique=True)
    variant = models.ForeignKey(Variant, models.PROTECT, related_name="+")
    by = models.IntegerField()
    reason = models.CharField(max_length=10, choices=Reason)
    note = models.CharField(max_length=100, blank=True)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["variant", "-id"], name="stock_change_of_variant")]
        constraints = [
            models.CheckConstraint(condition=~Q(by=0), name="stock_change_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.variant_id}: {self.by:+}"


class Import(models.Model):
    """A table that staff handed in: as it came, and what came of each of its rows.

    Until `done_at` the report says what would come of it. `report` is a list of {"number": of the
    row in the file, "name", "state": new, changed, same or fault, "faults": sentences}.
    """

    class Kind(models.TextChoices):
        PRODUCTS = "products"
        STOCK = "stock"
        PARCELS = "parcels"

    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=100, blank=True)  # of the file
    text = models.TextField()
    report = models.JSONField(default=list)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["kind", "-id"], name="import_of_kind")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["products", "stock", "parcels"]), name="import_of_known_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
