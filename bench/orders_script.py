"""The bare floor of an order: a hand-written script of the statements that write its rows."""

from typing import Any
from uuid import uuid4

from django.db import connection
from psycopg import sql

# In the order in which rows refer to each other. `{0}` is the number of the copy.
TABLES = (
    ("payments_payment", "id"),
    ("orders_order", "id"),
    ("orders_orderline", "id"),
    ("payments_notice", "id"),
    ("ledger_event", "id"),
    ("ledger_application", "position"),
    ("ledger_entry", "position"),
)
FAR = 10**12  # where the copies' keys begin
CHANGES = """
UPDATE catalogue_variant SET stock = stock - 1 WHERE id = 1 AND stock >= 1;
UPDATE catalogue_variant SET stock = stock - 1 WHERE id = 2 AND stock >= 1;
UPDATE coupons_couponclaim SET order_no = 'script-{0}', used_at = '2026-01-05' WHERE id = {claim};
DELETE FROM orders_cartline WHERE member_id = {member};
COMMIT; BEGIN;
UPDATE payments_payment SET status = status, paid_at = paid_at WHERE id = {0};
UPDATE orders_order SET status = status, paid_at = paid_at WHERE id = {0};
COMMIT; BEGIN;
UPDATE orders_order SET status = status, shipped_at = shipped_at WHERE id = {0};
COMMIT; BEGIN;
UPDATE orders_order SET status = status, completed_at = completed_at WHERE id = {0};
"""
APPLIED = """
UPDATE ledger_balance SET share_micro = share_micro + 1, granted_micro = granted_micro + 1
WHERE account_id IN ({accounts});
UPDATE ledger_pool SET position = position WHERE id = 1;
DELETE FROM ledger_pending WHERE event_id LIKE 'script-{0}-%';
"""


class Script:
    """The rows of the order that was walked last, as the text of a script, again and again."""

    def __init__(self) -> None:
        self.copies = 0
        self.rows = {table: rows_of_last_order(table) for table, _ in TABLES}

    def text(self) -> str:
        """The script of one more order, with keys of its own."""
        from bench import orders_shop

        member = orders_shop.a_member()
        self.copies += 1
        number = FAR + self.copies * 100
        accounts = {row["account_id"] for row in self.rows["ledger_entry"]}
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM coupons_couponclaim WHERE member_id = %s", [member.pk])
            claim = cursor.fetchone()[0]
        facts = {"claim": claim, "member": member.pk}
        facts["accounts"] = ", ".join(map(str, sorted(accounts)))
        placed = [self._inserts(table, number) for table, _ in TABLES[:4]]
        journal = [self._inserts(table, number) for table, _ in TABLES[4:]]
        queued = [
            f"INSERT INTO ledger_pending (event_id) VALUES ('script-{number}-{place}');\n"
            for place, _ in enumerate(self.rows["ledger_event"])
        ]
        return "".join(
            [
                "BEGIN;\n",
                *placed,
                CHANGES.format(number, **facts),
                journal[0],
                *queued,
                "COMMIT; BEGIN;\n",
                *journal[1:],
                APPLIED.format(number, **facts),
                "COMMIT;",
            ]
        )

    def run(self, text: str) -> None:
        """Send the script as it is."""
        connection.connection.execute(text)

    def _inserts(self, table: str, number: int) -> str:
        rows = self.rows[table]
        return insert(table, [renamed(table, row, number, at) for at, row in enumerate(rows)])


def rows_of_last_order(table: str) -> list[dict[str, Any]]:
    """The rows that the last completed order left in a table."""
    from sharemall.orders import sales
    from sharemall.orders.models import Order

    order = Order.objects.filter(status="completed").order_by("-id").first()
    assert order is not None
    ids = sales.event_ids(order)
    wanted = {
        "payments_payment": ("id = %s", order.payment_id),
        "orders_order": ("id = %s", order.pk),
        "orders_orderline": ("order_id = %s", order.pk),
        "payments_notice": ("payment_id = %s", order.payment_id),
        "ledger_event": ("id = ANY(%s)", ids),
        "ledger_application": ("event_id = ANY(%s)", ids),
        "ledger_entry": (
            "position IN (SELECT position FROM ledger_application WHERE event_id = ANY(%s))",
            ids,
        ),
    }
    condition, value = wanted[table]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} WHERE {condition}", [value])
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def renamed(table: str, row: dict[str, Any], number: int, place: int) -> dict[str, Any]:
    """A copy's row: what must be its own is, everything else stays."""
    own: dict[str, Any] = {
        "payments_payment": {"id": number, "no": f"P{number}", "trade_no": f"T{number}"},
        "orders_order": {
            "id": number,
            "no": f"O{number}",
            "payment_id": number,
            "key": uuid4(),
        },
        "orders_orderline": {"id": number + place, "order_id": number},
        "payments_notice": {"id": number, "payment_id": number, "trade_no": f"T{number}"},
        "ledger_event": {"id": f"script-{number}-{place}"},
        "ledger_application": {
            "position": number + row.get("position", 0) % 100,
            "event_id": f"script-{number}-{place}",
        },
        "ledger_entry": {"position": number + row.get("position", 0) % 100},
    }
    return row | own[table]


def insert(table: str, rows: list[dict[str, Any]]) -> str:
    """One statement for all: the entries of an event must balance behind each."""
    columns = sql.SQL(", ").join(map(sql.Identifier, rows[0]))
    values = sql.SQL(", ").join(
        sql.SQL("({})").format(sql.SQL(", ").join(map(sql.Literal, row.values()))) for row in rows
    )
    statement = sql.SQL("INSERT INTO {} ({}) VALUES {};\n").format(
        sql.Identifier(table), columns, values
    )
    return statement.as_string(connection.connection)
