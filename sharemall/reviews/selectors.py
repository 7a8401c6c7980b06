"""Reads: reviews of a product and of a member, and what is still to be reviewed.

Pages seek by id: a page deep in the list costs what the first costs.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet

from sharemall.catalogue.rows import columns, row
from sharemall.orders.models import Order, OrderLine
from sharemall.reviews.models import Review, ReviewPicture

PAGE = 20


@dataclass(frozen=True, slots=True)
class Page:
    """Reviews, and the mark of the page after them; None if there is none."""

    reviews: list[Review]
    before: int | None


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of orders, and the mark of the page after them; None if there is none."""

    lines: list[OrderLine]
    before: int | None


def of_product(product_id: int, before: int | None = None, limit: int = PAGE) -> Page:
    """What buyers say of a product, the newest first, with `shown_pictures`; one query.

    Their names are shown by `Review.author` only.
    """
    pictures = ReviewPicture.objects.filter(review=OuterRef("pk"))
    rows = ArraySubquery(pictures.values(all=columns(ReviewPicture)))
    found = Review.objects.filter(product=product_id, is_shown=True).select_related("member")
    page = _page(found.annotate(**{"picture_rows": rows}), before, limit)  # noqa: PIE804 (the type checker knows the field)
    for review in page.reviews:
        review.shown_pictures = [row(ReviewPicture, one) for one in review.picture_rows]
    return page


def mine(member_id: int, before: int | None = None, limit: int = PAGE) -> Page:
    """A member's reviews, hidden ones too, the newest first, with products; two queries."""
    found = Review.objects.filter(member=member_id).select_related("member", "product", "line")
    return _page(found.prefetch_related("pictures"), before, limit)


def of_line(member_id: int, order_no: str, position: int) -> Review | None:
    """The member's review of a line of an order, with pictures; None if there is none."""
    found = Review.objects.filter(
        member=member_id, line__order__no=order_no, line__position=position
    )
    return found.select_related("member", "product", "line").prefetch_related("pictures").first()


def reviewed(lines: Iterable[OrderLine]) -> set[int]:
    """The ids of those lines that have been reviewed; one query."""
    ids = [line.pk for line in lines]
    return set(Review.objects.filter(line__in=ids).values_list("line_id", flat=True))


def to_write(member_id: int, before: int | None = None, limit: int = PAGE) -> Lines:
    """The lines of a member's completed orders without a review, with order and product.

    The newest first; one query.
    """
    found = _to_write(member_id).select_related("order", "product").order_by("-pk")
    if before is not None:
        found = found.filter(pk__lt=before)
    lines = list(found[: limit + 1])
    return Lines(lines[:limit], lines[limit - 1].pk if len(lines) > limit else None)


def count_to_write(member_id: int) -> int:
    """How many lines a member can still review; one query."""
    return _to_write(member_id).count()


def _to_write(member_id: int) -> QuerySet[OrderLine]:
    return OrderLine.objects.filter(
        order__member=member_id,
        order__status=Order.Status.COMPLETED,
        review__isnull=True,
        returned_quantity__lt=F("quantity"),
    )


def _page(found: QuerySet[Review], before: int | None, limit: int) -> Page:
    if before is not None:
        found = found.filter(pk__lt=before)
    reviews = list(found.order_by("-pk")[: limit + 1])
    return Page(reviews[:limit], reviews[limit - 1].pk if len(reviews) > limit else None)
