"""Why nothing was done with an account. The pages turn the code into a sentence."""

from enum import StrEnum


class Refusal(StrEnum):
    """Every reason an account service may give."""

    CLOSED = "closed"  # the account is closed
    PHONE_TAKEN = "phone_taken"  # another member signs in with this phone
    WECHAT_TAKEN = "wechat_taken"  # the WeChat account is another member's
    HAS_WECHAT = "has_wechat"  # the member has another WeChat account
    SAME_PHONE = "same_phone"


class Refused(Exception):
    """A service refused and changed nothing."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal
