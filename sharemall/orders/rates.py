"""The scheme versions that orders go by."""

from django.db.models import Subquery

from sharemall.engine.scheme import Scheme
from sharemall.ledger import selectors as ledger
from sharemall.ledger.models import SchemeVersion


def current() -> tuple[int, Scheme]:
    """The version in force and its scheme. Raises LedgerClosed."""
    version = ledger.scheme_version()
    return version, of(version)


def version_in_force() -> Subquery:
    """The number of the version in force, to be read with something else; null without one."""
    return Subquery(SchemeVersion.objects.order_by("-version").values("version")[:1])


def of(version: int) -> Scheme:
    """The scheme of this version: a version never changes, so each is read once a process."""
    return ledger.scheme_of(version)
