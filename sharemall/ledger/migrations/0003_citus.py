"""The ledger's functions on Citus as on one machine.

- `ledger_distributed` tells whether a table is spread over Citus' nodes.
- A month's partition is guarded as its parent is: Citus refuses triggers on distributed tables.
- The BRIN index of a distributed month is brought up to date on the shards, where its rows are.
  In the transaction that makes the month they cannot be reached yet; the next close does it.
- `ledger_settled` finishes what a node that died between PREPARE and COMMIT left open. Until then
  reads give the rows from before, and the next batch would write over what the last one did.
"""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("sharemall.ledger.migrations.0002_guard").MONTH

FUNCTIONS = """
CREATE FUNCTION ledger_distributed(name text) RETURNS boolean
    LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
BEGIN
    IF to_regclass('pg_catalog.pg_dist_partition') IS NULL THEN
        RETURN false;
    END IF;
    RETURN EXISTS (SELECT FROM pg_catalog.pg_dist_partition
                   WHERE logicalrelid = to_regclass(name));
END $$;

CREATE FUNCTION ledger_settled() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF ledger_distributed('ledger_balance') THEN
        PERFORM pg_catalog.recover_prepared_transactions();
    END IF;
END $$;

CREATE OR REPLACE FUNCTION ledger_dividend_month(of_day date) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    first date := date_trunc('month', of_day)::date;
    name text := 'ledger_dividend_' || to_char(of_day, 'YYYYMM');
BEGIN
    IF to_regclass(name) IS NOT NULL THEN
        RETURN;
    END IF;
    EXECUTE format('CREATE TABLE %I PARTITION OF ledger_dividend FOR VALUES FROM (%L) TO (%L)',
                   name, first, (first + interval '1 month')::date);
    IF NOT ledger_distributed('ledger_dividend') THEN
        EXECUTE format('CREATE TRIGGER refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON %I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()', name);
    END IF;
END $$;

CREATE OR REPLACE FUNCTION ledger_dividend_index(of_day date) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    part regclass := to_regclass('ledger_dividend_' || to_char(of_day, 'YYYYMM'));
    summarise text := 'SELECT sum(brin_summarize_new_values(indexrelid)) FROM pg_index'
        ' JOIN pg_class c ON c.oid = indexrelid JOIN pg_am m ON m.oid = c.relam'
        ' WHERE indrelid = %L::regclass AND m.amname = ''brin''';
BEGIN
    IF NOT ledger_distributed('ledger_dividend') THEN
        EXECUTE format(summarise, part);
    ELSIF (SELECT xmin <> pg_current_xact_id()::xid FROM pg_class WHERE oid = part) THEN
        PERFORM success FROM run_command_on_shards(part, replace(summarise, '%L', '''%s'''));
    END IF;
END $$;
"""

UNDO = f"""
{BEFORE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")}
DROP FUNCTION ledger_settled, ledger_distributed;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_guard")]

    operations = [migrations.RunSQL(FUNCTIONS, UNDO)]
