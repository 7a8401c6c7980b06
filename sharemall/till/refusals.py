"""Why a service of the till did nothing. The pages turn the reason into a sentence."""

from datetime import datetime
from enum import StrEnum


class Refusal(StrEnum):
    """Every reason a service of the till may give."""

    NO_PASSWORD = "no_password"  # noqa: S105 - there is no payment password yet
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - `left` more may be tried
    LOCKED = "locked"  # too many were wrong: not before `until`
    NO_DIGITS = "no_digits"  # a payment password is six digits
    EASY = "easy"  # one that is guessed at once
    WRONG_SIGN_IN = "wrong_sign_in"  # the sign-in password is not the member's
    SIGN_IN_RESTS = "sign_in_rests"  # too many were wrong: `minutes` to wait
    UNKNOWN_CODE = "unknown_code"  # no code of this mall
    CODE_USED = "code_used"
    CODE_EXPIRED = "code_expired"
    SHOP_CLOSED = "shop_closed"
    BAD_AMOUNT = "bad_amount"  # not above 0, or above `most_fen`
    KEY_USED = "key_used"  # the form was sent before, for something else
    EXPIRED = "expired"  # it was to be confirmed earlier
    ENDED = "ended"  # it is paid, declined or over
    NOT_PAID = "not_paid"  # only what was paid can be given back
    NOTHING_LEFT = "nothing_left"  # all of it was given back
    REFUNDING = "refunding"  # another refund of it is on its way
    NO_COINS_HERE = "no_coins_here"  # this merchant may not take coins
    TOO_FEW_COINS = "too_few_coins"  # `left_fen` is what can be paid with
    TOO_LITTLE_BALANCE = "too_little_balance"  # likewise


class Refused(Exception):
    """A service refused and moved nothing; `facts` hold the numbers of the sentence."""

    def __init__(self, refusal: Refusal, **facts: int | datetime) -> None:
        super().__init__(refusal)
        self.refusal = refusal
        self.facts = facts
