"""Why an after-sale service did nothing. The pages turn the code into a sentence."""

from enum import StrEnum


class Refusal(StrEnum):
    """Every reason an after-sale service may give."""

    WRONG_STATE = "wrong_state"  # the order or the case has moved on: `state`
    LATE = "late"  # the time to act is over
    PERIOD_OVER = "period_over"  # the return period of the line or the order
    OPEN_ALREADY = "open_already"  # the line has an open case: `no`
    BAD_KIND = "bad_kind"  # not possible as the order stands
    BAD_REASON = "bad_reason"
    BAD_QUANTITY = "bad_quantity"  # `left` pieces can be asked for
    BAD_AMOUNT = "bad_amount"  # `most_fen` can be asked for, or agreed to
    NOT_LESS = "not_less"  # an offer of all that was asked for
    AGREED = "agreed"  # no other offer after one that was taken
    UP_TO_SHOP = "up_to_shop"  # goodwill: nothing for the platform to decide
    NOTHING_LEFT = "nothing_left"  # every piece was refunded
    TOO_LONG = "too_long"  # `most` characters
    TOO_MANY_PICTURES = "too_many_pictures"  # `most`
    NO_TEXT = "no_text"  # a decline, an appeal, a decision needs words
    NO_ADDRESS = "no_address"  # where the goods are to go
    BAD_PARCEL = "bad_parcel"  # carrier or number is missing or too long


class Refused(Exception):
    """A service refused and changed nothing; `facts` hold the numbers of the sentence."""

    def __init__(self, refusal: Refusal, **facts: int | str) -> None:
        super().__init__(refusal)
        self.refusal = refusal
        self.facts = facts
