"""The index of the days' dividends covers eight pages an entry again, not sixteen.

A member's page reads all entries of the open month and, of each day, the pages of one: from a disk
that costs more than a longer index does.
"""

from django.db import migrations

INDEX = """
DROP INDEX ledger_dividend_where;
CREATE INDEX ledger_dividend_where ON ledger_dividend
    USING brin (account_id, day) WITH (pages_per_range = {});
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_dividends_beside")]

    operations = [migrations.RunSQL(INDEX.format(8), INDEX.format(16))]
