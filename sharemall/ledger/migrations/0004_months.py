"""A member's dividends of a month in one row, made once the month is over and never changed.

The index of the days themselves covers twice as many pages an entry as before: a member's page
reads all of the open month's, and it is half as large now. Django's second indexes on texts, for
LIKE, are gone: under the collation "C" the first ones serve for that too. The queue, whose rows
live for moments, is vacuumed by their number and not by a share of the table.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

REFUSE = """
CREATE TRIGGER refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_month
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_dividendmonth
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
"""
INDEX = """
DROP INDEX ledger_dividend_where;
CREATE INDEX ledger_dividend_where ON ledger_dividend
    USING brin (account_id, day) WITH (pages_per_range = 16);
"""
LIKE = """
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()
        AND tablename IN ('ledger_event', 'ledger_application', 'ledger_account')
        AND right(indexname, 5) = '_like'
    LOOP
        EXECUTE format('DROP INDEX %I', name);
    END LOOP;
END $$;
"""
QUEUE = """
ALTER TABLE ledger_pending
    SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
"""
OPEN_DAY = """
CREATE OR REPLACE FUNCTION ledger_day_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    first date;
    last date;
BEGIN
    SELECT min(day), max(day) INTO first, last FROM added;
    IF EXISTS (SELECT FROM ledger_day WHERE day >= first AND day <= last) THEN
        RAISE EXCEPTION 'ledger: a closed day takes no more dividends'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
"""
UNDO = """
DROP TRIGGER refuse ON ledger_month;
DROP TRIGGER refuse ON ledger_dividendmonth;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_citus")]

    operations = [
        migrations.CreateModel(
            name="Month",
            fields=[("month", models.DateField(primary_key=True, serialize=False))],
        ),
        migrations.CreateModel(
            name="DividendMonth",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "account_id",
                        "month",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("account_id", models.BigIntegerField()),
                ("month", models.DateField()),
                ("fund_micro", models.BigIntegerField()),
                ("honour_micro", models.BigIntegerField()),
                ("days", ArrayField(models.SmallIntegerField())),
                ("funds_micro", ArrayField(models.BigIntegerField())),
                ("honours_micro", ArrayField(models.BigIntegerField())),
            ],
        ),
        migrations.RunSQL(REFUSE, UNDO),
        migrations.RunSQL(INDEX + LIKE + QUEUE + OPEN_DAY, migrations.RunSQL.noop),
    ]
