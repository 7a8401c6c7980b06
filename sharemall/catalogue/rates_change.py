"""What other rates mean for the goods on sale, and taking off sale what does not fit them.

A saved product is checked against the scheme in force, under the shared lock of `fit`. So once a
scheme is in force, whoever holds the exclusive lock for a moment sees all that was checked against
the one before; what is saved later is checked against the new one. `unfit` does that, and
`take_off` works through what it found: product rows first, then the lock (docs/locking.md).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet

from sharemall.catalogue import fit
from sharemall.catalogue.fit import Misfit, Misfits
from sharemall.catalogue.models import Product
from sharemall.engine.scheme import Scheme

AT_ONCE = 200
SHOWN = 20


class Unfit(NamedTuple):
    """What a scheme leaves no room for: products in zones it does not have, and misfits."""

    gone: list[Product]  # the first of them, with their zones
    gone_count: int
    misfits: Misfits


class OffSale(NamedTuple):
    """A product that was taken off sale; `misfit` None: its zone has no rates any more."""

    product: Product
    misfit: Misfit | None


def look(scheme: Scheme, now: datetime) -> Unfit:
    """What is on sale now and would not fit this scheme, in force or not. Takes no lock."""
    gone = _in_gone_zones(scheme)
    first = list(gone.select_related("zone").order_by("zone_id", "id")[:SHOWN])
    return Unfit(first, gone.count(), fit.check_scheme(scheme, now))


@transaction.atomic
def unfit(scheme: Scheme, now: datetime) -> list[int]:
    """The ids of all products on sale that may not fit this scheme, by id.

    Waits for whoever is saving goods, and they for it: the exclusive lock, for this look.
    """
    fit.lock(shared=False)
    gone = _in_gone_zones(scheme).values_list("pk", flat=True)
    return sorted({*gone, *fit.doubtful(scheme, now)})


@transaction.atomic
def take_off(scheme: Scheme, ids: Sequence[int], now: datetime) -> list[OffSale]:
    """Take those of these products off sale that do not fit the scheme; orders that hold one go on.

    Locks the rows, the lower id first, then takes the shared lock of `fit`.
    """
    rows = Product.objects.select_for_update(no_key=True).filter(pk__in=ids, on_sale=True)
    locked = list(rows.order_by("pk"))
    fit.lock(shared=True)
    found = [OffSale(one, None) for one in locked if one.zone_id not in scheme.zones]
    fitting = [one.pk for one in locked if one.zone_id in scheme.zones]
    for misfits in fit.misfits_among(scheme, fitting, now):
        worst = max(misfits, key=lambda misfit: misfit.over_fen)
        found.append(OffSale(worst.product, worst))
    Product.objects.filter(pk__in=[one.product.pk for one in found]).update(on_sale=False)
    return found


def _in_gone_zones(scheme: Scheme) -> QuerySet[Product]:
    return Product.objects.filter(on_sale=True).exclude(zone_id__in=list(scheme.zones))
