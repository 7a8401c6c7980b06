"""The tables of the ledger's pages as rows of files."""

from collections.abc import Iterable, Iterator

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sharemall.console import files
from sharemall.console.files import Cell, Micro
from sharemall.console.templatetags.books import UNITS, account_name, booked_for, type_name
from sharemall.ledger import searching
from sharemall.ledger.balance_sheets import Movement, TrialBalance, sides_of
from sharemall.ledger.models import Day
from sharemall.ledger.searching import Found, Posting, Wanted
from sharemall.ledger.tallies import Moved

PAGE = 500
ENTRIES = 1_000


def journal(kind: str, wanted: Wanted) -> HttpResponseBase:
    """Every event that fits, the newest first, a row for each of its entries."""
    titles = [
        _("Position"),
        pgettext("books", "Event"),
        pgettext("books", "Type"),
        pgettext("books", "At"),
        _("Business day"),
        pgettext("books", "Outcome"),
        pgettext("books", "Account"),
        pgettext("books", "For"),
        *_units(),
    ]
    return files.answer(kind, "journal", titles, _events(wanted))


def trial(kind: str, balance: TrialBalance) -> HttpResponseBase:
    """The trial balance of all units."""
    titles = [pgettext("books", "Account"), *_sides()]
    rows: list[list[Cell]] = [
        [account_name(row.account), *_moved(row.moved)] for row in balance.rows
    ]
    rows.append([_("Total"), *_moved(balance.total)])
    return files.answer(kind, f"trial-balance-{balance.position}", titles, rows)


def movements(kind: str, found: Iterable[Movement]) -> HttpResponseBase:
    """A period's movements of all units."""
    titles = [pgettext("books", "For"), pgettext("books", "Account"), *_sides()]
    rows: list[list[Cell]] = [
        [booked_for(row.reason), account_name(row.account), *_moved(row.moved)] for row in found
    ]
    return files.answer(kind, "movements", titles, rows)


def days(kind: str, found: Iterable[Day]) -> HttpResponseBase:
    """The closes, the newest first."""
    titles = [
        _("Day"),
        _("Position"),
        _("Dividend fund"),
        _("Dividends paid"),
        _("Honour fund"),
        _("Honours paid"),
        _("To the reserve"),
        _("Forced exits"),
        _("Reserve after the close"),
        _("Shares outstanding after the close"),
    ]
    rows = (
        (
            row.day,
            row.position,
            Micro(row.dividend_fund_micro),
            Micro(row.dividend_paid_micro),
            Micro(row.honor_fund_micro),
            Micro(row.honor_paid_micro),
            Micro(row.to_reserve_micro),
            row.forced_exits,
            Micro(row.reserve_micro),
            Micro(row.outstanding_micro),
        )
        for row in found
    )
    return files.answer(kind, "day-closes", titles, rows)


def _units() -> list[str]:
    return [str(name) for name in UNITS.values()]


def _sides() -> list[str]:
    return [f"{unit}: {side}" for unit in _units() for side in (_("Debit"), _("Credit"))]


def _moved(moved: Moved) -> list[Micro]:
    sides = [(one.debit_micro, one.credit_micro) for one in sides_of(moved)]
    return [Micro(amount) for both in sides for amount in both]


def _events(wanted: Wanted) -> Iterator[list[Cell]]:
    before = None
    while True:
        page = searching.search(wanted, before=before, limit=PAGE)
        for found in page.events:
            yield from _rows(found)
        if page.before is None:
            return
        before = page.before


def _rows(found: Found) -> Iterator[list[Cell]]:
    outcome = pgettext("books", "Waiting") if found.code is None else found.code
    event: list[Cell] = [
        found.position,
        found.event_id,
        type_name(found.type),
        str(found.event.get("at", "")),
        found.day,
        outcome or pgettext("books", "Applied"),
    ]
    bare = True
    for row in _postings(found):
        bare = False
        amounts = (row.cash_micro, row.share_micro, row.coin_micro, row.quota_micro)
        yield [*event, row.account, booked_for(row.reason), *map(Micro, amounts)]
    if bare:
        yield event


def _postings(found: Found) -> Iterator[Posting]:
    if found.position is None or found.entries_count == len(found.entries):
        yield from found.entries
        return
    after: tuple[int, int] | None = (0, -1)
    while after is not None:
        rows, after = searching.entries_of(found.position, after=after, limit=ENTRIES)
        yield from rows
