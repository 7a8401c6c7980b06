"""What always holds, as queries that find the first row where it does not.

Each check: its name, a query that gives no row when all is well, and a sentence for the row found.
Sums of bigint are numeric in PostgreSQL, so nothing here can wrap around.
"""

from sharemall.ledger.columns import CASH, QUOTA

UNITS = ("cash", "share", "coin", "quota")

# What an account must hold by its rows: its entries, and the dividends of every close.
POSTED = """
WITH posted AS (
    SELECT account_id, sum(cash) AS cash, sum(share) AS share, sum(coin) AS coin,
           sum(quota) AS quota, sum(dividend) AS dividend, sum(granted) AS granted
    FROM (
        SELECT account_id, cash_micro AS cash, share_micro AS share, coin_micro AS coin,
               quota_micro AS quota, 0 AS dividend,
               CASE WHEN reason = 0 THEN quota_micro ELSE 0 END AS granted
        FROM ledger_entry
        UNION ALL
        SELECT account_id, fund_micro + honour_micro, 0, 0, -fund_micro - honour_micro,
               fund_micro + honour_micro, 0
        FROM ledger_dividend
    ) rows GROUP BY account_id
)
"""

UNAPPLIED = """
SELECT e.id FROM ledger_event e
LEFT JOIN ledger_application a ON a.event_id = e.id
LEFT JOIN ledger_pending p ON p.event_id = e.id
WHERE (a.event_id IS NULL) = (p.event_id IS NULL) ORDER BY e.id LIMIT 1
"""

UNBALANCED = f"""
SELECT position, {", ".join(f"sum({unit}_micro)" for unit in UNITS)} FROM ledger_entry
GROUP BY position HAVING {" OR ".join(f"sum({unit}_micro) <> 0" for unit in UNITS)}
ORDER BY position LIMIT 1
"""

STRAY = """
SELECT e.position, e.account_id FROM ledger_entry e
LEFT JOIN ledger_application a ON a.position = e.position AND a.code = ''
LEFT JOIN ledger_account k ON k.id = e.account_id
WHERE a.position IS NULL OR k.id IS NULL ORDER BY e.position LIMIT 1
"""

BALANCES = f"""
{POSTED}
SELECT k.key, {CASH}, p.cash, b.share_micro, p.share, b.coin_micro, p.coin,
       {QUOTA}, p.quota, b.dividends_micro, p.dividend, b.granted_micro, p.granted
FROM ledger_account k
LEFT JOIN ledger_balance b ON b.account_id = k.id
LEFT JOIN posted p ON p.account_id = k.id
WHERE k.key NOT LIKE '.%' AND (
    b.account_id IS NULL OR {CASH} <> coalesce(p.cash, 0)
    OR b.share_micro <> coalesce(p.share, 0) OR b.coin_micro <> coalesce(p.coin, 0)
    OR {QUOTA} <> coalesce(p.quota, 0) OR b.dividends_micro <> coalesce(p.dividend, 0)
    OR b.granted_micro <> coalesce(p.granted, 0) OR b.is_member <> (k.key LIKE 'm:%'))
ORDER BY k.id LIMIT 1
"""

POOL = f"""
{POSTED}, held AS (
    SELECT k.key, coalesce(p.cash, 0) AS cash, coalesce(p.share, 0) AS share
    FROM ledger_account k LEFT JOIN posted p ON p.account_id = k.id WHERE k.key LIKE '.%'
), stated AS (
    SELECT * FROM ledger_pool, (VALUES
        ('.reserve'), ('.dividend_fund'), ('.honor_fund'), ('.dividend_carry'), ('.honor_carry'),
        ('.unassigned'), ('.treasury')) names(name)
), both_sides AS (
    SELECT name, CASE name
        WHEN '.reserve' THEN reserve_micro WHEN '.dividend_fund' THEN dividend_fund_micro
        WHEN '.honor_fund' THEN honor_fund_micro WHEN '.dividend_carry' THEN dividend_carry_micro
        WHEN '.honor_carry' THEN (SELECT sum(c) FROM unnest(honor_carry_micro) c)
        WHEN '.unassigned' THEN unassigned_micro ELSE treasury_micro END AS number,
        CASE name WHEN '.treasury' THEN share ELSE cash END AS posted
    FROM stated JOIN held ON held.key = name
)
SELECT name, number, posted FROM both_sides WHERE number <> posted ORDER BY name LIMIT 1
"""

# Cash is conserved: what sales contributed and what was paid in from outside, less what was paid
# out, is what all accounts and the pool hold.
CONSERVED = f"""
SELECT held, came_in FROM (
    SELECT (SELECT coalesce(sum({CASH}), 0) FROM ledger_balance)
        + (SELECT reserve_micro::numeric + dividend_fund_micro + honor_fund_micro
            + dividend_carry_micro + unassigned_micro
            + (SELECT sum(c) FROM unnest(honor_carry_micro) c) FROM ledger_pool) AS held,
        (SELECT -coalesce(sum(e.cash_micro), 0) FROM ledger_entry e
            JOIN ledger_account k ON k.id = e.account_id WHERE k.key = '.outside') AS came_in
) sums WHERE held <> came_in
"""

PRICE = """
SELECT position, reserve_micro, outstanding_micro, reserve_before, outstanding_before FROM (
    SELECT position, reserve_micro, outstanding_micro,
           lag(reserve_micro) OVER w AS reserve_before,
           lag(outstanding_micro) OVER w AS outstanding_before
    FROM ledger_application WINDOW w AS (ORDER BY position)
) steps
WHERE outstanding_micro > 0 AND outstanding_before > 0
    AND reserve_micro::numeric * outstanding_before < reserve_before::numeric * outstanding_micro
ORDER BY position LIMIT 1
"""

SHARES = """
SELECT outstanding_micro, treasury_micro, held FROM ledger_pool,
    (SELECT coalesce(sum(share_micro), 0) AS held FROM ledger_balance) shares
WHERE outstanding_micro <> treasury_micro + held OR issued_micro < outstanding_micro
    OR (outstanding_micro > 0 AND reserve_micro <= 0)
    OR (outstanding_micro = 0 AND reserve_micro <> 0)
    OR outstanding_micro BETWEEN 1 AND 999999
"""

ISSUED = """
SELECT issued_micro, issued FROM ledger_pool, (
    SELECT coalesce(sum(share_micro), 0) AS issued FROM ledger_entry
    WHERE reason IN (0, 1) AND share_micro > 0) sold
WHERE issued_micro <> issued
"""

COINS = """
SELECT coins_micro, held, treasury_micro FROM ledger_pool,
    (SELECT coalesce(sum(coin_micro), 0) AS held FROM ledger_balance) coins
WHERE coins_micro <> held
    OR treasury_micro::numeric * reserve_micro < held * outstanding_micro
"""

DAYS = """
SELECT coalesce(d.day, paid.day), d.dividend_paid_micro, paid.funds,
       d.honor_paid_micro, paid.honours
FROM ledger_day d FULL JOIN (
    SELECT day, sum(fund_micro) AS funds, sum(honour_micro) AS honours
    FROM ledger_dividend GROUP BY day
) paid ON paid.day = d.day
WHERE d.day IS NULL OR d.dividend_paid_micro <> coalesce(paid.funds, 0)
    OR d.honor_paid_micro <> coalesce(paid.honours, 0)
ORDER BY 1 LIMIT 1
"""

MONTHS = """
WITH added_up AS (
    SELECT account_id, date_trunc('month', day)::date AS month, count(*) AS days,
           sum(fund_micro) AS funds, sum(honour_micro) AS honours
    FROM ledger_dividend
    WHERE date_trunc('month', day)::date IN (SELECT month FROM ledger_month) GROUP BY 1, 2
)
SELECT coalesce(m.account_id, a.account_id), coalesce(m.month, a.month), m.days, a.days,
       m.fund_micro, a.funds, m.honour_micro, a.honours
FROM ledger_dividendmonth m
FULL JOIN added_up a ON a.account_id = m.account_id AND a.month = m.month
WHERE a.days IS NULL OR m.days IS NULL OR m.days <> a.days OR m.fund_micro <> a.funds
    OR m.honour_micro <> a.honours
ORDER BY 1, 2 LIMIT 1
"""

TOTALS = """
SELECT granted_micro, granted, paid_micro, paid, level_counts, levels FROM ledger_pool, (
    SELECT coalesce(sum(granted_micro), 0) AS granted, coalesce(sum(dividends_micro), 0) AS paid
    FROM ledger_balance) sums, (
    SELECT array_agg(members ORDER BY level) AS levels FROM (
        SELECT l.level, count(b.account_id) AS members FROM generate_series(0, 10) l(level)
        LEFT JOIN ledger_balance b ON b.level = l.level AND b.is_member GROUP BY l.level
    ) counted) levels
WHERE granted_micro <> granted OR paid_micro <> paid OR level_counts <> levels
"""

CHECKS = (
    ("events", UNAPPLIED, "event {0} must be either applied or pending"),
    (
        "entries",
        UNBALANCED,
        "position {0} is off balance: cash {1}, shares {2}, coins {3}, quota {4}",
    ),
    ("entries", STRAY, "position {0} has an entry on account {1} that no applied event explains"),
    (
        "balances",
        BALANCES,
        (
            "account {0} and its rows: cash {1} ({2}), shares {3} ({4}), coins {5} ({6}),"
            " quota {7} ({8}), dividends {9} ({10}), quota granted {11} ({12})"
        ),
    ),
    ("pool", POOL, "{0} stands at {1}, its entries at {2}"),
    ("cash", CONSERVED, "accounts and pool hold {0} micro-yuan, {1} came in"),
    ("price", PRICE, "position {0} lowered the price: {1}/{2} after {3}/{4}"),
    ("shares", SHARES, "{0} outstanding, {1} in the treasury and {2} held do not agree"),
    ("shares", ISSUED, "{0} issued is stated, the sales issued {1}"),
    ("coins", COINS, "{0} coins stated, {1} held, against {2} treasury shares"),
    ("days", DAYS, "{0} paid dividends {1} (its rows say {2}) and honours {3} ({4})"),
    (
        "months",
        MONTHS,
        "account number {0} in {1}: {2} days ({3}), dividends {4} ({5}), honours {6} ({7})",
    ),
    ("totals", TOTALS, "granted {0} ({1}), paid {2} ({3}), levels {4} ({5})"),
)
