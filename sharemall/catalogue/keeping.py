"""What a member keeps of the catalogue: favourites, and what was looked at."""

from datetime import datetime

from django.db import connection, transaction

from sharemall.catalogue.errors import Gone
from sharemall.catalogue.models import Favourite, Product, Visit

MOST_VISITS = 200
MOST_FAVOURITES = 1000

# A statement does not see what it writes itself: the others are counted without this one.
VISIT = """
WITH old AS (
    DELETE FROM catalogue_visit WHERE id IN (
        SELECT id FROM catalogue_visit
        WHERE member_id = %(member)s AND product_id <> %(product)s
        ORDER BY seen_at DESC, id DESC OFFSET %(others)s
    )
)
INSERT INTO catalogue_visit (member_id, product_id, seen_at)
SELECT %(member)s, id, %(now)s FROM catalogue_product WHERE id = %(product)s
ON CONFLICT (member_id, product_id) DO UPDATE SET seen_at = excluded.seen_at
RETURNING id
"""


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


def note_visit(*, member_id: int, product_id: int, now: datetime) -> None:
    """Remember that a member looked at a product; the newest 200 are kept. Raises Gone.

    One statement, for it comes with a page: the row is written, and what is too old goes.
    """
    others = MOST_VISITS - 1
    with connection.cursor() as cursor:
        cursor.execute(
            VISIT, {"member": member_id, "product": product_id, "now": now, "others": others}
        )
        noted = cursor.fetchone()
    if noted is None:
        raise Gone(str(product_id))


@transaction.atomic
def forget_visits(*, member_id: int) -> None:
    """Empty a member's history."""
    Visit.objects.filter(member_id=member_id).delete()


def _require(product_id: int) -> None:
    if not Product.objects.filter(pk=product_id).exists():
        raise Gone(str(product_id))
