"""What Django's migrations cannot say: partitions, storage, and the guards of the ledger.

- Dividends are partitioned by month; `ledger_dividend_month` makes a month's partition and
  `ledger_dividend_index` brings its BRIN index up to date. Both run with the owner's rights, so
  that the application's role needs none on the tables themselves.
- Events, applications, entries and dividends refuse UPDATE, DELETE and TRUNCATE.
- A statement that inserts entries must balance to 0 per event and unit; a closed day must match
  its dividends to the micro-yuan.
"""

from django.db import migrations, models

DIVIDEND = """
CREATE TABLE ledger_dividend (
    account_id bigint NOT NULL,
    day date NOT NULL,
    fund_micro bigint NOT NULL CHECK (fund_micro >= 0),
    honour_micro bigint NOT NULL CHECK (honour_micro >= 0)
) PARTITION BY RANGE (day);
CREATE INDEX ledger_dividend_where ON ledger_dividend
    USING brin (account_id, day) WITH (pages_per_range = 8);
CREATE INDEX ledger_entry_position ON ledger_entry
    USING brin (position) WITH (pages_per_range = 16, autosummarize = on);
ALTER TABLE ledger_balance SET (fillfactor = 45);
"""

REFUSE = """
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ledger: % of % is refused: rows are never changed or removed; a correction is a new event',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_event
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_application
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_dividend
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_day
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_schemeversion
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
"""

BALANCED = """
CREATE FUNCTION ledger_entries_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bad bigint;
BEGIN
    SELECT position INTO bad FROM added GROUP BY position
    HAVING sum(cash_micro) <> 0 OR sum(share_micro) <> 0
        OR sum(coin_micro) <> 0 OR sum(quota_micro) <> 0
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger: the entries of position % do not balance', bad
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER balanced AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_entries_balance();

CREATE FUNCTION ledger_day_matches() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    funds numeric;
    honours numeric;
    control numeric;
BEGIN
    SELECT coalesce(sum(fund_micro), 0), coalesce(sum(honour_micro), 0) INTO funds, honours
        FROM ledger_dividend WHERE day = NEW.day;
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
CREATE TRIGGER matches AFTER INSERT ON ledger_day
    FOR EACH ROW EXECUTE FUNCTION ledger_day_matches();

CREATE FUNCTION ledger_day_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM ledger_day d WHERE d.day >= (SELECT min(day) FROM added)
               AND d.day <= (SELECT max(day) FROM added)) THEN
        RAISE EXCEPTION 'ledger: a closed day takes no more dividends'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER open_day AFTER INSERT ON ledger_dividend
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_day_open();
"""

MONTH = """
CREATE FUNCTION ledger_dividend_month(of_day date) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    first date := date_trunc('month', of_day)::date;
    name text := 'ledger_dividend_' || to_char(of_day, 'YYYYMM');
BEGIN
    IF to_regclass(name) IS NULL THEN
        EXECUTE format('CREATE TABLE %I PARTITION OF ledger_dividend FOR VALUES FROM (%L) TO (%L)',
                       name, first, (first + interval '1 month')::date);
        EXECUTE format('CREATE TRIGGER refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON %I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()', name);
    END IF;
END $$;
CREATE FUNCTION ledger_dividend_index(of_day date) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    part regclass := to_regclass('ledger_dividend_' || to_char(of_day, 'YYYYMM'));
BEGIN
    PERFORM brin_summarize_new_values(indexrelid) FROM pg_index
        JOIN pg_class c ON c.oid = indexrelid JOIN pg_am m ON m.oid = c.relam
        WHERE indrelid = part AND m.amname = 'brin';
END $$;
"""

UNDO = """
DROP TABLE ledger_dividend CASCADE;
DROP FUNCTION ledger_refuse, ledger_entries_balance, ledger_day_matches, ledger_day_open,
    ledger_dividend_month, ledger_dividend_index CASCADE;
DROP INDEX ledger_entry_position;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Dividend",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "account_id",
                                "day",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("account_id", models.BigIntegerField()),
                        ("day", models.DateField()),
                        ("fund_micro", models.BigIntegerField()),
                        ("honour_micro", models.BigIntegerField()),
                    ],
                )
            ],
            database_operations=[
                migrations.RunSQL(DIVIDEND + REFUSE + BALANCED + MONTH, UNDO),
            ],
        )
    ]
