"""The small lists as files: what has a page of its own making, and no change list."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from sharemall.catalogue.models import Category
from sharemall.compliance.models import BlockedClaim
from sharemall.console import files
from sharemall.console.access import page
from sharemall.console.files import Cell, Fen
from sharemall.merchants.models import FreightRule
from sharemall.office.models import Post
from sharemall.pages.models import Banner, HomeSection, Notice, PolicyVersion
from sharemall.schemes.models import Change
from sharemall.simulations.models import Simulation
from sharemall.till.models import TillPayment

_word = partial(pgettext_lazy, "tables")


class Column(NamedTuple):
    """A column: its title, and the way to its value from a row, `__` between the steps."""

    title: str | Promise
    way: str


class Table(NamedTuple):
    """A list: who may read it, its rows in order, its columns."""

    may: str
    rows: Callable[[], QuerySet[Any]]
    columns: tuple[Column, ...]


NAME_ZH = Column(_word("Name (Chinese)"), "name_zh")
NAME_EN = Column(_word("Name (English)"), "name_en")
TITLE_ZH = Column(_word("Title (Chinese)"), "title_zh")
TITLE_EN = Column(_word("Title (English)"), "title_en")
TEXT_ZH = Column(_word("Text (Chinese)"), "text_zh")
TEXT_EN = Column(_word("Text (English)"), "text_en")
FROM, UNTIL = Column(_word("From"), "starts_at"), Column(_word("Until"), "ends_at")
STATE, ON = Column(_word("State"), "state"), Column(_word("On"), "is_on")

TABLES: dict[str, Table] = {
    "categories": Table(
        "products.read",
        lambda: Category.objects.select_related("parent"),
        (
            Column(_word("Address"), "slug"),
            NAME_ZH,
            NAME_EN,
            Column(_word("Below"), "parent__slug"),
            Column(_word("On sale"), "on_sale"),
        ),
    ),
    "freight": Table(
        "merchants.read",
        lambda: FreightRule.objects.select_related("merchant").order_by("merchant_id", "id"),
        (
            Column(_word("Merchant"), "merchant__name_zh"),
            Column(_word("Name"), "name"),
            Column(_word("Free from"), "free_over_fen"),
            Column(_word("Prices"), "bands"),
        ),
    ),
    "banners": Table("pages.read", Banner.objects.all, (TITLE_ZH, TITLE_EN, FROM, UNTIL, ON)),
    "sections": Table(
        "pages.read",
        HomeSection.objects.all,
        (Column(_word("Kind"), "get_kind_display"), TITLE_ZH, TITLE_EN, ON),
    ),
    "notices": Table(
        "pages.read",
        Notice.objects.all,
        (
            TEXT_ZH,
            TEXT_EN,
            Column(_word("Where"), "get_where_display"),
            FROM,
            UNTIL,
            ON,
        ),
    ),
    "policies": Table(
        "pages.read",
        lambda: PolicyVersion.objects.select_related("edited_by", "published_by"),
        (
            Column(_word("Policy"), "get_slug_display"),
            Column(_word("Version"), "number"),
            Column(_word("Edited by"), "edited_by__name"),
            Column(_word("Published by"), "published_by__name"),
            Column(_word("Published at"), "published_at"),
            TEXT_ZH,
            TEXT_EN,
        ),
    ),
    "claims": Table(
        "pages.read",
        lambda: BlockedClaim.objects.order_by("id"),
        (Column(_word("Phrase"), "phrase"),),
    ),
    "changes": Table(
        "scheme.read",
        lambda: Change.objects.select_related("author", "submitted_by", "approver"),
        (
            Column(_word("Title"), "title"),
            STATE,
            Column(_word("Version"), "version"),
            Column(_word("Author"), "author__name"),
            Column(_word("Submitted by"), "submitted_by__name"),
            Column(_word("Approved by"), "approver__name"),
            Column(_word("Published at"), "published_at"),
            Column(_word("In effect from"), "effective_at"),
            Column(_word("Event"), "event_id"),
        ),
    ),
    "simulations": Table(
        "simulations.read",
        lambda: Simulation.objects.select_related("asked_by").order_by("-id"),
        (
            Column(_word("Title"), "title"),
            STATE,
            Column(_word("Scheme"), "scheme_name"),
            Column(_word("Seed"), "seed"),
            Column(_word("Days"), "days"),
            Column(_word("Asked by"), "asked_by__name"),
            Column(_word("Asked at"), "asked_at"),
            Column(_word("Ended at"), "ended_at"),
        ),
    ),
    "staff": Table(
        "staff.read",
        lambda: Post.objects.select_related("member", "given_by").order_by("member_id", "id"),
        (
            Column(_word("Name"), "member__name"),
            Column(_word("Phone"), "member__phone"),
            Column(_word("Role"), "get_role_display"),
            Column(_word("Given by"), "given_by__name"),
            Column(_word("Given at"), "given_at"),
        ),
    ),
    "till": Table(
        "till.read",
        lambda: TillPayment.objects.select_related("merchant", "member").order_by("-id"),
        (
            Column(_word("Number"), "no"),
            Column(_word("Merchant"), "merchant__name_zh"),
            Column(_word("Member"), "member__name"),
            Column(_word("Amount"), "amount_fen"),
            Column(_word("State"), "status"),
            Column(_word("At"), "created_at"),
        ),
    ),
}


def rows_of(table: Table) -> Iterator[list[Cell]]:
    """The rows as cells, read a thousand at a time."""
    for row in table.rows().iterator(chunk_size=files.CHUNK):
        yield [_cell(row, column.way) for column in table.columns]


def _cell(row: Model, way: str) -> Cell:
    value: Any = row
    for step in way.split("__"):
        value = getattr(value, step, None)
    if callable(value):
        value = value()
    if isinstance(value, bool):
        return str(_word("yes") if value else _word("no"))
    if isinstance(value, int) and way.endswith("_fen"):
        return Fen(value)
    return value if value is None or isinstance(value, int | date) else str(value)


def _file(table: Table, name: str, request: HttpRequest, kind: str) -> HttpResponseBase:
    titles = [str(column.title) for column in table.columns]
    return files.answer(kind, name, titles, rows_of(table))


def _path(name: str, table: Table, kind: str) -> URLPattern:
    def view(request: HttpRequest) -> HttpResponseBase:
        return _file(table, name, request, kind)

    return path(
        f"files/{name}.{kind}", page("GET", may=table.may)(view), name=f"console-{name}-{kind}"
    )


urlpatterns = [_path(name, table, kind) for name, table in TABLES.items() for kind in files.KINDS]
