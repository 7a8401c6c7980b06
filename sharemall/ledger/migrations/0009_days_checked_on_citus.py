"""On Citus a closed day is compared with its dividends by the rights of whoever closes it.

There no trigger adds up the dividends as they are written, so the check reads them, in the
transaction that wrote them; Citus lets no transaction read as one role what it wrote as another.
On one machine the check needs the owner's rights, since nobody else may write sums.
"""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("sharemall.ledger.migrations.0002_guard").BALANCED
NOW = import_module("sharemall.ledger.migrations.0006_dividends_beside").PAYOUT
SPREAD = "ledger_distributed('ledger_dividend')"
RETURN = "\n    IF {} THEN\n        RETURN NULL;\n    END IF;"
# The function as it was when dividends were read; and as it is where their sums are kept.
READS = BEFORE[
    BEFORE.index("CREATE FUNCTION ledger_day_matches") : BEFORE.index("CREATE TRIGGER matches")
]
KEPT = NOW[NOW.index("CREATE OR REPLACE FUNCTION ledger_day_matches") :]

OWN_TABLES = """
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION ledger_day_matches SET search_path = %I, pg_temp',
                   current_schema());
END $$;
"""
TRIGGER = """
CREATE TRIGGER matches_spread AFTER INSERT ON ledger_day
    FOR EACH ROW EXECUTE FUNCTION ledger_spread_day_matches();
"""


def unless(condition: str, function: str) -> str:
    """The function, which does nothing under this condition."""
    begin = function.index("\nBEGIN") + len("\nBEGIN")
    return function[:begin] + RETURN.format(condition) + function[begin:]


class Migration(migrations.Migration):
    dependencies = [("ledger", "0008_totals_in_the_index")]

    operations = [
        migrations.RunSQL(
            unless(SPREAD, KEPT)
            + OWN_TABLES
            + unless(
                f"NOT {SPREAD}",
                READS.replace("ledger_day_matches", "ledger_spread_day_matches"),
            )
            + TRIGGER,
            f"DROP FUNCTION ledger_spread_day_matches CASCADE; {KEPT} {OWN_TABLES}",
        ),
    ]
