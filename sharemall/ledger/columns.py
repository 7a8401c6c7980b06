"""How a row of the balances says what its account holds, and which dividends count."""

CASH = "(moved_micro + dividends_micro)"
QUOTA = "(granted_micro - used_micro - dividends_micro)"
ELIGIBLE = f"share_micro > 0 AND {QUOTA} > 0"  # for the dividend; no merchant has any quota

# Every reader of ledger_dividend says so. A close that died may have left rows of a day that is
# not closed (`beside`); until a close discards them they are nobody's dividends.
CLOSED = "day <= (SELECT last_closed FROM ledger_pool)"
