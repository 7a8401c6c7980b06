"""Writes: a draft's re-run, at once where it is short, else by the worker, with its progress."""

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction

from sharemall.ledger import past
from sharemall.ledger import selectors as ledger
from sharemall.merchants.models import Merchant
from sharemall.schemes.figures import figures
from sharemall.schemes.models import Change
from sharemall.schemes.refusals import Refusal, Refused
from sharemall.schemes.rerun import run
from sharemall.schemes.services import scheme_of

LOG = logging.getLogger(__name__)
PERIOD = timedelta(days=90)
# What a page waits for, a second or two: journal positions, and accounts that closes go over.
SHORT_POSITIONS = 20_000
SHORT_ACCOUNTS = 50_000
ON_THE_WAY = (Change.State.DRAFT, Change.State.SUBMITTED)

Progress = Callable[[int], None]  # hundredths done


def is_short(now: datetime) -> bool:
    """Whether a re-run is soon enough over for a page to wait for it."""
    positions, accounts = past.extent(_first(now))
    return positions <= SHORT_POSITIONS and accounts <= SHORT_ACCOUNTS


@transaction.atomic
def ask(*, draft_id: int, now: datetime) -> Change:
    """Let the worker re-run a draft; asked twice it is done once. Raises Refused(WRONG_STATE)."""
    change = Change.objects.select_for_update().get(pk=draft_id)
    _require_on_the_way(change)
    if change.rerun_asked_at is None:
        change.rerun_asked_at, change.rerun_done = now, 0
        change.save(update_fields=["rerun_asked_at", "rerun_done"])
    return change


def run_asked(now: datetime) -> int:
    """The worker's round: re-run what was asked for, one after the other; how many."""
    done = 0
    waiting = Change.objects.filter(rerun_asked_at__isnull=False, state__in=ON_THE_WAY)
    for pk in list(waiting.order_by("rerun_asked_at").values_list("pk", flat=True)):
        try:
            rerun(draft_id=pk, now=now, progress=partial(_note_progress, pk))
            done += 1
        except Exception:
            LOG.exception("the re-run of change %s failed", pk)
            Change.objects.filter(pk=pk).update(rerun_asked_at=None)
    return done


def rerun(*, draft_id: int, now: datetime, progress: Progress | None = None) -> Change:
    """Run the last 90 days again under the draft, and keep the figures with its revision.

    Never call it inside a transaction. What is saved meanwhile has another revision, and so these
    figures are not of it. Raises Refused(WRONG_STATE), LedgerClosed.
    """
    change = Change.objects.get(pk=draft_id)
    _require_on_the_way(change)
    version, today = ledger.scheme_version(), ledger.scheme()
    found = past.read(_first(now))
    if progress is not None:
        progress(10)
    before = run(found, today, _part_of(progress, 10))
    after = run(found, scheme_of(change), _part_of(progress, 50))
    commissions = dict(Merchant.objects.values_list("key", "commission_nano"))
    result = figures(found, before, after, commissions)
    return _keep(change.pk, change.revision, version, result, now)


def _part_of(progress: Progress | None, start: int) -> Callable[[int, int], None] | None:
    """The progress of one of the two runs, which begins at `start` hundredths and takes 40."""
    if progress is None:
        return None
    return lambda done, steps: progress(start + 40 * done // max(steps, 1))


def _first(now: datetime) -> date:
    return ledger.business_day(now) - PERIOD


@transaction.atomic
def _keep(
    change_id: int, revision: int, version: int, result: dict[str, Any], now: datetime
) -> Change:
    change = Change.objects.select_for_update().get(pk=change_id)
    _require_on_the_way(change)
    change.rerun, change.rerun_revision, change.rerun_against = result, revision, version
    change.rerun_at, change.rerun_asked_at, change.rerun_done = now, None, 100
    change.save(
        update_fields=[
            *("rerun", "rerun_revision", "rerun_against"),
            *("rerun_at", "rerun_asked_at", "rerun_done"),
        ]
    )
    return change


def _note_progress(change_id: int, part: int) -> None:
    Change.objects.filter(pk=change_id).update(rerun_done=part)


def _require_on_the_way(change: Change) -> None:
    if change.state not in ON_THE_WAY:
        raise Refused(Refusal.WRONG_STATE, state=change.state)
