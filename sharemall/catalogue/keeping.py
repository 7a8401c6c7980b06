"""What a member keeps of the catalogue: favourites, and what was looked at."""

from datetime import datetime

from django.db import transaction

from sharemall.catalogue.errors import Gone
from sharemall.catalogue.models import Favourite, Product, Visit

MOST_VISITS = 200
MOST_FAVOURITES = 1000


@transaction.atomic
def save_favourite(*, member_id: int, product_id: int, on: bool, now: datetime) -> None:
    """Keep a product for a member, or no longer; the same again changes nothing. Raises Gone.

    Beyond a thousand the oldest make room.
    """
    if not on:
        Favourite.objects.filter(member_id=member_id, product_id=product_id).delete()
        return
    _require(product_id)
    row = Favourite(member_id=member_id, product_id=product_id, added_at=now)
    Favourite.objects.bulk_create([row], ignore_conflicts=True)
    mine = Favourite.objects.filter(member_id=member_id).order_by("-added_at", "-id")
    Favourite.objects.filter(
        pk__in=list(mine.values_list("pk", flat=True)[MOST_FAVOURITES:])
    ).delete()


@transaction.atomic
def note_visit(*, member_id: int, product_id: int, now: datetime) -> None:
    """Remember that a member looked at a product; the newest 200 are kept. Raises Gone."""
    _require(product_id)
    Visit.objects.bulk_create(
        [Visit(member_id=member_id, product_id=product_id, seen_at=now)],
        update_conflicts=True,
        unique_fields=["member", "product"],
        update_fields=["seen_at"],
    )
    mine = Visit.objects.filter(member_id=member_id).order_by("-seen_at", "-id")
    Visit.objects.filter(pk__in=list(mine.values_list("pk", flat=True)[MOST_VISITS:])).delete()


@transaction.atomic
def forget_visits(*, member_id: int) -> None:
    """Empty a member's history."""
    Visit.objects.filter(member_id=member_id).delete()


def _require(product_id: int) -> None:
    if not Product.objects.filter(pk=product_id).exists():
        raise Gone(str(product_id))
