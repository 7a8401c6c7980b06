"""A published change takes effect: its set_scheme enters the journal, once, at its moment.

A round of the worker does it, step by step; each step looks at what is done already, so that one
that was killed anywhere is taken up by the next round. What was granted is never touched: the
event changes rates alone, and an order keeps the version under which it was paid.

1. The days that were over at its moment are closed by the rules they were announced under, and
   goods that will not fit go off sale, so that none is sold under rates it cannot bear.
2. The event is appended in the transaction that notes it; from then on nothing is withdrawn.
3. The writer applies it; the outcome and the version are noted.
4. What was put on sale between 1 and 3 is gone through once more: now it is checked against the
   new scheme, and so is everything that is saved later.
"""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from sharemall.catalogue import rates_change
from sharemall.catalogue.rates_change import OffSale
from sharemall.engine.scheme import Scheme
from sharemall.ledger import closing, events, failpoints, journal, writer
from sharemall.ledger import selectors as ledger
from sharemall.ledger.models import SchemeVersion
from sharemall.ledger.values import Outcome
from sharemall.payments import rounds
from sharemall.schemes.models import Change, TakenOff
from sharemall.schemes.services import scheme_of

LOG = logging.getLogger(__name__)
State = Change.State


def take_effect_due(now: datetime) -> int:
    """Let what is due take effect, and end what was begun; how many changes that was."""
    waiting = Q(state=State.PUBLISHED, effective_at__lte=now)
    begun = Q(journalled_at__isnull=False, settled_at__isnull=True)
    due = Change.objects.filter(waiting | begun).order_by("effective_at", "pk")
    return rounds.each(due.values_list("pk", flat=True), lambda pk: _take_effect(pk, now))


def _take_effect(change_id: int, now: datetime) -> bool:
    """Bring one change to its end. Never call it inside a transaction."""
    change = Change.objects.get(pk=change_id)
    scheme = scheme_of(change)
    if change.journalled_at is None:
        assert change.effective_at is not None
        closing.close_due(min(change.effective_at, now))
        if scheme.may_follow(ledger.scheme()):  # else the journal will refuse it
            _clear(change, scheme, now)
        failpoints.reached("scheme-cleared")
        change = _append(change_id, now)
        if change.journalled_at is None:
            return False  # it was withdrawn meanwhile
        failpoints.reached("scheme-appended")
    assert change.event_id is not None
    outcome = writer.settle(change.event_id)
    failpoints.reached("scheme-applied")
    change = _note(change_id, outcome, now)
    failpoints.reached("scheme-noted")
    if change.version is not None:
        _clear(change, scheme, now)
        failpoints.reached("scheme-cleared-again")
    return bool(Change.objects.filter(pk=change_id, settled_at__isnull=True).update(settled_at=now))


@transaction.atomic
def _append(change_id: int, now: datetime) -> Change:
    """Append the event, unless it is there; the change as it is then."""
    change = Change.objects.select_for_update().get(pk=change_id)
    if change.state != State.PUBLISHED or change.journalled_at is not None:
        return change
    assert change.event_id is not None
    at = events.timestamp(now, ledger.scheme().timezone)
    journal.append({"id": change.event_id, "type": "set_scheme", "at": at, "toml": change.toml})
    change.journalled_at = now
    change.save(update_fields=["journalled_at"])
    failpoints.reached("scheme-before-appended")
    return change


@transaction.atomic
def _note(change_id: int, outcome: Outcome, now: datetime) -> Change:
    """Write down what became of the event; a second call changes nothing."""
    change = Change.objects.select_for_update().get(pk=change_id)
    if change.state != State.PUBLISHED:
        return change
    if outcome.code:
        change.state, change.refusal = State.REFUSED, outcome.code
        LOG.error("the journal refused the scheme of %s: %s", change.event_id, outcome.code)
    else:
        Change.objects.filter(state=State.IN_FORCE).update(state=State.SUPERSEDED)
        change.state, change.in_force_at = State.IN_FORCE, now
        change.version = SchemeVersion.objects.get(position=outcome.position).version
    change.save(update_fields=["state", "refusal", "in_force_at", "version"])
    return change


def _clear(change: Change, scheme: Scheme, now: datetime) -> None:
    """Take off sale what does not fit, part by part, and list it with its figures."""
    ids = rates_change.unfit(scheme, now)
    for start in range(0, len(ids), rates_change.AT_ONCE):
        _clear_part(change, scheme, ids[start : start + rates_change.AT_ONCE], now)


@transaction.atomic
def _clear_part(change: Change, scheme: Scheme, ids: list[int], now: datetime) -> None:
    found = rates_change.take_off(scheme, ids, now)
    TakenOff.objects.bulk_create([_row(change, one, now) for one in found], ignore_conflicts=True)


def _row(change: Change, one: OffSale, now: datetime) -> TakenOff:
    row = TakenOff(change=change, product=one.product, zone_key=one.product.zone_id, at=now)
    if one.misfit is None:
        row.zone_gone = True
        return row
    row.sku = one.misfit.variant_sku
    for name in ("lowest_fen", "cost_fen", "contributions_fen", "commission_fen", "over_fen"):
        setattr(row, name, getattr(one.misfit, name))
    return row
