"""Looking for events in the journal: by id, type, account, business day and outcome.

Positions come from an index where there is one for what is asked (an account's entries, refused
events, a day, an id); the rest is sifted out, newest first. One call looks at so many events and
then says how far it came: a page never takes longer than that, however large the journal is.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from sharemall.engine.events import accounts_of
from sharemall.ledger import journal, selectors
from sharemall.ledger.copying import array
from sharemall.ledger.events import Event
from sharemall.ledger.models import Account, Application, Day, Entry, Pending, SchemeVersion
from sharemall.ledger.reasons import NUMBER_OF_POOL, REASONS

PAGE = 50
LAST = 2**62  # behind every position that there will be
MOST_LOOKED_AT = 5_000
MOST_AT_ONCE = 2_000
ENTRIES_SHOWN = 12  # of one event in a list; its own page has all
APPLIED, REJECTED, PENDING = "applied", "rejected", "pending"

OF_DAY = """
SELECT min(position + 0), max(position + 0) FROM ledger_application WHERE day = %s
"""
# OFFSET keeps both from being read through: each event is found by its key.
FOUND = """
SELECT a.position, a.event_id, a.code, a.day, e.payload
FROM (SELECT position, event_id, code, day FROM ledger_application
      WHERE position = ANY(%s::bigint[]) OFFSET 0) a,
    LATERAL (SELECT payload FROM ledger_event WHERE id = a.event_id OFFSET 0) e
ORDER BY a.position DESC
"""
# The first entries of each event, and how many it has.
POSTED = """
SELECT position, account_id, reason, cash_micro, share_micro, coin_micro, quota_micro, places
FROM (
    SELECT *, row_number() OVER (PARTITION BY position ORDER BY account_id, reason) AS place,
           count(*) OVER (PARTITION BY position) AS places
    FROM ledger_entry WHERE position = ANY(%s::bigint[])
) posted WHERE place <= %s ORDER BY position, account_id, reason
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; empty values narrow nothing.

    `event_id` is an id or its beginning. `account` is a key of the directory: "m:<id>" a member,
    "s:<id>" a merchant, ".reserve" and so on. `outcome` is one of APPLIED, REJECTED, PENDING, or a
    code of rules.md.
    """

    event_id: str = ""
    type: str = ""
    account: str = ""
    day: date | None = None
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Posting:
    """An entry with its account's key."""

    account: str
    reason: str
    cash_micro: int
    share_micro: int
    coin_micro: int
    quota_micro: int


@dataclass(frozen=True, slots=True)
class Found:
    """An event, what became of it, and the first of its entries (`entries_count` in all).

    `position` None and `code` None: it is pending. `mark` asks for what comes after it.
    """

    event_id: str
    event: Event
    payload: str
    position: int | None
    code: str | None
    day: date | None
    mark: int
    entries: list[Posting] = field(default_factory=list)
    entries_count: int = 0

    @property
    def type(self) -> str:
        return str(self.event.get("type", ""))

    @property
    def accounts(self) -> list[str]:
        """The keys of the accounts that the event names."""
        return list(accounts_of(self.event))


@dataclass(frozen=True, slots=True)
class FoundPage:
    """Events, newest first. `before` asks for the next page; None: there is none.

    `is_cut`: the look-up stopped after so many events, there may be more further back.
    """

    events: list[Found]
    before: int | None
    is_cut: bool = False


def search(wanted: Wanted, *, before: int | None = None, limit: int = PAGE) -> FoundPage:
    """A page of the events that fit; `before` is a page's mark."""
    if wanted.outcome == PENDING:
        return _pending(wanted, before, limit)
    found: list[Found] = []
    looked = 0
    for rows, source_ended in _runs(wanted, before):
        looked += len(rows)
        for row in rows:
            if _fits(wanted, row):
                found.append(row)
            if len(found) > limit:
                return FoundPage(_with_entries(found[:limit]), found[limit - 1].mark)
        if source_ended:
            break
        if looked >= MOST_LOOKED_AT:
            return FoundPage(_with_entries(found), rows[-1].mark, is_cut=True)
    return FoundPage(_with_entries(found), None)


def event(event_id: str) -> Found | None:
    """The event of this id, applied or pending, with its first entries."""
    position = (
        Application.objects.filter(event_id=event_id).values_list("position", flat=True).first()
    )
    if position is not None:
        return _with_entries(_at([position]))[0]
    payload = journal.stored([event_id]).get(event_id)
    if payload is None:
        return None
    return Found(event_id, journal.parsed(payload), payload, None, None, None, 0)


def at_position(position: int) -> Found | None:
    """The event at this position, with its first entries."""
    found = _with_entries(_at([position]))
    return found[0] if found else None


def entries_of(
    position: int, *, after: tuple[int, int] = (0, -1), limit: int = 100
) -> tuple[list[Posting], tuple[int, int] | None]:
    """A page of a position's entries, in the order of accounts, and its successor's `after`."""
    account_id, reason = after
    rows = Entry.objects.filter(position=position).order_by("account_id", "reason")
    behind = Q(account_id__gt=account_id) | Q(account_id=account_id, reason__gt=reason)
    found = list(rows.filter(behind)[: limit + 1])
    shown = found[:limit]
    values = [
        (e.account_id, e.reason, e.cash_micro, e.share_micro, e.coin_micro, e.quota_micro)
        for e in shown
    ]
    last = (shown[-1].account_id, shown[-1].reason) if len(found) > limit else None
    return _postings(values), last


def of_prefixes(prefixes: Iterable[str]) -> list[Found]:
    """The events whose ids begin with one of these, applied ones by position, then pending ones.

    For prefixes of few events: there are no pages.
    """
    begins = Q()
    for prefix in prefixes:
        begins |= Q(event_id__startswith=prefix)
    if not begins:
        return []
    applied = Application.objects.filter(begins).order_by("position")
    found = _with_entries(_at(list(applied.values_list("position", flat=True)))[::-1])
    waiting = Pending.objects.filter(begins).order_by("seq").values_list("seq", "event_id")
    return found + _waiting(list(waiting))


def is_account(key: str) -> bool:
    """Whether the ledger has met this account."""
    return _number(key) is not None


def _runs(wanted: Wanted, before: int | None) -> Iterator[tuple[list[Found], bool]]:
    """Events of positions that may fit, in runs that grow; with each whether it is the last."""
    source = _source(wanted)
    size = PAGE + 1
    while True:
        positions = source(before, size)
        if not positions:
            yield [], True
            return
        yield _at(positions), len(positions) < size
        before = positions[-1]
        size = min(size * 4, MOST_AT_ONCE)


def _source(wanted: Wanted) -> Callable[[int | None, int], list[int]]:
    """Positions below a mark, newest first, by the index that narrows most."""
    if wanted.account and not wanted.event_id and wanted.outcome in ("", APPLIED):
        number = _number(wanted.account)
        entries = Entry.objects.filter(account_id=number or 0).order_by("-position")
        return _positions(entries.values_list("position", flat=True).distinct(), "position")
    if not wanted.event_id and wanted.outcome in ("", APPLIED):
        if wanted.type == "close_day":
            days = Day.objects.order_by("-position").values_list("position", flat=True)
            return _positions(days, "position")
        if wanted.type == "set_scheme":
            versions = SchemeVersion.objects.filter(position__gt=0).order_by("-position")
            return _positions(versions.values_list("position", flat=True), "position")
    rows = Application.objects.order_by("-position")
    if wanted.event_id:
        rows = rows.filter(event_id__startswith=wanted.event_id)
    if wanted.outcome == APPLIED:
        rows = rows.filter(code="")
    elif wanted.outcome:
        rows = rows.exclude(code="")
        if wanted.outcome != REJECTED:
            rows = rows.filter(code=wanted.outcome)
    if wanted.day is not None:
        rows = rows.filter(day=wanted.day, position__range=_span(wanted.day))
    return _positions(rows.values_list("position", flat=True), "position")


def _positions(rows: "QuerySet[Any, int]", name: str) -> Callable[[int | None, int], list[int]]:
    def below(before: int | None, most: int) -> list[int]:
        found = rows if before is None else rows.filter(**{f"{name}__lt": before})
        return list(found[:most])

    return below


def _span(day: date) -> tuple[int, int]:
    """The first and the last position of a business day's events; by the index on days."""
    with connection.cursor() as cursor:
        cursor.execute(OF_DAY, [day])
        first, last = cursor.fetchone()
    return first or 0, last or 0


def _at(positions: list[int]) -> list[Found]:
    with connection.cursor() as cursor:
        cursor.execute(FOUND, [array(positions)])
        return [
            Found(event_id, journal.parsed(payload), payload, position, code, day, position)
            for position, event_id, code, day, payload in cursor.fetchall()
        ]


def _fits(wanted: Wanted, row: Found) -> bool:
    """What the source did not see to."""
    if wanted.type and row.type != wanted.type:
        return False
    if wanted.day is not None and row.day != wanted.day:
        return False
    by_name = wanted.event_id or wanted.outcome not in ("", APPLIED)
    if wanted.account and by_name and wanted.account not in row.accounts:
        return False
    return wanted.outcome != APPLIED or row.code == ""


def _pending(wanted: Wanted, before: int | None, limit: int) -> FoundPage:
    """Events that wait to be applied, the newest first."""
    queue = Pending.objects.order_by("-seq")
    if before is not None:
        queue = queue.filter(seq__lt=before)
    if wanted.event_id:
        queue = queue.filter(event_id__startswith=wanted.event_id)
    waiting = list(queue.values_list("seq", "event_id")[:MOST_AT_ONCE])
    found = []
    for row in _waiting(waiting):
        fits = not wanted.type or row.type == wanted.type
        if fits and (not wanted.account or wanted.account in row.accounts):
            found.append(row)
        if len(found) > limit:
            return FoundPage(found[:limit], found[limit - 1].mark)
    is_cut = len(waiting) == MOST_AT_ONCE
    return FoundPage(found, waiting[-1][0] if is_cut else None, is_cut=is_cut)


def _waiting(queued: list[tuple[int, str]]) -> list[Found]:
    payloads = journal.stored([event_id for _, event_id in queued])
    return [
        Found(event_id, journal.parsed(payload), payload, None, None, None, seq)
        for seq, event_id in queued
        if (payload := payloads.get(event_id)) is not None
    ]


def _with_entries(found: list[Found]) -> list[Found]:
    """The same events, each with its first entries."""
    positions = [row.position for row in found if row.position is not None]
    with connection.cursor() as cursor:
        cursor.execute(POSTED, [array(positions), ENTRIES_SHOWN])
        rows = cursor.fetchall()
    postings = _postings([row[1:7] for row in rows])
    by_position: dict[int, tuple[list[Posting], int]] = {}
    for row, posting in zip(rows, postings, strict=True):
        by_position.setdefault(row[0], ([], row[7]))[0].append(posting)
    nothing: tuple[list[Posting], int] = ([], 0)
    posted = [by_position.get(row.position or 0, nothing) for row in found]
    return [
        replace(row, entries=entries, entries_count=count)
        for row, (entries, count) in zip(found, posted, strict=True)
    ]


def _postings(rows: Sequence[tuple[int, ...]]) -> list[Posting]:
    keys = selectors.keys_of(row[0] for row in rows)
    return [Posting(keys[row[0]], REASONS[row[1]], *row[2:]) for row in rows]


def _number(key: str) -> int | None:
    if key in NUMBER_OF_POOL:
        return NUMBER_OF_POOL[key]
    return Account.objects.filter(key=key).values_list("id", flat=True).first()
