"""What was asked of a work list: a tab, filters, a search, a page; and the rows that answer it.

Pages are sought by a key, never counted off: one deep in the list costs what the first costs. A
search first finds at most `MOST_FOUND` rows by an index, and the rest is worked out among those.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import connection, models
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from sharemall.console.amounts import narrow
from sharemall.console.fields import Words
from sharemall.console.lists.filters import Days

if TYPE_CHECKING:
    from sharemall.console.lists.base import WorkList

PAGE = 50
MOST_COUNTED = 1_000  # of a tab: from here on the number is said to be larger
MOST_FOUND = 1_000
LONGEST_QUERY = 100
MOST_DIGITS = 18
SEARCH = {"type": "search", "autocomplete": "off"}


@dataclass(frozen=True, slots=True)
class Tab:
    """Rows of one state. Where it waits for somebody, `order` may bring the most urgent first."""

    key: str
    title: Words
    condition: Q | None = None  # None: all rows, which are not counted
    order: tuple[str, ...] = ()
    is_due: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """A tab, how many rows it has (None: not counted), and its address."""

    tab: Tab
    count: str | None
    url: str
    is_chosen: bool


class Listing:
    """What a request asks of a list. Broken marks, filters and tabs are as if they were not."""

    def __init__(self, rows: "WorkList", request: HttpRequest) -> None:
        self.of, self.request, self.asked = rows, request, request.GET
        self.tabs = rows.get_tabs()
        known = {tab.key: tab for tab in self.tabs}
        # Who searches looks through all of them, unless a tab was chosen.
        first = "" if self.asked.get("q") else rows.first_tab
        wanted = self.asked.get("state", first)
        self.tab = known.get(wanted) or known.get("") or Tab("", _("All"))
        self.form = _form_of(rows, self.asked)
        self.form.is_valid()
        self.data: dict[str, Any] = self.form.cleaned_data

    @cached_property
    def query(self) -> str:
        """What is looked for."""
        return narrow(self.data.get("q") or "").replace("\0", "")

    @cached_property
    def found(self) -> list[Any] | None:
        """The keys that the search finds, at most `MOST_FOUND` and one; None without a search."""
        if not self.query:
            return None
        rows = self.of.search(self.query)
        return list(rows.order_by().values_list("pk", flat=True)[: MOST_FOUND + 1])

    @property
    def has_too_many(self) -> bool:
        """Whether the search finds more than are shown."""
        return self.found is not None and len(self.found) > MOST_FOUND

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter or a search is at work."""
        return any(value not in (None, "") for value in self.data.values())

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The fields that the rows are in the order of, all up or all down, the key last."""
        if self.tab.order:
            return self.tab.order
        days = [part for part in self.of.filters if isinstance(part, Days)]
        if days and days[0].is_asked(self.data):
            # By the index of the day: what lies far back would be walked to otherwise.
            return (f"-{days[0].field}", "-pk")
        return self.of.order

    @cached_property
    def rows(self) -> QuerySet[Any]:
        """All rows that were asked for, in no order yet, with what the columns read."""
        rows: QuerySet[Any] = self.of.get_queryset(self.request)
        if self.tab.condition is not None:
            rows = rows.filter(self.tab.condition)
        for part in self.of.filters:
            rows = part.narrow(rows, self.data)
        if self.found is not None:
            rows = rows.filter(pk__in=self.found[:MOST_FOUND])
        return rows

    def after(self, mark: Any | None, limit: int) -> list[Any]:
        """The next rows behind the one with this key, in order; without a mark the first."""
        rows = self.rows.order_by(*self.order)
        if mark is not None:
            behind = self._behind(mark)
            if behind is None:
                return []
            rows = rows.filter(behind)
        return list(rows[:limit])

    def _behind(self, mark: Any) -> Q | None:
        """What comes after the row of this key; None where there is none."""
        names = [name.lstrip("-") for name in self.order]
        compare = "lt" if self.order[0].startswith("-") else "gt"
        if names == ["pk"]:
            return Q(**{f"pk__{compare}": mark})
        values = self.of.model._base_manager.filter(pk=mark).values_list(*names).first()
        if values is None:
            return None
        first, (at, pk) = names[0], values
        return Q(**{f"{first}__{compare}e": at}) & (
            Q(**{f"{first}__{compare}": at}) | Q(**{f"pk__{compare}": pk})
        )

    @cached_property
    def page(self) -> list[Any]:
        """The rows of the page, and one more where there is a next page."""
        return self.after(self._mark(), PAGE + 1)

    @property
    def shown(self) -> list[Any]:
        """The rows of the page."""
        return self.page[:PAGE]

    def _mark(self) -> Any | None:
        text = self.asked.get("before", "")[:60].replace("\0", "")
        key = self.of.model._meta.pk
        if not isinstance(getattr(key, "target_field", key), models.IntegerField):
            return text or None
        is_number = text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
        return int(text) if is_number else None

    @property
    def next_url(self) -> str:
        """The address of the next page; empty at the end."""
        if len(self.page) <= PAGE:
            return ""
        return self._url(before=str(self.page[PAGE - 1].pk))

    @property
    def first_url(self) -> str:
        """The address of the first page; empty on it."""
        return self._url() if self.asked.get("before") else ""

    @property
    def cleared_url(self) -> str:
        """The address without search and filters."""
        return f"?state={self.tab.key}" if self.tab.key else "?state="

    def counted(self) -> list[Counted]:
        """The tabs with how many rows each has, of all rows: one query, each count stops early."""
        of = [tab for tab in self.tabs if tab.condition is not None]
        counts = dict(zip((tab.key for tab in of), self._counts(of), strict=True))
        return [
            Counted(tab, counts.get(tab.key), f"?state={tab.key}", tab.key == self.tab.key)
            for tab in self.tabs
        ]

    def _counts(self, tabs: Sequence[Tab]) -> list[str]:
        if not tabs:
            return []
        parts, values = [], []
        for tab in tabs:
            rows = self.of.model._base_manager.filter(tab.condition).order_by().values("pk")
            sql, params = rows[: MOST_COUNTED + 1].query.sql_with_params()
            # Django's own SQL, put together.
            parts.append(f"(SELECT count(*) FROM ({sql}) AS found)")  # noqa: S608
            values += params
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(parts)}", values)
            found = cursor.fetchone()
        return [f"{MOST_COUNTED:,}+" if n > MOST_COUNTED else f"{n:,}" for n in found]

    def _url(self, **more: str) -> str:
        asked = self.asked.copy()
        asked.pop("before", None)
        for name, value in more.items():
            asked[name] = value
        return f"?{asked.urlencode()}"


def _form_of(rows: "WorkList", asked: Any) -> forms.Form:
    fields: dict[str, forms.Field] = {}
    if rows.search_hint:
        label: Any = rows.search_hint
        fields["q"] = forms.CharField(
            label=label,
            required=False,
            max_length=LONGEST_QUERY,
            widget=forms.TextInput(SEARCH),
        )
    for part in rows.filters:
        fields |= part.fields()
    kind = type("ListForm", (forms.Form,), fields)
    form: forms.Form = kind(asked)
    return form
