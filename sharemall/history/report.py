"""The refused rows of an import, as a file and as figures."""

import csv
import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count

from sharemall.history.lines import Row
from sharemall.history.mapping import Map
from sharemall.history.models import OrderImport, Refusal
from sharemall.history.rows import Reader

COLUMNS = ("refused_line", "refused_id", "refused_reason")
EXAMPLES = 10


class Example(NamedTuple):
    """A refused row as the screen shows it."""

    line: int
    reason: str


def note(found: OrderImport, refused: Iterable[tuple[Row, str]]) -> None:
    """Keep rows with the reasons why they are refused."""
    Refusal.objects.bulk_create(
        Refusal(order_import=found, line=row.line, reason=reason, fields=json.dumps(row.fields))
        for row, reason in refused
    )


@transaction.atomic  # the rows come from a cursor of the database, however many there are
def write(
    found: OrderImport, path: Path, *, used: Map, header: Sequence[str], reader: Reader
) -> None:
    """Write the refused rows, in the file's order; no file if there are none.

    Encoding and delimiter are the map's, so that mended rows can be imported with the same map.
    The file appears whole or not at all.
    """
    if not found.refused and not found.rejected:
        return
    unfinished = path.with_name(path.name + ".part")
    encoding = "utf-8-sig" if used.encoding == "utf-8" else used.encoding
    with unfinished.open("w", encoding=encoding, newline="") as file:
        out = csv.writer(file, delimiter=used.delimiter)
        out.writerow([*COLUMNS, *header])
        for refusal in found.refusals.order_by("line").iterator():
            row = Row(refusal.line, json.loads(refusal.fields), "")
            out.writerow([refusal.line, reader.order_id(row), refusal.reason, *row.fields])
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def reasons(found: OrderImport) -> list[tuple[str, int]]:
    """Each reason and how many rows it has, the most frequent first."""
    counted = found.refusals.values_list("reason").annotate(count=Count("id"))
    return list(counted.order_by("-count", "reason"))


def examples(found: OrderImport) -> list[Example]:
    """The first refused rows."""
    rows = found.refusals.order_by("line").values_list("line", "reason")
    return [Example(*row) for row in rows[:EXAMPLES]]
