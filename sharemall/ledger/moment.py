"""Reading all tables as of one moment, wherever they lie."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from sharemall.ledger import citus

# Each of Citus' nodes takes its snapshot when it is first asked. So the writer, who changes the
# pool with every batch, is held still until all nodes were asked; LOCK takes no snapshot itself,
# and going back to the savepoint gives it up. One connection a node, or a later one sees more.
HOLD = (
    "SET LOCAL citus.max_adaptive_executor_pool_size = 1",
    "SAVEPOINT held",
    "LOCK TABLE ledger_pool IN SHARE MODE",
    "SELECT account_id FROM ledger_balance LIMIT 1",
    "ROLLBACK TO SAVEPOINT held",
)


@contextmanager
def one_moment() -> Iterator[CursorWrapper]:
    """A read-only transaction whose reads all see the state behind one and the same event."""
    with connection.cursor() as cursor:
        distributed = citus.is_distributed(cursor)
        with transaction.atomic(durable=True):
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            for statement in HOLD if distributed else ():
                cursor.execute(statement)
            yield cursor
