"""Writes of the staff's own: a stock changed by hand, with the reason beside it."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from sharemall.catalogue import services as catalogue
from sharemall.catalogue.models import Variant
from sharemall.console.models import StockChange
from sharemall.members.models import Member


def change_stock(
    *,
    variant_id: int,
    by: int,
    reason: str,
    note: str,
    key: UUID,
    member: Member,
    now: datetime,
) -> bool:
    """Put so many pieces in (or take them out, below 0) and note why; the same key moves nothing.

    Gives whether this call moved it. Raises what catalogue.services.change_stock raises (less
    than nothing would be left), having changed nothing.
    """
    if StockChange.objects.filter(key=key).exists():
        return False
    try:
        with transaction.atomic():
            # The note first: a twin of this form waits here, and finds the key taken.
            StockChange.objects.create(
                key=key,
                variant=Variant(pk=variant_id),
                by=by,
                reason=reason,
                note=note,
                member=member,
                at=now,
            )
            catalogue.change_stock(variant_id=variant_id, by=by)
    except IntegrityError:
        if StockChange.objects.filter(key=key).exists():
            return False
        raise
    return True
