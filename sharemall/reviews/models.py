"""Reviews: stars, words and pictures of a line of a completed order."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from sharemall.catalogue.models import Product
from sharemall.orders.models import OrderLine

MOST_PICTURES = 6
MOST_CHARACTERS = 500


class Review(models.Model):
    """What the buyer of one line says of it: once, after the order is completed."""

    line = models.OneToOneField(OrderLine, models.PROTECT, related_name="review")
    product = models.ForeignKey(Product, models.PROTECT, related_name="reviews")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    stars = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=MOST_CHARACTERS, blank=True)
    written_at = models.DateTimeField()
    is_shown = models.BooleanField(default=True)

    # What selectors look up for a product's page; the columns of its pictures on the way to it.
    picture_rows: list[dict[str, Any]]
    shown_pictures: list["ReviewPicture"]

    class Meta:
        indexes = [
            models.Index(
                fields=["product", "-id"], condition=Q(is_shown=True), name="review_of_product"
            ),
            models.Index(fields=["member", "-id"], name="review_of_member"),
            models.Index(fields=["-id"], condition=Q(is_shown=False), name="review_list_of_hidden"),
            models.Index(fields=["-written_at", "-id"], name="review_list_by_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(stars__gte=1, stars__lte=5), name="review_of_one_to_five_stars"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stars}: {self.text[:20]}"

    @property
    def author(self) -> str:
        """The buyer's name as others see it: its first character."""
        return f"{self.member.name[:1]}**"


class ReviewPicture(models.Model):
    """A picture in a review, drawn anew from what was uploaded."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="pictures")
    picture = models.ImageField(upload_to="reviews", width_field="width", height_field="height")
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return str(self.picture.name)
