"""A day's dividends may be committed before their day: what the database adds up and guards then.

- As dividends are written, a day a statement, a trigger keeps their sums in one row: the day is compared with
  that instead of reading its rows again, and no day's dividends can be written twice, however late
  the second time comes. Dividends of any day up to the last closed one are refused.
- `ledger_discard_ahead` removes the dividends behind the last closed day, and nothing else. It
  waits for whoever closes a day, and then looks which is the last one: under an isolation that
  would show it an earlier moment it refuses. It runs with the owner's rights.
- On Citus there is no trigger on dividends: the day's rows are read there, as before.
"""

from importlib import import_module

from django.db import migrations, models

GUARD = import_module("sharemall.ledger.migrations.0002_guard").BALANCED
BEFORE = import_module("sharemall.ledger.migrations.0004_months").OPEN_DAY

LOCK = 0x5348415245  # the writer's

REFUSE = """
CREATE TRIGGER refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_payout
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
"""
PAYOUT = """
CREATE FUNCTION ledger_pay_out(of_day date, funds numeric, honours numeric) RETURNS void
    LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_payout (day, fund_micro, honour_micro) VALUES (of_day, funds, honours)
        ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'ledger: the dividends of % are written already', of_day
            USING ERRCODE = 'unique_violation';
    END IF;
END $$;

CREATE OR REPLACE FUNCTION ledger_day_open() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    first date;
    last date;
    funds numeric;
    honours numeric;
BEGIN
    SELECT min(day), max(day), sum(fund_micro), sum(honour_micro)
        INTO first, last, funds, honours FROM added;
    IF first <> last THEN
        RAISE EXCEPTION 'ledger: a statement writes dividends of one day, not of % to %', first, last
            USING ERRCODE = 'check_violation';
    ELSIF EXISTS (SELECT FROM ledger_day WHERE day >= first) THEN
        RAISE EXCEPTION 'ledger: a closed day takes no more dividends'
            USING ERRCODE = 'check_violation';
    ELSIF first IS NOT NULL THEN
        PERFORM ledger_pay_out(first, funds, honours);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION ledger_day_matches() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    funds numeric;
    honours numeric;
    control numeric;
BEGIN
    SELECT fund_micro, honour_micro INTO funds, honours FROM ledger_payout WHERE day = NEW.day;
    IF NOT FOUND THEN
        SELECT coalesce(sum(fund_micro), 0), coalesce(sum(honour_micro), 0) INTO funds, honours
            FROM ledger_dividend WHERE day = NEW.day;
        PERFORM ledger_pay_out(NEW.day, funds, honours);
    END IF;
    SELECT coalesce(sum(e.cash_micro), 0) INTO control
        FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
        WHERE a.key = '.dividends' AND e.position = NEW.position;
    IF funds <> NEW.dividend_paid_micro OR honours <> NEW.honor_paid_micro
        OR control <> funds + honours THEN
        RAISE EXCEPTION 'ledger: the dividends of % (% and %) do not match the day (% and %) and its entry (%)',
            NEW.day, funds, honours, NEW.dividend_paid_micro, NEW.honor_paid_micro, control
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
"""
DISCARD = f"""
CREATE FUNCTION ledger_discard_ahead() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    ahead date;
    month text;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'ledger: what was written ahead is discarded at READ COMMITTED only';
    END IF;
    PERFORM pg_advisory_xact_lock({LOCK});
    FOR ahead IN SELECT day FROM ledger_payout
        WHERE day > (SELECT coalesce(max(day), '-infinity') FROM ledger_day)
    LOOP
        month := 'ledger_dividend_' || to_char(ahead, 'YYYYMM');
        EXECUTE format('ALTER TABLE %I DISABLE TRIGGER refuse', month);
        EXECUTE format('DELETE FROM %I WHERE day = %L', month, ahead);
        EXECUTE format('ALTER TABLE %I ENABLE TRIGGER refuse', month);
    END LOOP;
    ALTER TABLE ledger_payout DISABLE TRIGGER refuse;
    DELETE FROM ledger_payout
        WHERE day > (SELECT coalesce(max(day), '-infinity') FROM ledger_day);
    ALTER TABLE ledger_payout ENABLE TRIGGER refuse;
END $$;
"""
# Temporary tables last: what runs with the owner's rights must not take a caller's for the ledger's.
OWN_TABLES = """
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['ledger_pay_out', 'ledger_day_open', 'ledger_day_matches',
                                'ledger_discard_ahead'] LOOP
        EXECUTE format('ALTER FUNCTION %I SET search_path = %I, pg_temp', name, current_schema());
    END LOOP;
END $$;
"""
MATCHES_BEFORE = GUARD[
    GUARD.index("CREATE FUNCTION ledger_day_matches") : GUARD.index("CREATE TRIGGER matches")
].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
# What is written ahead must go: nothing would hide it any more.
UNDO = f"""
SELECT ledger_discard_ahead();
{BEFORE}
ALTER FUNCTION ledger_day_open() RESET ALL;
{MATCHES_BEFORE}
ALTER FUNCTION ledger_day_matches() RESET ALL;
DROP FUNCTION ledger_discard_ahead, ledger_pay_out;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_closes_on_record")]

    operations = [
        migrations.CreateModel(
            name="Payout",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("fund_micro", models.BigIntegerField()),
                ("honour_micro", models.BigIntegerField()),
            ],
        ),
        migrations.RunSQL(REFUSE, "DROP TRIGGER refuse ON ledger_payout"),
        migrations.RunSQL(PAYOUT + DISCARD + OWN_TABLES, UNDO),
    ]
