"""The scheme versions that orders go by."""

from sharemall.engine.scheme import Scheme
from sharemall.ledger import selectors as ledger


def current() -> tuple[int, Scheme]:
    """The version in force and its scheme. Raises LedgerClosed."""
    version = ledger.scheme_version()
    return version, of(version)


def of(version: int) -> Scheme:
    """The scheme of this version: a version never changes, so each is read once a process."""
    return ledger.scheme_of(version)
