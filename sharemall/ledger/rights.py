"""What the application may do in the database: everything but change what is written for good.

The triggers refuse a change of the journal whoever tries; these rights refuse it once more, and
keep the application from removing the triggers, for which it would have to own the tables. What
dividends come to is added up by a trigger with the owner's rights, and by nobody else.
"""

from django.db import connection
from psycopg import sql

# Spread over Citus' nodes, entries, dividends and their months have no triggers: they are named.
PROTECTED = """
SELECT c.oid::regclass::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE t.tgname = 'refuse' AND c.relnamespace = current_schema()::regnamespace
UNION SELECT unnest(ARRAY['ledger_entry', 'ledger_dividend', 'ledger_dividendmonth'])
UNION SELECT inhrelid::regclass::text FROM pg_inherits
WHERE inhparent = 'ledger_dividend'::regclass
"""
GRANTS = (
    "GRANT USAGE ON SCHEMA {schema} TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
)


def grant(role: str) -> None:
    """Give a role the application's rights on all tables as they are now; idempotent."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        names = {"schema": sql.Identifier(cursor.fetchone()[0]), "role": sql.Identifier(role)}
        for statement in GRANTS:
            cursor.execute(sql.SQL(statement).format(**names))
        cursor.execute(PROTECTED)
        for (table,) in cursor.fetchall():
            revoke = f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {{role}}"
            cursor.execute(sql.SQL(revoke).format(**names))
        cursor.execute(sql.SQL("REVOKE INSERT ON ledger_payout FROM {role}").format(**names))
