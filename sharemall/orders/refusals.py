"""Why an order service did nothing. The pages turn the code into a sentence."""

from enum import StrEnum


class Refusal(StrEnum):
    """Every reason an order service may give."""

    KEY_USED = "key_used"  # the form was sent before, for something else; `order` is its number
    EMPTY = "empty"  # nothing is selected
    TOO_MANY = "too_many"  # `most` is how many different things a cart holds
    NOT_ON_SALE = "not_on_sale"  # `name`
    BAD_QUANTITY = "bad_quantity"  # `most` is the largest
    OUT_OF_STOCK = "out_of_stock"  # `name`, `left` is what can still be bought
    LIMIT = "limit"  # `name`, `most` a member, `bought` already
    PRICE_CHANGED = "price_changed"  # `name`, `price_fen` is the price now
    QUOTE_CHANGED = "quote_changed"  # what is to be paid is not what was shown
    NO_ADDRESS = "no_address"
    NOT_SENT_THERE = "not_sent_there"  # `name` is not sent to this province
    COUPON_GONE = "coupon_gone"  # it is used, over or does not fit this order
    NOTE_NEEDED = "note_needed"  # the current risk note is not confirmed
    WRONG_STATE = "wrong_state"  # `status` is the order's
    EXPIRED = "expired"  # it was to be paid earlier
    BAD_PLAN = "bad_plan"  # the means are not what is to be paid
    PLAN_MOVING = "plan_moving"  # an earlier choice of means is still on its way
    TOO_FEW_COINS = "too_few_coins"  # `left_fen` is what can be paid with
    TOO_LITTLE_BALANCE = "too_little_balance"  # likewise
    TOO_FEW_SHARES = "too_few_shares"  # selling all of them would not bring it
    MORE_SHARES = "more_shares"  # it takes more than was shown: `shares_micro`
    NO_PROVIDER = "no_provider"  # nobody of this name takes the rest
    PROVIDER_AWAY = "provider_away"  # it does not answer, or not with yes: try again or another
    BAD_PARCEL = "bad_parcel"  # carrier or number is missing or too long


class Refused(Exception):
    """A service refused and changed nothing; `facts` hold the numbers of the sentence."""

    def __init__(self, refusal: Refusal, **facts: int | str) -> None:
        super().__init__(refusal)
        self.refusal = refusal
        self.facts = facts
