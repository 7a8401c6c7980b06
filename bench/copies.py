"""Copies of the ledger's tables, for writing the same rows without the ledger."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

OPTIONS = "SELECT array_to_string(reloptions, ', ') FROM pg_class WHERE oid = %s::regclass"


@contextmanager
def copy_of(cursor: Any, table: str, name: str, *, partitioned_by: str = "") -> Iterator[str]:
    """An empty table laid out as `table` is, gone afterwards; gives its name.

    Columns, constraints, indexes and fill factor are the same; triggers are not copied.
    """
    cursor.execute(OPTIONS, [table])
    (options,) = cursor.fetchone()
    partitions = f" PARTITION BY {partitioned_by}" if partitioned_by else ""
    storage = f" WITH ({options})" if options else ""
    cursor.execute(f"CREATE TABLE {name} (LIKE {table} INCLUDING ALL){partitions}{storage}")
    try:
        yield name
    finally:
        cursor.execute(f"DROP TABLE {name}")
