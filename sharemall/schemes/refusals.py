"""Why a service did nothing to a change of the scheme. The pages turn the code into a sentence."""

from enum import StrEnum
from typing import Any


class Refusal(StrEnum):
    """Every reason that these services may give."""

    WRONG_STATE = "wrong_state"  # it has moved on: `state`
    CHANGED = "changed"  # another saved it meanwhile: `name`, `at`
    UNCHANGED = "unchanged"  # it says what is in force already
    CANNOT_FOLLOW = "cannot_follow"  # cap, initial price or time zone are others than in force
    NO_RERUN = "no_rerun"  # the re-run is of another revision, against another version, or missing
    OWN_WORK = "own_work"  # whoever wrote or submitted it cannot approve it
    TOO_SOON = "too_soon"  # `earliest`
    TOO_FAR = "too_far"  # `latest`
    ONE_WAITS = "one_waits"  # another published change waits: `title`, `at`
    TOO_LATE = "too_late"  # its moment has come
    NO_REASON = "no_reason"  # say why
    NO_PRESET = "no_preset"


class Refused(Exception):
    """A service refused and changed nothing; `facts` hold what the sentence needs."""

    def __init__(self, refusal: Refusal, **facts: Any) -> None:
        super().__init__(refusal)
        self.refusal = refusal
        self.facts = facts
