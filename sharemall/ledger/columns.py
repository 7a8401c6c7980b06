"""How a row of the balances says what its account holds."""

CASH = "(moved_micro + dividends_micro)"
QUOTA = "(granted_micro - used_micro - dividends_micro)"
ELIGIBLE = f"share_micro > 0 AND {QUOTA} > 0"  # for the dividend; no merchant has any quota
