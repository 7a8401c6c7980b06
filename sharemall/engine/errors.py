"""What stops a replay: each error's text is one line that says what is wrong and where."""


class InputError(ValueError):
    """The input cannot be worked on at all (exit code 2)."""


class SchemeError(InputError):
    """A scheme file that is refused; `faults` holds every fault, each led by its key."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class JournalError(InputError):
    """A journal line that is no event at all; the text names its line number."""


class OverflowStop(ArithmeticError):
    """A close would push a balance or a pool number past 2^63 - 1: nothing may stand of it."""


class IncompleteState(LookupError):
    """The event needs every account with shares or coins, and the state holds only some.

    Raised before anything has changed: put the accounts in, set `complete`, apply again.
    """
