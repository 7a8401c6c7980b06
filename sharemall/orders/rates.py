"""The scheme versions that orders go by."""

from sharemall.engine.scheme import Scheme
from sharemall.ledger.models import SchemeVersion
from sharemall.ledger.selectors import LedgerClosed, parsed_scheme


def current() -> tuple[int, Scheme]:
    """The version in force and its scheme, read together. Raises LedgerClosed."""
    row = SchemeVersion.objects.order_by("-version").values_list("version", "toml").first()
    if row is None:
        raise LedgerClosed
    return row[0], parsed_scheme(row[1])


def of(version: int) -> Scheme:
    """The scheme of this version."""
    return parsed_scheme(SchemeVersion.objects.values_list("toml", flat=True).get(version=version))
