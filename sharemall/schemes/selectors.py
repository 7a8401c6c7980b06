"""Reads: what waits, what is in force, what was; and what needs somebody's eye."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Q

from sharemall.engine.scheme import Scheme
from sharemall.ledger import journal
from sharemall.ledger import selectors as ledger
from sharemall.ledger.models import Application, SchemeVersion
from sharemall.schemes.difference import Difference, difference
from sharemall.schemes.models import Change
from sharemall.schemes.services import scheme_of

LATE = timedelta(minutes=10)  # the worker's round comes every ten seconds
PAGE = 20
PEOPLE = ("author", "changed_by", "submitted_by", "approver", "withdrawn_by")


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the scheme as it came into force.

    `difference` is against the one before, None for the first; `since` None: the mall's opening.
    """

    number: int
    scheme: Scheme
    since: datetime | None
    change: Change | None
    difference: Difference | None


@dataclass(frozen=True, slots=True)
class Announced:
    """A published change that waits, with what it changes against what is in force."""

    change: Change
    difference: Difference


class AlertKind(StrEnum):
    """What is wrong with a change."""

    REFUSED = "refused"  # the journal did not take it: `change.refusal`
    LATE = "late"  # its moment is over, and it is not in force
    SUBMITTED = "submitted"  # it waits for a second person


@dataclass(frozen=True, slots=True)
class Alert:
    """A change that somebody has to look at."""

    kind: AlertKind
    change: Change


def change(change_id: int) -> Change | None:
    """A change with the people who had a part in it."""
    return Change.objects.select_related(*PEOPLE).filter(pk=change_id).first()


def changes(*, before: int | None = None, limit: int = PAGE) -> list[Change]:
    """Changes in every state, the newest first, of ids below `before`; without the re-runs."""
    found = Change.objects.select_related(*PEOPLE).defer("rerun")
    if before is not None:
        found = found.filter(pk__lt=before)
    return list(found.order_by("-pk")[:limit])


def waiting() -> Change | None:
    """The published change that has not taken effect. One query."""
    return Change.objects.filter(state=Change.State.PUBLISHED).defer("rerun").first()


def announced() -> Announced | None:
    """The same with what it changes."""
    found = waiting()
    if found is None:
        return None
    return Announced(found, difference(ledger.scheme(), scheme_of(found)))


def withdrawn(*, limit: int = PAGE) -> list[Change]:
    """Changes that were announced and then withdrawn, the newest first."""
    found = Change.objects.filter(state=Change.State.WITHDRAWN, published_at__isnull=False)
    return list(found.defer("rerun").order_by("-withdrawn_at")[:limit])


def versions(*, before: int | None = None, limit: int = PAGE) -> list[Version]:
    """The versions of the scheme below `before`, the newest first."""
    rows = SchemeVersion.objects.order_by("-version")
    if before is not None:
        rows = rows.filter(version__lt=before)
    found = list(rows[: limit + 1])  # the last one to compare with
    by_version = {
        one.version: one
        for one in Change.objects.filter(version__in=[row.version for row in found]).defer("rerun")
    }
    moments = _moments(found)
    schemes = {row.version: ledger.parsed_scheme(row.toml) for row in found}
    return [
        Version(
            number=row.version,
            scheme=schemes[row.version],
            since=moments.get(row.position),
            change=by_version.get(row.version),
            difference=_against(schemes, row.version),
        )
        for row in found[:limit]
    ]


def _against(schemes: dict[int, Scheme], version: int) -> Difference | None:
    before = schemes.get(version - 1)
    return None if before is None else difference(before, schemes[version])


def _moments(found: list[SchemeVersion]) -> dict[int, datetime]:
    """When each set_scheme was journalled, by its position; also of one that no change made."""
    ids = dict(
        Application.objects.filter(position__in=[row.position for row in found]).values_list(
            "event_id", "position"
        )
    )
    return {
        ids[event_id]: datetime.fromisoformat(str(journal.parsed(payload)["at"]))
        for event_id, payload in journal.stored(list(ids)).items()
    }


def alerts(now: datetime) -> list[Alert]:
    """Changes that the journal refused in the last month, that are late, that wait for approval.

    One query.
    """
    refused = Q(state=Change.State.REFUSED, journalled_at__gte=now - timedelta(days=30))
    late = Q(state=Change.State.PUBLISHED, effective_at__lt=now - LATE)
    found = Change.objects.filter(refused | late | Q(state=Change.State.SUBMITTED))
    kinds = {
        Change.State.REFUSED: AlertKind.REFUSED,
        Change.State.PUBLISHED: AlertKind.LATE,
        Change.State.SUBMITTED: AlertKind.SUBMITTED,
    }
    return [Alert(kinds[Change.State(one.state)], one) for one in found.defer("rerun")]
