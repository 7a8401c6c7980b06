"""What the office refuses."""

from enum import StrEnum


class Refusal(StrEnum):
    """Why not."""

    NOT_AN_OWNER = "not_an_owner"  # only owners give and take roles
    LAST_OWNER = "last_owner"  # a mall always has one
    NO_SUCH_MEMBER = "no_such_member"
    WRONG_CODE = "wrong_code"
    TOO_MANY_CODES = "too_many_codes"
    SET_UP_ALREADY = "set_up_already"


class Refused(Exception):
    """Nothing was changed. `wait_seconds`: when to try again, for too many codes."""

    def __init__(self, refusal: Refusal, wait_seconds: int = 0) -> None:
        super().__init__(refusal)
        self.refusal = refusal
        self.wait_seconds = wait_seconds
