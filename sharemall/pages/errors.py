"""What the services of this room refuse beside ill-formed fields (ValidationError)."""


class Gone(Exception):
    """There is no such row, or no longer."""


class Conflict(Exception):
    """Somebody else saved this in between: nothing was changed."""


class StillShown(Exception):
    """What shoppers may see is not removed: it is switched off first."""


class NothingToPublish(Exception):
    """The policy has no draft."""
