"""Where each table of the ledger lies under Citus, and putting it there.

What grows with members and days is spread over the nodes by account; what the one writer reads or
writes event by event stays on the coordinator. Source: docs/scale.md, docs/decisions/0017.
"""

from typing import NamedTuple

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from sharemall.ledger.writer import LOCK

COLUMN = "account_id"


class Place(NamedTuple):
    """Where a table lies: spread over the nodes by account, or whole on the coordinator."""

    table: str
    distributed: bool
    why: str


# Balances first: the others are laid beside them, account by account.
PLACES = (
    Place("ledger_balance", True, "one row an account"),
    Place("ledger_entry", True, "grows with every event"),
    Place("ledger_dividend", True, "one row a member and day; partitioned by month as before"),
    Place("ledger_dividendmonth", True, "one row a member and month"),
    Place("ledger_account", False, "the directory: found by its text, which is no account number"),
    Place("ledger_event", False, "appended in the transaction of the order"),
    Place("ledger_pending", False, "the queue"),
    Place("ledger_application", False, "the hash chain: one row after the other"),
    Place("ledger_pool", False, "one row"),
    Place("ledger_day", False, "one row a day"),
    Place("ledger_payout", False, "one row a day; none on Citus, where the days are read"),
    Place("ledger_month", False, "one row a month"),
    Place("ledger_schemeversion", False, "a few rows"),
    Place("ledger_verification", False, "a few rows"),
    Place("ledger_failedverification", False, "none, if all is well"),
    Place("ledger_closerun", False, "one row a day"),
    Place("ledger_closerunend", False, "one row a day"),
    Place("ledger_tally", False, "one row a day"),
    Place("ledger_tallyline", False, "some sixty rows a day, added up on the nodes"),
)
DISTRIBUTED = tuple(place.table for place in PLACES if place.distributed)

NODES = (
    "SELECT count(*) FROM pg_dist_node WHERE shouldhaveshards AND isactive AND noderole = 'primary'"
)
SETTLING = """
SELECT role, has_function_privilege(role, 'recover_prepared_transactions()', 'EXECUTE')
FROM (SELECT coalesce(%s, current_user::text) AS role) given
"""
# Those of the table and of its partitions; Citus takes no table that has any.
TRIGGERS = """
SELECT quote_ident(tgname), tgrelid::regclass::text FROM pg_trigger
WHERE NOT tgisinternal AND tgrelid IN (
    SELECT %(table)s::regclass UNION ALL
    SELECT inhrelid FROM pg_inherits WHERE inhparent = %(table)s::regclass)
"""
DISTRIBUTE = "SELECT create_distributed_table(%s, %s, colocate_with => %s)"
# The rows are copied to the nodes; what stays behind in the table itself is never read again.
FORGET = "SELECT truncate_local_data_after_distributing_table(%s)"


class NoCitus(Exception):
    """This database cannot spread its tables; the text says what it lacks."""


def plan() -> list[tuple[Place, bool]]:
    """Every table of the ledger with its place, and whether it is distributed already."""
    with connection.cursor() as cursor:
        return [(place, is_distributed(cursor, place.table)) for place in PLACES]


def is_distributed(cursor: CursorWrapper, table: str = DISTRIBUTED[0]) -> bool:
    """Whether the table is spread over Citus' nodes; False on plain PostgreSQL."""
    cursor.execute("SELECT ledger_distributed(%s)", [table])
    return bool(cursor.fetchone()[0])


def apply(writer: str | None = None) -> list[str]:
    """Spread the tables that belong on the nodes, rows included; which of them it moved.

    `writer` is the role that will apply events, if it is another than this connection's.

    One transaction, in which the writer waits; what is spread already stays as it is. The
    triggers of these tables go, as Citus wants it: privileges and `verify` remain. Raises NoCitus.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        _expect_coordinator(cursor)
        _expect_settling(cursor, writer)
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("SELECT ledger_discard_ahead()")  # it can only be done here
        moving = [table for table in DISTRIBUTED if not is_distributed(cursor, table)]
        for table in moving:
            _distribute(cursor, table)
    return moving


def _expect_coordinator(cursor: CursorWrapper) -> None:
    cursor.execute("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')")
    if not cursor.fetchone()[0]:
        raise NoCitus(
            "this database is not on Citus: create the extension citus here and on its nodes"
        )
    cursor.execute("SELECT citus_is_coordinator()")
    if not cursor.fetchone()[0]:
        raise NoCitus("this is one of Citus' nodes: connect to its coordinator")
    cursor.execute(NODES)
    if not cursor.fetchone()[0]:
        raise NoCitus("Citus has no node that takes shards: add one with citus_add_node")


def _expect_settling(cursor: CursorWrapper, writer: str | None) -> None:
    cursor.execute(SETTLING, [writer])
    role, may_settle = cursor.fetchone()
    if not may_settle:
        raise NoCitus(
            f"the role {role} may not finish what a node left open: as superuser,"
            f" GRANT EXECUTE ON FUNCTION recover_prepared_transactions() TO {role}"
        )


def _distribute(cursor: CursorWrapper, table: str) -> None:
    cursor.execute(TRIGGERS, {"table": table})
    for trigger, relation in cursor.fetchall():
        cursor.execute(f"DROP TRIGGER {trigger} ON {relation}")
    beside = "none" if table == DISTRIBUTED[0] else DISTRIBUTED[0]
    cursor.execute(DISTRIBUTE, [table, COLUMN, beside])
    cursor.execute(FORGET, [table])
