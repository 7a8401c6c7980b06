"""What always holds, as queries that find the first row where it does not.

Each check: its name, a query that gives no row when all is well, and a sentence for the row found.
Sums of bigint are numeric in PostgreSQL, so nothing here can wrap around.

Where the tables are spread over Citus' nodes, every check adds up there and brings sums home; no
row of the directory or of the applications goes to a node.
"""

from sharemall.ledger import reasons
from sharemall.ledger.columns import CASH, CLOSED, QUOTA
from sharemall.ledger.reasons import POOL_ACCOUNTS

UNITS = ("cash", "share", "coin", "quota")
POOL_SIZE = len(POOL_ACCOUNTS)  # the pool's accounts are numbered from 1
OUTSIDE = POOL_ACCOUNTS.index(".outside") + 1

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

# The chain has shown that there is one application for each position up to the pool's.
STRAY = """
SELECT position, account_id FROM ledger_entry
WHERE position < 1 OR position > (SELECT position FROM ledger_pool)
    OR account_id < 1 OR account_id > (SELECT accounts FROM ledger_pool)
    OR position IN (SELECT position FROM ledger_application WHERE code <> '')
ORDER BY position LIMIT 1
"""

DIRECTORY = f"""
SELECT accounts, named, greatest_named, held, greatest_held FROM ledger_pool, (
    SELECT count(*) AS named, min(id) AS least_named, max(id) AS greatest_named
    FROM ledger_account) directory, (
    SELECT count(*) AS held, min(account_id) AS least_held, max(account_id) AS greatest_held
    FROM ledger_balance) balances
WHERE named <> accounts OR least_named <> 1 OR greatest_named <> accounts
    OR held <> accounts - {POOL_SIZE}
    OR held > 0 AND (least_held <= {POOL_SIZE} OR greatest_held <> accounts)
"""

MERCHANTS = """
SELECT coalesce(b.account_id, k.id) FROM
    (SELECT account_id FROM ledger_balance WHERE NOT is_member) b
    FULL JOIN (SELECT id FROM ledger_account WHERE key LIKE 's:%') k ON k.id = b.account_id
WHERE b.account_id IS NULL OR k.id IS NULL ORDER BY 1 LIMIT 1
"""

# What an account holds, less what it must hold by its entries and the dividends of every close.
BALANCES = f"""
SELECT k.key, f.* FROM (
    SELECT account_id, sum(held_cash), sum(cash), sum(held_share), sum(share), sum(held_coin),
           sum(coin), sum(held_quota), sum(quota), sum(held_dividend), sum(dividend),
           sum(held_granted), sum(granted)
    FROM (
        SELECT account_id, 0 AS held_cash, cash_micro AS cash, 0 AS held_share,
               share_micro AS share, 0 AS held_coin, coin_micro AS coin, 0 AS held_quota,
               quota_micro AS quota, 0 AS held_dividend, 0 AS dividend, 0 AS held_granted,
               CASE WHEN reason = 0 THEN quota_micro ELSE 0 END AS granted
        FROM ledger_entry
        UNION ALL
        SELECT account_id, 0, fund_micro + honour_micro, 0, 0, 0, 0, 0,
               -fund_micro - honour_micro, 0, fund_micro + honour_micro, 0, 0
        FROM ledger_dividend WHERE {CLOSED}
        UNION ALL
        SELECT account_id, {CASH}, 0, share_micro, 0, coin_micro, 0, {QUOTA}, 0,
               dividends_micro, 0, granted_micro, 0
        FROM ledger_balance
    ) rows
    WHERE account_id > {POOL_SIZE} GROUP BY account_id
    HAVING sum(held_cash) <> sum(cash) OR sum(held_share) <> sum(share)
        OR sum(held_coin) <> sum(coin) OR sum(held_quota) <> sum(quota)
        OR sum(held_dividend) <> sum(dividend) OR sum(held_granted) <> sum(granted)
    ORDER BY account_id LIMIT 1
) f LEFT JOIN ledger_account k ON k.id = f.account_id
"""

POOL = f"""
WITH posted AS (
    SELECT account_id, sum(cash_micro) AS cash, sum(share_micro) AS share
    FROM ledger_entry WHERE account_id BETWEEN 1 AND {POOL_SIZE} GROUP BY account_id
), held AS (
    SELECT k.key, coalesce(p.cash, 0) AS cash, coalesce(p.share, 0) AS share
    FROM ledger_account k LEFT JOIN posted p ON p.account_id = k.id WHERE k.id <= {POOL_SIZE}
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
        (SELECT -coalesce(sum(cash_micro), 0) FROM ledger_entry
            WHERE account_id = {OUTSIDE}) AS came_in
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

DAYS = f"""
SELECT coalesce(d.day, paid.day), d.dividend_paid_micro, paid.funds,
       d.honor_paid_micro, paid.honours
FROM ledger_day d FULL JOIN (
    SELECT day, sum(fund_micro) AS funds, sum(honour_micro) AS honours
    FROM ledger_dividend WHERE {CLOSED} GROUP BY day
) paid ON paid.day = d.day
WHERE d.day IS NULL OR d.dividend_paid_micro <> coalesce(paid.funds, 0)
    OR d.honor_paid_micro <> coalesce(paid.honours, 0)
ORDER BY 1 LIMIT 1
"""

MONTHS = f"""
WITH added_up AS (
    SELECT account_id, date_trunc('month', day)::date AS month,
           sum(fund_micro) AS funds, sum(honour_micro) AS honours,
           array_agg(extract(day FROM day)::smallint ORDER BY day) AS days,
           array_agg(fund_micro ORDER BY day) AS funds_by_day,
           array_agg(honour_micro ORDER BY day) AS honours_by_day
    FROM ledger_dividend
    WHERE date_trunc('month', day)::date IN (SELECT month FROM ledger_month) AND {CLOSED}
    GROUP BY 1, 2
)
SELECT coalesce(m.account_id, a.account_id), coalesce(m.month, a.month),
       m.fund_micro, a.funds, m.honour_micro, a.honours
FROM ledger_dividendmonth m
FULL JOIN added_up a ON a.account_id = m.account_id AND a.month = m.month
WHERE a.month IS NULL OR m.month IS NULL OR m.fund_micro <> a.funds
    OR m.honour_micro <> a.honours OR m.days <> a.days OR m.funds_micro <> a.funds_by_day
    OR m.honours_micro <> a.honours_by_day
ORDER BY 1, 2 LIMIT 1
"""

TOTALS = """
SELECT granted_micro, granted, paid_micro, paid, level_counts, levels FROM ledger_pool, (
    SELECT coalesce(sum(granted_micro), 0) AS granted, coalesce(sum(dividends_micro), 0) AS paid
    FROM ledger_balance) sums, (
    SELECT array_agg(coalesce(members, 0) ORDER BY l.level) AS levels
    FROM generate_series(0, 10) l(level) LEFT JOIN (
        SELECT level, count(*) AS members FROM ledger_balance WHERE is_member GROUP BY level
    ) counted ON counted.level = l.level) levels
WHERE granted_micro <> granted OR paid_micro <> paid OR level_counts <> levels
"""

_NAMES = [f"{unit}_{side}" for unit in UNITS for side in ("debit", "credit")]
_KEPT = ", ".join(f"sum({name}_micro) AS {name}" for name in _NAMES)
_POSTED = ", ".join(
    f"-sum(least(e.{unit}_micro, 0)) AS {unit}_debit,"
    f" sum(greatest(e.{unit}_micro, 0)) AS {unit}_credit"
    for unit in UNITS
)
_UNLIKE = " OR ".join(f"kept.{name} IS DISTINCT FROM posted.{name}" for name in _NAMES)
# The tallies of every account and reason together against the entries that they were made of.
TALLIES = f"""
WITH kept AS (
    SELECT account, reason, {_KEPT}
    FROM ledger_tallyline GROUP BY 1, 2
), posted AS (
    SELECT CASE WHEN e.account_id <= {POOL_SIZE} THEN e.account_id
                WHEN b.is_member THEN {reasons.MEMBERS} ELSE {reasons.MERCHANTS}
           END AS account, reason, {_POSTED}
    FROM ledger_entry e LEFT JOIN ledger_balance b ON b.account_id = e.account_id
    WHERE position <= (SELECT coalesce(max(position), 0) FROM ledger_tally)
    GROUP BY 1, 2
)
SELECT account, reason FROM kept FULL JOIN posted USING (account, reason)
WHERE {_UNLIKE}
ORDER BY 1, 2 LIMIT 1
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
        "accounts",
        DIRECTORY,
        "{0} are numbered, {1} named (the last {2}), {3} have a balance (the last {4})",
    ),
    ("accounts", MERCHANTS, "account {0} is a merchant by its name or by its balance, not by both"),
    (
        "balances",
        BALANCES,
        (
            "account {0} ({1}) and its rows: cash {2} ({3}), shares {4} ({5}), coins {6} ({7}),"
            " quota {8} ({9}), dividends {10} ({11}), quota granted {12} ({13})"
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
        (
            "account number {0} in {1}: its row and its days differ:"
            " dividends {2} ({3}), honours {4} ({5})"
        ),
    ),
    ("tallies", TALLIES, "the tallies of account {0} for reason {1} are not what its entries give"),
    ("totals", TOTALS, "granted {0} ({1}), paid {2} ({3}), levels {4} ({5})"),
)
