"""A member's statement as a CSV file that spreadsheets open as it is meant."""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sharemall.engine.amounts import decimal_string
from sharemall.ledger import selectors as ledger
from sharemall.ledger import statements
from sharemall.ledger.values import Movement
from sharemall.storefront import origins

# A cell that begins so is a formula to a spreadsheet; an apostrophe makes it a text.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"  # without it Excel reads Chinese as something else

Cells = list[str]


class _Line:
    """What csv writes to: it hands the line back."""

    def write(self, text: str) -> str:
        return text


def lines(
    account: str, first: date, last: date, *, coins_name: str, language: str
) -> Iterator[str]:
    """The file a chunk of lines at a time, read while it is sent.

    The language is put on for each chunk anew: other code of the thread runs in between.
    """
    writer = csv.writer(_Line())
    zone = ZoneInfo(ledger.scheme().timezone)
    with translation.override(language):
        held = statements.statement(account, first, last)
        cash, coins = held.cash_micro, held.coins_micro
        before = pgettext("statement", "Before")
        text = writer.writerow(_head(coins_name))
        text += writer.writerow(_held(before, first, cash, coins))
    yield BOM + text
    chunks = iter(held.chunks)
    while True:
        with translation.override(language):
            chunk = next(chunks, None)
            if chunk is None:
                text = writer.writerow(_held(pgettext("statement", "After"), last, cash, coins))
            else:
                text = ""
                for row in origins.rows(chunk):
                    cash += row.move.cash_micro
                    coins += row.move.coin_micro
                    text += writer.writerow(_cells(row, cash, coins, zone))
        yield text
        if chunk is None:
            return


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _head(coins: str) -> Cells:
    names = [
        *(_("Time"), _("Reason"), _("Of what"), _("Cash"), _("Cash after")),
        *(coins, _("%(coins)s after") % {"coins": coins}, _("Number in the books")),
    ]
    return [safe(name) for name in names]


def _held(name: str, day: date, cash: int, coins: int) -> Cells:
    return [str(day), safe(name), "", "", decimal_string(cash), "", decimal_string(coins), ""]


def _cells(row: origins.Row, cash: int, coins: int, zone: ZoneInfo) -> Cells:
    move: Movement = row.move
    at = datetime.fromisoformat(move.at).astimezone(zone)
    return [
        f"{at:%Y-%m-%d %H:%M:%S}",
        safe(row.reason),
        safe(row.what),
        decimal_string(move.cash_micro),
        decimal_string(cash),
        decimal_string(move.coin_micro),
        decimal_string(coins),
        str(move.position),
    ]
