"""The totals of a member's months are in the index of the months, side by side.

Two years of them are 23 rows in 23 places of a table with all the days in it; the page of totals
reads a leaf or two of the index instead. For that the index must know that the rows are old, which
vacuum tells it: the table is vacuumed once a month's rows have come, not by a share of it.
"""

from django.db import migrations

INDEX = """
ALTER TABLE ledger_dividendmonth DROP CONSTRAINT ledger_dividendmonth_pkey;
ALTER TABLE ledger_dividendmonth
    ADD CONSTRAINT ledger_dividendmonth_pkey PRIMARY KEY (account_id, month) {};
"""
TOTALS = "INCLUDE (fund_micro, honour_micro)"
VACUUM = """
ALTER TABLE ledger_dividendmonth
    SET (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 10000);
"""
USUAL = """
ALTER TABLE ledger_dividendmonth
    RESET (autovacuum_vacuum_insert_scale_factor, autovacuum_vacuum_insert_threshold);
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0007_days_by_eight_pages")]

    operations = [
        migrations.RunSQL(INDEX.format(TOTALS), INDEX.format("")),
        migrations.RunSQL(VACUUM, USUAL),
    ]
