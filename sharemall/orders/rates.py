"""The scheme versions that orders go by."""

from collections.abc import Sequence

from django.db.models import Subquery

from sharemall.catalogue import fit
from sharemall.engine.scheme import Scheme
from sharemall.ledger import selectors as ledger
from sharemall.ledger.models import SchemeVersion
from sharemall.orders.models import Order, OrderLine


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


def unfit(orders: Sequence[Order], scheme: Scheme) -> set[int]:
    """The ids of those orders that hold what this scheme leaves no room for; one query.

    That is goods in a zone that it does not have, or a line of which what is paid does not carry
    its cost, its contributions and the merchant's commission. Source: rules.md, "Rates must fit".
    """
    lines = OrderLine.objects.filter(order__in=orders).select_related("order")
    return {line.order_id for line in lines if not _carries(line, scheme)}


def _carries(line: OrderLine, scheme: Scheme) -> bool:
    return fit.carries(
        scheme,
        line.zone_key,
        line.order.commission_nano,
        paid_fen=line.payable_fen,
        cost_fen=line.quantity * line.cost_fen,
    )
