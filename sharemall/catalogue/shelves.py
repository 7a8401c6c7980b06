"""Pages of products in a chosen order. Seeks: a page deep in a shelf costs what the first costs."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from django.db import models
from django.db.models import F, Func, OrderBy, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

Row = TypeVar("Row", bound=models.Model)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MARK = re.compile(r"([a-z])(-?\d{1,18})_(\d{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Sorting:
    """An order by one column and then by id, both upwards or both downwards.

    `letter` opens its marks, so that the mark of one order says nothing in another.
    """

    letter: str
    column: str
    downwards: bool = False
    of_time: bool = False

    def page(
        self,
        rows: "QuerySet[Row]",
        after: str,
        limit: int,
        *,
        shown: "QuerySet[Row] | None" = None,
        gathered: bool = False,
    ) -> "tuple[list[Row], str]":
        """At most `limit` rows behind the mark, and the mark of the next page (empty: none).

        A mark that is not one of this order is as good as none: the first page comes. `shown`
        adds what is to be shown of the rows once they are chosen; choosing then reads an index
        alone. `gathered` asks for all rows first, then sorts them: better than walking along the
        order where few rows are wanted and nobody knows where they stand.
        """
        if (mark := self._read(after)) is not None:
            pair = Tuple(F(self.column), F("id"))
            rows = rows.filter((TupleLessThan if self.downwards else TupleGreaterThan)(pair, mark))
        chosen = rows.order_by(*self._keys(gathered))[: limit + 1]
        if shown is not None:
            chosen = shown.filter(pk__in=chosen.values("pk")).order_by(*self._keys(False))
        return self.cut(list(chosen), limit)

    def first(self, rows: "QuerySet[Row]", many: int) -> "QuerySet[Row]":
        """The first `many` rows in this order, or fewer."""
        return rows.order_by(*self._keys(False))[:many]

    def cut(self, rows: "list[Row]", limit: int) -> "tuple[list[Row], str]":
        """The first `limit` of rows in this order, and the mark of the rest (empty: none)."""
        page = rows[:limit]
        return page, self.mark(page[-1]) if len(rows) > limit else ""

    def _keys(self, gathered: bool) -> list[OrderBy]:
        # LEAST of one value is this value, but no index is in the order of it.
        first: F | Func = Func(F(self.column), function="LEAST") if gathered else F(self.column)
        return [OrderBy(key, descending=self.downwards) for key in (first, F("id"))]

    def sorted(self, rows: "list[Row]") -> "list[Row]":
        """The rows in this order."""
        return sorted(
            rows, key=lambda row: (getattr(row, self.column), row.pk), reverse=self.downwards
        )

    def mark(self, row: models.Model) -> str:
        """The mark of what stands behind this row."""
        key = getattr(row, self.column)
        if self.of_time:
            key = (key - EPOCH) // MICROSECOND
        return f"{self.letter}{key}_{row.pk}"

    def _read(self, mark: str) -> tuple[Any, int] | None:
        found = MARK.fullmatch(mark)
        if found is None or found[1] != self.letter:
            return None
        key, last_id = int(found[2]), int(found[3])
        if not self.of_time:
            return key, last_id
        try:
            return EPOCH + key * MICROSECOND, last_id
        except OverflowError:
            return None
