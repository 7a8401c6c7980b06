"""Reads of the ledger for pages: what the last applied event left, never what is pending."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import QuerySet, Subquery

from sharemall.engine.scheme import Scheme, parse_scheme
from sharemall.ledger import journal, months
from sharemall.ledger import models as rows
from sharemall.ledger.reasons import NUMBER, REASONS
from sharemall.ledger.values import (
    Balance,
    DividendRow,
    Movement,
    Outcome,
    PoolView,
    PricePoint,
)

_CODES = """
SELECT e.id, a.code FROM ledger_event e LEFT JOIN ledger_application a ON a.event_id = e.id
WHERE e.id = ANY(%s)
"""


class LedgerClosed(Exception):
    """There is no mall in this database yet: `sharemall init` or `sharemall demo` makes one."""


@lru_cache(maxsize=64)
def parsed_scheme(toml: str) -> Scheme:
    """A scheme file's text as a scheme; the same text is parsed once a process."""
    return parse_scheme(toml)


@lru_cache(maxsize=64)
def scheme_of(version: int) -> Scheme:
    """The scheme of this version, which never changes: read once a process. Raises LookupError."""
    toml = rows.SchemeVersion.objects.filter(version=version).values_list("toml", flat=True).first()
    if toml is None:
        raise LookupError(f"there is no version {version} of the scheme")
    return parsed_scheme(toml)


def is_open() -> bool:
    """Whether a scheme has opened this ledger."""
    return rows.Pool.objects.exists()


def scheme() -> Scheme:
    """The scheme in force."""
    toml = rows.SchemeVersion.objects.order_by("-version").values_list("toml", flat=True).first()
    if toml is None:
        raise LedgerClosed
    return parsed_scheme(toml)


def scheme_version() -> int:
    """The number of the scheme in force: 1 is the first."""
    version = (
        rows.SchemeVersion.objects.order_by("-version").values_list("version", flat=True).first()
    )
    if version is None:
        raise LedgerClosed
    return version


def business_day(moment: datetime) -> date:
    """The business day of a moment, in the scheme's time zone."""
    return moment.astimezone(ZoneInfo(scheme().timezone)).date()


def outcome(event_id: str) -> Outcome | None:
    """What became of an event; None while it is pending or was never appended."""
    row = rows.Application.objects.filter(event_id=event_id).values_list("position", "code").first()
    return None if row is None else Outcome(event_id, *row)


def codes(event_ids: Sequence[str]) -> dict[str, str | None]:
    """Of these events those that were appended, with their code ("": applied; None: pending)."""
    with connection.cursor() as cursor:
        cursor.execute(_CODES, [list(event_ids)])
        return dict(cursor.fetchall())


def pool() -> PoolView:
    """The pool as the last applied event left it. Raises LedgerClosed before the opening."""
    return pool_and_scheme()[0]


def pool_and_scheme() -> tuple[PoolView, Scheme]:
    """The pool with the scheme in force, in one query. Raises LedgerClosed."""
    newest = rows.SchemeVersion.objects.order_by("-version").values("toml")[:1]
    row = rows.Pool.objects.annotate(toml=Subquery(newest)).first()
    if row is None or row.toml is None:
        raise LedgerClosed
    scheme = parsed_scheme(row.toml)
    return _pool_view(row, scheme), scheme


def _pool_view(row: rows.Pool, scheme: Scheme) -> PoolView:
    return PoolView(
        reserve_micro=row.reserve_micro,
        outstanding_micro=row.outstanding_micro,
        treasury_micro=row.treasury_micro,
        issued_micro=row.issued_micro,
        dividend_fund_micro=row.dividend_fund_micro,
        dividend_carry_micro=row.dividend_carry_micro,
        honor_fund_micro=row.honor_fund_micro,
        honor_carry_micro=tuple(row.honor_carry_micro),
        unassigned_micro=row.unassigned_micro,
        coins_micro=row.coins_micro,
        quota_granted_micro=row.granted_micro,
        quota_paid_micro=row.paid_micro,
        position=row.position,
        last_closed=row.last_closed,
        initial_price_micro=scheme.initial_price_micro,
    )


def balance(account: str) -> Balance:
    """What a member holds; zeros for one that the ledger has not met."""
    return _balance(number_of(account))


def merchant_balance(merchant: str) -> Balance:
    """What a merchant holds; zeros for one that the ledger has not met."""
    return _balance(_number(f"s:{merchant}"))


def _balance(number: int) -> Balance:
    row = rows.Balance.objects.filter(account_id=number).first()
    if row is None:
        return Balance()
    return Balance(
        shares_micro=row.share_micro,
        quota_micro=row.granted_micro - row.used_micro - row.dividends_micro,
        cash_micro=row.moved_micro + row.dividends_micro,
        coins_micro=row.coin_micro,
        dividends_micro=row.dividends_micro,
        level=row.level,
        granted_micro=row.granted_micro,
    )


def dividends(account: str, *, before: date | None = None, limit: int = 31) -> list[DividendRow]:
    """A member's dividends, newest first, of the days before `before`."""
    return months.newest(number_of(account), before or date.max, limit)


def dividend_months(account: str) -> list[DividendRow]:
    """A member's dividends by month (each under its first day), newest first."""
    return months.by_month(number_of(account))


def movements(account: str, *, before: int | None = None, limit: int = 20) -> list[Movement]:
    """A member's entries, newest first, of positions before `before`; dividends are apart."""
    found = rows.Entry.objects.filter(account_id=number_of(account))
    if before is not None:
        found = found.filter(position__lt=before)
    return _movements(found.order_by("-position", "reason")[:limit])


def movements_of(event_id: str, account: str) -> list[Movement]:
    """What one event moved on a member's account; empty while it is pending."""
    result = outcome(event_id)
    if result is None:
        return []
    found = rows.Entry.objects.filter(account_id=number_of(account), position=result.position)
    return _movements(found.order_by("reason"))


def moved_by(events: Mapping[str, str], reason: str) -> dict[str, tuple[int, int]]:
    """What each event moved on the account it is given with: (micro-shares, micro-quota).

    `events` are ids with members' accounts, `reason` a word of `reasons.REASONS`. Three queries,
    however many; an event that is pending or moved nothing there is left out.
    """
    positions = dict(
        rows.Application.objects.filter(event_id__in=events).values_list("event_id", "position")
    )
    keys = {f"m:{account}" for account in events.values()}
    numbers = dict(rows.Account.objects.filter(key__in=keys).values_list("key", "id"))
    found = rows.Entry.objects.filter(
        account_id__in=numbers.values(),
        position__in=positions.values(),
        reason=NUMBER[reason],
    ).values_list("account_id", "position", "share_micro", "quota_micro")
    moved = {(account_id, position): (share, quota) for account_id, position, share, quota in found}
    places = {
        event_id: (numbers.get(f"m:{account}"), positions.get(event_id))
        for event_id, account in events.items()
    }
    return {event_id: moved[place] for event_id, place in places.items() if place in moved}


def _movements(found: QuerySet[rows.Entry]) -> list[Movement]:
    entries = list(found)
    positions = {entry.position for entry in entries}
    ids = dict(
        rows.Application.objects.filter(position__in=positions).values_list("position", "event_id")
    )
    payloads = dict(rows.Event.objects.filter(id__in=ids.values()).values_list("id", "payload"))
    return [
        Movement(
            position=entry.position,
            at=journal.parsed(payloads[ids[entry.position]])["at"],
            reason=REASONS[entry.reason],
            cash_micro=entry.cash_micro,
            share_micro=entry.share_micro,
            coin_micro=entry.coin_micro,
            quota_micro=entry.quota_micro,
            event_id=ids[entry.position],
        )
        for entry in entries
    ]


def days(*, before: date | None = None, limit: int = 31) -> Sequence[rows.Day]:
    """Closed days, newest first; a row is what its close did (see `models.Day`)."""
    found = rows.Day.objects.order_by("-day")
    if before is not None:
        found = found.filter(day__lt=before)
    return list(found[:limit])


def rate_of(day: rows.Day) -> Fraction | None:
    """What one share got at a close, exact, in yuan; None where no rate was needed."""
    if day.rate_num is None or not day.rate_den:
        return None
    return Fraction(int(day.rate_num), int(day.rate_den))


def price_history(today: date) -> list[PricePoint]:
    """The price behind every closed day, oldest first, and the live one as the last point."""
    points = [
        PricePoint(*row)
        for row in rows.Day.objects.order_by("day").values_list(
            "day", "reserve_micro", "outstanding_micro"
        )
    ]
    live = pool()
    return [*points, PricePoint(today, live.reserve_micro, live.outstanding_micro)]


def level_counts() -> list[int]:
    """How many members are at exactly V0, V1 … V10 (11 numbers)."""
    counts = rows.Pool.objects.values_list("level_counts", flat=True).first()
    return list(counts or [0] * 11)


def last_verification() -> rows.Verification | None:
    """The newest successful verification of the journal."""
    return rows.Verification.objects.order_by("-position", "-verified_at").first()


def number_of(account: str) -> int:
    """A member's number in the directory; 0, which nobody has, if the ledger has not met it."""
    return _number(f"m:{account}")


def _number(key: str) -> int:
    return rows.Account.objects.filter(key=key).values_list("id", flat=True).first() or 0


def keys_of(numbers: Iterable[int]) -> dict[int, str]:
    """The directory's keys of accounts, by their numbers."""
    return dict(rows.Account.objects.filter(id__in=set(numbers)).values_list("id", "key"))
