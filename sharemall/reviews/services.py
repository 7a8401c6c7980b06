"""Writes: what buyers say of what they bought. The product's counters change with its reviews.

Locks: the review's own row (a new one waits for its twin at the unique line), then the product's.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.db.models import F

from sharemall.catalogue import pictures as pictures_of
from sharemall.catalogue.models import Product
from sharemall.compliance import claims
from sharemall.members.models import Member
from sharemall.orders.models import Order, OrderLine
from sharemall.reviews.models import MOST_CHARACTERS, MOST_PICTURES, Review, ReviewPicture

FOLDER = "reviews"


class Refusal(StrEnum):
    """Why a review was not written."""

    BAD_STARS = "bad_stars"
    TOO_LONG = "too_long"
    TOO_MANY_PICTURES = "too_many_pictures"
    NOT_COMPLETED = "not_completed"
    WRITTEN_ALREADY = "written_already"


class Refused(Exception):
    """A service refused and changed nothing."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


def write(
    *,
    member: Member,
    order_no: str,
    position: int,
    stars: int,
    text: str,
    pictures: Sequence["File[bytes]"] = (),
    now: datetime,
) -> Review:
    """Review one line of the member's completed order, once; the product's rating counts it.

    Raises OrderLine.DoesNotExist for another's line, Refused, BlockedClaims for the text and
    UnreadablePicture (catalogue.pictures), having changed nothing.
    """
    line = OrderLine.objects.select_related("order", "product").get(
        order__no=order_no, order__member=member, position=position
    )
    text = text.replace("\r\n", "\n").replace("\0", "").strip()
    if refusal := _why_not(line, stars, text, pictures):
        raise Refused(refusal)
    claims.refuse([text])
    names: list[str] = []
    try:
        # Pictures are drawn anew before the transaction: it takes a moment.
        for picture in pictures:
            names.append(pictures_of.store(picture, FOLDER, drawings=False))
        return _insert(line, member, stars, text, names, now)
    except BaseException:
        for name in names:
            pictures_of.discard(name)
        raise


def _why_not(
    line: OrderLine, stars: int, text: str, pictures: Sequence["File[bytes]"]
) -> Refusal | None:
    if line.order.status != Order.Status.COMPLETED:
        return Refusal.NOT_COMPLETED
    if not 1 <= stars <= 5:
        return Refusal.BAD_STARS
    if len(text) > MOST_CHARACTERS:
        return Refusal.TOO_LONG
    if len(pictures) > MOST_PICTURES:
        return Refusal.TOO_MANY_PICTURES
    written = Review.objects.filter(line=line).exists()
    return Refusal.WRITTEN_ALREADY if written else None


def _insert(
    line: OrderLine, member: Member, stars: int, text: str, names: Sequence[str], now: datetime
) -> Review:
    try:
        with transaction.atomic():
            review = Review.objects.create(
                line=line,
                product=line.product,
                member=member,
                stars=stars,
                text=text,
                written_at=now,
            )
            ReviewPicture.objects.bulk_create(
                _picture(review, name, place) for place, name in enumerate(names)
            )
            _count(review, 1)
    except IntegrityError as error:
        if Review.objects.filter(line=line).exists():
            raise Refused(Refusal.WRITTEN_ALREADY) from error
        raise
    return review


def _picture(review: Review, name: str, place: int) -> ReviewPicture:
    width, height = pictures_of.size(name) or (0, 0)
    return ReviewPicture(review=review, picture=name, width=width, height=height, position=place)


def hide(*, review_id: int) -> Review:
    """Show a review to nobody any more and count it no longer; a second call changes nothing.

    Raises Review.DoesNotExist.
    """
    return _set_shown(review_id, shown=False)


def show(*, review_id: int) -> Review:
    """Show a hidden review again, as `hide`."""
    return _set_shown(review_id, shown=True)


@transaction.atomic
def _set_shown(review_id: int, *, shown: bool) -> Review:
    found = Review.objects.filter(pk=review_id, is_shown=not shown)
    changed = found.update(is_shown=shown)
    review = Review.objects.get(pk=review_id)
    if changed:
        _count(review, 1 if shown else -1)
    return review


def _count(review: Review, change: int) -> None:
    Product.objects.filter(pk=review.product_id).update(
        rating_sum=F("rating_sum") + change * review.stars,
        rating_count=F("rating_count") + change,
    )
