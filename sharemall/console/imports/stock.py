"""Stocks by CSV: so many more or fewer, or what was counted. The same file again moves nothing."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import NAMESPACE_OID, UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from sharemall.catalogue.errors import Gone, NotEnoughStock
from sharemall.catalogue.models import Variant
from sharemall.console import services
from sharemall.console.amounts import narrow
from sharemall.console.forms.orders import MOST_PIECES, StockForm
from sharemall.console.imports.table import Head, Line, Told
from sharemall.console.models import Import, StockChange
from sharemall.members.models import Member

REASONS = {
    **{value: value for value in StockChange.Reason.values},
    "": StockChange.Reason.OTHER,
}


class StockImport:
    """Changes of stocks, a row for each SKU."""

    name = "stock"
    heads = (
        Head("sku", _("SKU"), "tea-100", is_needed=True),
        Head("change", _("Change by"), "20"),
        Head("counted", _("Counted"), ""),
        Head("reason", _("Reason"), "delivery"),
        Head("note", _("Note"), ""),
    )

    def work(
        self, lines: Sequence[Line], *, of: Import, by: Member, now: datetime, for_real: bool
    ) -> list[Told]:
        """Each row by itself; two rows of one SKU are refused both."""
        told = [Told(line.number, line.cells.get("sku", ""), "changed") for line in lines]
        times = Counter(line.cells.get("sku", "") for line in lines)
        found = {row.sku: row for row in Variant.objects.filter(sku__in=list(times))}
        for line, row in zip(lines, told, strict=True):
            sku = line.cells.get("sku", "")
            if not sku:
                row.fault(say("The SKU is missing."))
            elif times[sku] > 1:
                row.fault(say("Two rows have this SKU."))
            elif sku not in found:
                row.fault(say("There is no such SKU."))
            else:
                self._move(found[sku], line, row, _key(of, sku), by, now, for_real)
        return told

    def _move(
        self,
        variant: Variant,
        line: Line,
        row: Told,
        key: UUID,
        by: Member,
        now: datetime,
        for_real: bool,
    ) -> None:
        change = _change(variant, line, row)
        reason = _reason(line, row)
        note = line.cells.get("note", "")
        if len(note) > 100:
            row.fault(say("The note is longer than 100 letters."))
        if row.state == "fault":
            return
        if change == 0:
            row.state = "same"
            return
        try:
            with transaction.atomic():
                moved = services.change_stock(
                    variant_id=variant.pk,
                    by=change,
                    reason=reason,
                    note=note,
                    key=key,
                    member=by,
                    now=now,
                )
                transaction.set_rollback(not for_real)
        except NotEnoughStock:
            row.fault(say("Only %(stock)s are there.") % {"stock": f"{variant.stock:,}"})
        except Gone:
            row.fault(say("There is no such SKU."))
        except ValidationError as error:
            row.fault(" ".join(error.messages))
        else:
            row.state = "changed" if moved else "same"


def _key(of: Import, sku: str) -> UUID:
    """The same for the same file, whoever sends it and how often."""
    mark = hashlib.sha256(of.text.strip().encode()).hexdigest()
    return uuid5(NAMESPACE_OID, f"stock {mark} {sku}")


def _change(variant: Variant, line: Line, row: Told) -> int:
    """How many pieces go in (below 0: out)."""
    change, counted = line.cells.get("change"), line.cells.get("counted")
    if (change is None) == (counted is None):
        row.fault(say("Enter either a change or what was counted."))
        return 0
    number = _whole(change if change is not None else counted or "")
    if number is None or (counted is not None and number < 0):
        row.fault(say("Enter a whole number."))
        return 0
    return number if counted is None else number - variant.stock


def _whole(text: str) -> int | None:
    digits = narrow(text)
    sign = -1 if digits.startswith("-") else 1
    digits = digits.lstrip("+-")
    is_number = digits.isascii() and digits.isdecimal() and len(digits) <= len(str(MOST_PIECES))
    return sign * int(digits) if is_number else None


def _reason(line: Line, row: Told) -> str:
    said = line.cells.get("reason", "")
    titles = {str(title): key for key, title in StockForm.REASONS.items()}
    reason = REASONS.get(said) or titles.get(said)
    if reason is None:
        names = ", ".join(StockChange.Reason.values)
        row.fault(say("The reason is one of these: %(names)s.") % {"names": names})
        return ""
    return str(reason)
