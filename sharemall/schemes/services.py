"""Writes: a change from its draft to its announcement. Its effect is in `effect.py`.

Each locks the change's row, then checks. Source: compliance.md, "rule changes".
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from sharemall.compliance import claims
from sharemall.engine.scheme import Scheme, parse_scheme
from sharemall.ledger import selectors as ledger
from sharemall.members.models import Member
from sharemall.schemes import presets
from sharemall.schemes.difference import difference
from sharemall.schemes.models import NOTICE, Change, Revision
from sharemall.schemes.refusals import Refusal, Refused
from sharemall.schemes.values import Values, scheme_file, tidied, values_of

FURTHEST = timedelta(days=366)
State = Change.State


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of a change: a title and a note for colleagues, a sentence for members."""

    title: str
    note: str = ""
    announcement_zh: str = ""
    announcement_en: str = ""


@transaction.atomic
def start_draft(*, by: Member, words: Words, preset: str = "", now: datetime) -> Change:
    """A new draft: the scheme in force, or its zones with a preset's rates.

    Raises Refused(NO_PRESET), BlockedClaims, LedgerClosed, ValidationError for the words.
    """
    scheme = ledger.scheme()
    try:
        values = presets.on(scheme, preset) if preset else values_of(scheme)
    except KeyError:
        raise Refused(Refusal.NO_PRESET) from None
    change = Change(author=by, created_at=now, changed_by=by, changed_at=now)
    _take_words(change, words)
    change.toml = scheme_file(values, scheme)
    change.save(force_insert=True)
    _keep_revision(change)
    return change


@transaction.atomic
def save_draft(
    *, draft_id: int, revision: int, values: Values, words: Words, by: Member, now: datetime
) -> Change:
    """Write a draft anew; the same again changes nothing.

    Raises Refused (CHANGED with who saved it since `revision` and when, WRONG_STATE), BadValues
    with every fault at its field, BlockedClaims, ValidationError for the words,
    Change.DoesNotExist.
    """
    change = _locked(draft_id, State.DRAFT)
    _require_seen(change, revision)
    values = tidied(values)
    toml = scheme_file(values, ledger.scheme())
    claims.refuse([values.name, *(zone.key for zone in values.zones)])
    before = _said(change)
    _take_words(change, words)
    change.toml = toml
    if _said(change) == before:
        return change
    change.revision += 1
    change.changed_by, change.changed_at = by, now
    change.save()
    _keep_revision(change)
    return change


@transaction.atomic
def submit(*, draft_id: int, revision: int, by: Member, now: datetime) -> Change:
    """Hand a draft to a second person.

    Raises Refused (WRONG_STATE, CHANGED, CANNOT_FOLLOW, UNCHANGED, NO_RERUN).
    """
    change = _locked(draft_id, State.DRAFT)
    _require_seen(change, revision)
    _require_sound(change)
    change.state = State.SUBMITTED
    change.submitted_by, change.submitted_at = by, now
    change.save()
    return change


@transaction.atomic
def send_back(*, draft_id: int, by: Member, now: datetime) -> Change:
    """A submitted change becomes a draft again, to be worked on. Raises Refused(WRONG_STATE)."""
    change = _locked(draft_id, State.SUBMITTED)
    change.state = State.DRAFT
    change.submitted_by = change.submitted_at = None
    change.save()
    return change


def earliest(now: datetime) -> datetime:
    """The first midnight of the mall that is far enough off for a change to be announced."""
    local = (now + NOTICE).astimezone(ZoneInfo(ledger.scheme().timezone))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight if midnight >= now + NOTICE else midnight + timedelta(days=1)


def approve(
    *, draft_id: int, revision: int, effective_at: datetime, by: Member, now: datetime
) -> Change:
    """Publish a submitted change: from now on it is announced, at `effective_at` it takes effect.

    Raises Refused: WRONG_STATE, CHANGED, OWN_WORK for anybody who wrote a revision or submitted it,
    TOO_SOON less than seven days ahead, TOO_FAR, CANNOT_FOLLOW, UNCHANGED, NO_RERUN, and ONE_WAITS
    while another published change waits: what it was compared with would not be in force.
    """
    try:
        return _approve(draft_id, revision, effective_at, by, now)
    except IntegrityError as error:
        if "change_one_waits" not in str(error):
            raise
    waiting = Change.objects.filter(state=State.PUBLISHED).first()
    raise Refused(
        Refusal.ONE_WAITS,
        title=waiting.title if waiting else "",
        at=waiting.effective_at if waiting else None,
    )


@transaction.atomic
def _approve(
    draft_id: int, revision: int, effective_at: datetime, by: Member, now: datetime
) -> Change:
    change = _locked(draft_id, State.SUBMITTED)
    _require_seen(change, revision)
    writers = set(change.revisions.values_list("by", flat=True))
    if by.pk in {*writers, change.author_id, change.submitted_by_id}:
        raise Refused(Refusal.OWN_WORK)
    if effective_at < now + NOTICE:
        raise Refused(Refusal.TOO_SOON, earliest=now + NOTICE)
    if effective_at > now + FURTHEST:
        raise Refused(Refusal.TOO_FAR, latest=now + FURTHEST)
    _require_sound(change)
    change.state = State.PUBLISHED
    change.approver, change.published_at, change.effective_at = by, now, effective_at
    change.event_id = f"scheme-change-{change.pk}"
    change.save()
    return change


@transaction.atomic
def withdraw(*, draft_id: int, why: str, by: Member, now: datetime) -> Change:
    """Give a change up before its moment; a published one with a reason, which members read.

    Raises Refused (WRONG_STATE, TOO_LATE, NO_REASON), BlockedClaims.
    """
    change = _locked(draft_id, State.DRAFT, State.SUBMITTED, State.PUBLISHED)
    why = " ".join(why.split())[:200]
    if change.state == State.PUBLISHED:
        assert change.effective_at is not None
        if change.journalled_at is not None or change.effective_at <= now:
            raise Refused(Refusal.TOO_LATE)
        if not why:
            raise Refused(Refusal.NO_REASON)
    claims.refuse([why])
    change.state = State.WITHDRAWN
    change.withdrawn_by, change.withdrawn_at, change.withdrawn_why = by, now, why
    change.save()
    return change


def _locked(draft_id: int, *states: str) -> Change:
    change = Change.objects.select_for_update().get(pk=draft_id)
    if change.state not in states:
        raise Refused(Refusal.WRONG_STATE, state=change.state)
    return change


def _require_seen(change: Change, revision: int) -> None:
    """Who names a revision has seen it: nothing is decided on what somebody else wrote since."""
    if change.revision != revision:
        raise Refused(Refusal.CHANGED, name=change.changed_by.name, at=change.changed_at)


def _require_sound(change: Change) -> None:
    """It can follow what is in force now, changes it, and was re-run against it."""
    version, today = ledger.scheme_version(), ledger.scheme()
    new = scheme_of(change)
    if not new.may_follow(today):
        raise Refused(Refusal.CANNOT_FOLLOW)
    if not difference(today, new):
        raise Refused(Refusal.UNCHANGED)
    if not change.is_rerun or change.rerun_against != version:
        raise Refused(Refusal.NO_RERUN)


def scheme_of(change: Change) -> Scheme:
    """The scheme that a change says, parsed."""
    return parse_scheme(change.toml)


def _take_words(change: Change, words: Words) -> None:
    change.title = " ".join(words.title.split())
    change.note = words.note.strip()
    change.announcement_zh = words.announcement_zh.strip()
    change.announcement_en = words.announcement_en.strip()
    texts = ["title", "note", "announcement_zh", "announcement_en"]
    rest = [field.name for field in Change._meta.fields if field.name not in texts]
    change.clean_fields(exclude=rest)
    claims.refuse([change.announcement_zh, change.announcement_en])


def _said(change: Change) -> tuple[Any, ...]:
    words = (change.title, change.note, change.announcement_zh, change.announcement_en)
    return (change.toml, *words)


def _keep_revision(change: Change) -> None:
    Revision.objects.create(
        change=change,
        number=change.revision,
        toml=change.toml,
        by=change.changed_by,
        at=change.changed_at,
    )
