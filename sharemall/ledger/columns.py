"""How a row of the balances says what its account holds."""

CASH = "(moved_micro + dividends_micro)"
QUOTA = "(granted_micro - used_micro - dividends_micro)"
ELIGIBLE = f"is_member AND share_micro > 0 AND {QUOTA} > 0"  # takes part in the dividend
