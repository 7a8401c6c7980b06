"""Picture files that no row names: looked for, and removed once nobody can come back to them.

A picture is kept before the row that will name it, and stays when the row names another. So a file
is only removed when it was found without a name a day ago and has none still: a form that is
saved meanwhile, an order that is being placed, a look at a draft and a page that is open are over
by then. Files that the mall did not name itself are never touched.
"""

import logging
import os
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import CharField, FileField

from sharemall.catalogue import pictures
from sharemall.catalogue.models import StrayFile

LOG = logging.getLogger(__name__)
GRACE = timedelta(days=1)
MOST_REMOVED = 1_000  # pictures a sweep; the next one goes on
# What `pictures.store` makes: a picture, one of its narrower forms, a drawing.
MADE = re.compile(r"(?P<stem>[0-9a-f]{24}(?:-\d+x\d+)?)(?:-\d+)?\.(?P<kind>webp|svg)", re.ASCII)

FOUND = "CREATE TEMP TABLE catalogue_found ON COMMIT DROP AS SELECT ''::text AS name WITH NO DATA"
NAMED = "DELETE FROM catalogue_found f USING {table} t WHERE t.{column} = f.name"
# A text may show a narrower form: it holds the whole picture.
WRITTEN = r"""
DELETE FROM catalogue_found f USING (
    SELECT regexp_replace(found[1], '(-\d+x\d+)-\d+\.webp$', '\1.webp') AS name
    FROM {table} t, regexp_matches(t.{column}, %s || '([\w./-]+)', 'g') AS found
    WHERE strpos(t.{column}, %s) > 0
) w WHERE w.name = f.name
"""
NO_STRAYS = """
DELETE FROM catalogue_strayfile s
WHERE NOT EXISTS (SELECT FROM catalogue_found f WHERE f.name = s.name)
"""
STRAYS = """
INSERT INTO catalogue_strayfile (name, since) SELECT DISTINCT name, %s::timestamptz
FROM catalogue_found ON CONFLICT (name) DO NOTHING
"""


class Column(NamedTuple):
    """A column that names files, or (`is_text`) a text that shows them."""

    table: str
    column: str
    is_text: bool = False


def sweep(now: datetime) -> int:
    """Note what has no name, and remove what had none a day ago; how many pictures went.

    The folders are read through and each column that names files is read once. It locks nothing of
    others. Killed between the two, the next one goes on.
    """
    for name in (due := _note(now)):
        pictures.discard(name)
    StrayFile.objects.filter(name__in=due).delete()
    if due:
        LOG.info("%s pictures that nothing names any more are removed", len(due))
    return len(due)


@transaction.atomic
def _note(now: datetime) -> list[str]:
    """Write down what has no name now; the names that may go, at most MOST_REMOVED."""
    with connection.cursor() as cursor:
        cursor.execute(FOUND)
        with cursor.copy("COPY catalogue_found FROM STDIN") as rows:
            for name in _files():
                rows.write_row([name])
        cursor.execute("ANALYZE catalogue_found")
        for one in columns():
            _take_out(cursor, one)
        cursor.execute(NO_STRAYS)
        cursor.execute(STRAYS, [now])
        cursor.execute("DROP TABLE catalogue_found")
    old = StrayFile.objects.filter(since__lte=now - GRACE).order_by("since", "name")
    return list(old.values_list("name", flat=True)[:MOST_REMOVED])


def columns() -> list[Column]:
    """Every column of the mall that names files: file fields, texts called `picture`, and HTML.

    A model with sanitised HTML says so: `HTML` are the columns of it.
    """
    found = []
    for model in apps.get_models():
        table = model._meta.db_table
        for field in model._meta.concrete_fields:
            is_name = isinstance(field, CharField) and field.name == "picture"
            if isinstance(field, FileField) or is_name:
                found.append(Column(table, str(field.column)))
        for name in getattr(model, "HTML", ()):
            found.append(Column(table, name, is_text=True))
    return found


def _take_out(cursor: CursorWrapper, one: Column) -> None:
    table, column = connection.ops.quote_name(one.table), connection.ops.quote_name(one.column)
    if one.is_text:
        media = settings.MEDIA_URL
        cursor.execute(WRITTEN.format(table=table, column=column), [re.escape(media), media])
    else:
        cursor.execute(NAMED.format(table=table, column=column))


def _files() -> Iterator[str]:
    """Every picture of the media by its name for a file field, from disk; some more than once."""
    root = Path(default_storage.path(""))
    for folder in sorted(_folders()):
        for above, _below, files in os.walk(root / folder):
            place = Path(above).relative_to(root).as_posix()
            for file in files:
                if made := MADE.fullmatch(file):
                    yield f"{place}/{made['stem']}.{made['kind']}"


def _folders() -> set[str]:
    """Where pictures are kept."""
    fields = (field for model in apps.get_models() for field in model._meta.concrete_fields)
    return {str(field.upload_to).strip("/") for field in fields if isinstance(field, FileField)}
