"""Orders marked as shipped from a list of order numbers, carriers and tracking numbers."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sharemall.console.amounts import narrow
from sharemall.console.forms.orders import CARRIERS
from sharemall.console.imports.table import Head, Line, Told
from sharemall.console.models import Import
from sharemall.console.templatetags.console import STATUSES
from sharemall.members.models import Member
from sharemall.orders import life
from sharemall.orders.models import Order
from sharemall.orders.refusals import Refusal, Refused


class ParcelImport:
    """One parcel a row."""

    name = "parcels"
    heads = (
        Head("order", pgettext_lazy("staff", "Order"), "2611260000000001", is_needed=True),
        Head("carrier", _("Carrier"), CARRIERS[0], is_needed=True),
        Head("tracking", _("Tracking number"), "SF1234567890", is_needed=True),
    )

    def work(
        self, lines: Sequence[Line], *, of: Import, by: Member, now: datetime, for_real: bool
    ) -> list[Told]:
        """Each row by itself; rows that send one order with two parcels are refused all."""
        told = [Told(line.number, line.cells.get("order", "")) for line in lines]
        parcels: dict[str, set[tuple[str, str]]] = {}
        for line in lines:
            parcels.setdefault(line.cells.get("order", ""), set()).add(_parcel(line))
        for line, row in zip(lines, told, strict=True):
            carrier, tracking_no = _parcel(line)
            if not row.name:
                row.fault(say("The order's number is missing."))
            elif len(parcels[row.name]) > 1:
                row.fault(say("Two rows send this order with different parcels."))
            elif not tracking_no.isascii() or not tracking_no.replace("-", "").isalnum():
                row.fault(say("Tracking number: only letters, digits and hyphens."))
            else:
                _ship(row, carrier, tracking_no, now, for_real)
        return told


def _parcel(line: Line) -> tuple[str, str]:
    return line.cells.get("carrier", ""), narrow(line.cells.get("tracking", ""))


def _ship(row: Told, carrier: str, tracking_no: str, now: datetime, for_real: bool) -> None:
    before = Order.objects.filter(no=row.name).values_list("status", flat=True).first()
    try:
        with transaction.atomic():
            life.ship(no=row.name, carrier=carrier, tracking_no=tracking_no, now=now)
            transaction.set_rollback(not for_real)
    except Order.DoesNotExist:
        row.fault(say("There is no such order."))
    except Refused as refused:
        if refused.refusal == Refusal.WRONG_STATE:
            words = STATUSES[str(refused.facts["status"])][0]
            row.fault(say("It is not to be shipped: it is “%(status)s”.") % {"status": words})
        else:
            row.fault(say("Check the carrier and the number."))
    else:
        row.state = "same" if before == Order.Status.SHIPPED else "changed"
