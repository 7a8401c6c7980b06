"""The ledger's functions on Citus as on one machine.

- `ledger_distributed` tells whether a table is spread over Citus' nodes.
- A distributed month has no triggers: Citus refuses them. It is made over a connection of its own,
  since Citus lets no transaction change rows as one role in what it made as another. A close that
  is rolled back leaves an empty month behind, which the next one finds.
- The BRIN index of a distributed month is brought up to date on the shards, where its rows are.
- `ledger_settled` finishes, with the rights of whoever calls it (only the role that prepared a
  transaction may commit it), what a node that died between PREPARE and COMMIT left open.
  Until then reads give the rows from before, and the next batch would write over the last one.
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
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
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
    make text := format('CREATE TABLE IF NOT EXISTS %1$I.%2$I PARTITION OF %1$I.ledger_dividend '
                        'FOR VALUES FROM (%3$L) TO (%4$L)', current_schema(), name,
                        first, (first + interval '1 month')::date);
    made record;
BEGIN
    IF to_regclass(name) IS NOT NULL THEN
        RETURN;
    END IF;
    IF ledger_distributed('ledger_dividend') THEN
        SELECT success, result INTO made FROM run_command_on_coordinator(make);
        IF NOT made.success THEN
            RAISE EXCEPTION 'ledger: Citus could not make %: %', name, made.result;
        END IF;
        RETURN;
    END IF;
    EXECUTE make;
    EXECUTE format('CREATE TRIGGER refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON %I '
                   'FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()', name);
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
    ELSE
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
