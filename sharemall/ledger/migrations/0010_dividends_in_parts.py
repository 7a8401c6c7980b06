"""A day's dividends may be written by several statements of one transaction.

Their sums grow with each of them. Once that transaction has ended they stand: a payout can only be
changed by the transaction that made it.
"""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("sharemall.ledger.migrations.0006_dividends_beside")

GROWS = """
DROP TRIGGER refuse ON ledger_payout;
CREATE TRIGGER refuse BEFORE DELETE OR TRUNCATE ON ledger_payout
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER grows BEFORE UPDATE ON ledger_payout
    FOR EACH ROW WHEN (OLD.day <> NEW.day OR OLD.xmin <> pg_current_xact_id()::xid)
    EXECUTE FUNCTION ledger_refuse();

CREATE OR REPLACE FUNCTION ledger_pay_out(of_day date, funds numeric, honours numeric) RETURNS void
    LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_payout AS paid (day, fund_micro, honour_micro)
        VALUES (of_day, funds, honours)
        ON CONFLICT (day) DO UPDATE SET fund_micro = paid.fund_micro + EXCLUDED.fund_micro,
            honour_micro = paid.honour_micro + EXCLUDED.honour_micro
        WHERE paid.xmin = pg_current_xact_id()::xid;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'ledger: the dividends of % are written already', of_day
            USING ERRCODE = 'unique_violation';
    END IF;
END $$;
"""
# As in 0006: temporary tables last, for what runs with the owner's rights.
OWN_TABLES = """
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION ledger_pay_out SET search_path = %I, pg_temp',
                   current_schema());
END $$;
"""
ONCE = BEFORE.PAYOUT[: BEFORE.PAYOUT.index("CREATE OR REPLACE FUNCTION ledger_day_open")].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
UNDO = f"""
DROP TRIGGER grows ON ledger_payout;
DROP TRIGGER refuse ON ledger_payout;
{BEFORE.REFUSE}
{ONCE}
{OWN_TABLES}
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0009_days_checked_on_citus")]

    operations = [migrations.RunSQL(GROWS + OWN_TABLES, UNDO)]
