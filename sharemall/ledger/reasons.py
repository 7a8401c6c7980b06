"""Why an entry moved something, and the pool's accounts: the words kept as small numbers."""

# Only ever appended to: the index is what the database keeps.
REASONS = (
    "sale",
    "referral",
    "sell",
    "to_coins",
    "pay_coins",
    "return_coins",
    "pass_coins",
    "to_shares",
    "cash_in",
    "cash_out",
    "dividend",
    "honour",
    "forced_exit",
    "wind_up",
    "close",
)
NUMBER = {reason: number for number, reason in enumerate(REASONS)}

# The id of a pool account in the directory is its place here, from 1.
POOL_ACCOUNTS = (
    ".outside",
    ".reserve",
    ".dividend_fund",
    ".honor_fund",
    ".dividend_carry",
    ".honor_carry",
    ".unassigned",
    ".treasury",
    ".dividends",
)
NUMBER_OF_POOL = {key: number for number, key in enumerate(POOL_ACCOUNTS, 1)}

# All members' accounts, and all merchants', where sums do not tell them apart.
MEMBERS, MERCHANTS = -1, -2
NAME_OF_CLASS = {number: key for key, number in NUMBER_OF_POOL.items()} | {
    MEMBERS: "members",
    MERCHANTS: "merchants",
}
