"""What every work list has: a guard by role, pages without counting, actions, exports."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import DateTimeField, Model, QuerySet, Value
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from sharemall.clock import services as clock
from sharemall.console import access
from sharemall.console.lists import exports
from sharemall.console.lists.bulk import MOST_AT_ONCE, Bulk, Report, carry_out
from sharemall.console.lists.columns import Column, Words
from sharemall.console.lists.filters import Filter
from sharemall.console.lists.listing import Listing, Tab

EXPORT = "export"


# A page that a list leads to: its name, its title, its icon, the word that it needs.
Link = tuple[str, Words, str, str]


class WorkList(ModelAdmin):
    """A list of rows. `may_read` is the word of roles.py to look at it and to export it.

    Nothing is changed in the list itself but by its actions, which call services. A list with a
    `page_name` has its address in console/urls.py, the others have theirs below lists/.
    """

    may_read: ClassVar[str]
    page_name: ClassVar[str] = ""
    title: ClassVar[Words]
    note: ClassVar[Words] = ""
    columns: ClassVar[tuple[Column, ...]]
    filters: ClassVar[tuple[Filter, ...]] = ()
    tabs: ClassVar[tuple[Tab, ...]] = ()
    first_tab: ClassVar[str] = ""
    bulk: ClassVar[tuple[Bulk, ...]] = ()
    links: ClassVar[tuple[Link, ...]] = ()
    search_hint: ClassVar[Words] = ""
    empty: ClassVar[Words] = _("Nothing here")
    empty_hint: ClassVar[Words] = _("Choose another state, or take a filter away.")
    order: ClassVar[tuple[str, ...]] = ("-pk",)
    related: ClassVar[tuple[str, ...]] = ()
    beside: ClassVar[tuple[Any, ...]] = ()  # prefetched

    def get_tabs(self) -> Sequence[Tab]:
        """The states to choose from."""
        return self.tabs

    def search(self, query: str) -> QuerySet[Any]:
        """The rows that are meant by what was typed: only what an index finds."""
        raise NotImplementedError

    def called(self, row: Any) -> str:
        """What a row is called where it is chosen and reported."""
        return str(row)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = self.model._base_manager.select_related(*self.related)
        return rows.prefetch_related(*self.beside)

    def get_urls(self) -> list[URLPattern]:
        """The list alone: one row has a page of its own elsewhere."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_changelist"
        return [path("", self.view, name=name)]

    @property
    def view(self) -> Any:
        """The list behind the console's guard."""
        return self.admin_site.admin_view(self.changelist_view)

    @property
    def url(self) -> str:
        """Where the list is."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
        return reverse(self.page_name or name)

    def needed(self, request: HttpRequest) -> str:
        """The word that this request needs."""
        bulk = self._bulk(request.POST.get("action", ""))
        return bulk.may if request.method not in access.SAFE and bulk else self.may_read

    def needed_words(self) -> dict[str, str]:
        """What the matrix shows of it: looking, exporting, and each action."""
        return {
            "GET": self.may_read,
            f"POST {EXPORT}": self.may_read,
            **{f"POST {bulk.name}": bulk.may for bulk in self.bulk},
        }

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponseBase:
        """The page; or the export, or the action, that was asked for."""
        listing = Listing(self, request)
        if request.method in access.SAFE:
            return self._page(request, listing)
        action = request.POST.get("action", "")
        if action == EXPORT:
            return exports.response(self, listing, request.POST.get("as", ""))
        bulk = self._bulk(action)
        if bulk is None:
            messages.error(request, say("Choose what to do."))
            return self._page(request, listing, status=422)
        return self._act(request, listing, bulk)

    def _bulk(self, name: str) -> Bulk | None:
        return next((bulk for bulk in self.bulk if bulk.name == name), None)

    def _act(self, request: HttpRequest, listing: Listing, bulk: Bulk) -> HttpResponseBase:
        rows = self._chosen(request)
        if not rows:
            messages.error(request, say("Choose some rows first."))
            return self._page(request, listing, status=422)
        if bulk.asks and request.POST.get("sure") != "1":
            context = {"rows": [(row.pk, self.called(row)) for row in rows], "bulk": bulk}
            return self._render(request, "console/lists/sure.html", context)
        report = carry_out(bulk, [(self.called(row), row) for row in rows], request)
        return self._reported(request, bulk, report)

    def _reported(self, request: HttpRequest, bulk: Bulk, report: Report) -> HttpResponseBase:
        done = say("%(action)s: %(count)s done.") % {
            "action": bulk.title,
            "count": f"{report.done:,}",
        }
        if not report.failed:
            messages.success(request, done)
            return redirect(f"{self.url}?{request.META['QUERY_STRING']}")
        messages.warning(
            request,
            done + " " + say("%(count)s not: see why below.") % {"count": len(report.failed)},
        )
        context = {"bulk": bulk, "report": report}
        return self._render(request, "console/lists/report.html", context, status=422)

    def _chosen(self, request: HttpRequest) -> list[Any]:
        field = self.model._meta.pk
        keys = []
        for text in request.POST.getlist("row")[:MOST_AT_ONCE]:
            try:
                keys.append(field.to_python(text[:60].replace("\0", "")))
            except Exception:  # noqa: S112 (whatever the field says of a broken key)
                continue
        found = self.get_queryset(request).filter(pk__in=keys).in_bulk() if keys else {}
        return [found[key] for key in dict.fromkeys(keys) if key in found]

    def _page(self, request: HttpRequest, listing: Listing, status: int = 200) -> HttpResponseBase:
        actions = [bulk for bulk in self.bulk if access.may(request, bulk.may)]
        columns = [column for column in self.columns if column.shown]
        rows = [Row(self, row, columns) for row in listing.shown]
        context = {
            "listing": listing,
            "tabs": listing.counted(),
            "columns": columns,
            "rows": rows,
            "actions": actions,
            "links": [
                (reverse(name), title, icon)
                for name, title, icon, word in self.links
                if access.may(request, word)
            ],
            "next_url": listing.next_url,
        }
        return self._render(request, "console/lists/list.html", context, status=status)

    def _render(
        self, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
    ) -> HttpResponseBase:
        frame = self.admin_site.each_context(request)
        asked = request.META["QUERY_STRING"]
        back = f"{self.url}?{asked}" if asked else self.url
        context = {**frame, "list": self, "back": back, **context}
        return render(request, template, context, status=status)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return access.may(request, self.may_read)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return access.may(request, self.may_read)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class Row:
    """A row as the table shows it."""

    def __init__(self, rows: WorkList, row: Any, columns: Sequence[Column]) -> None:
        self.key, self.name, self._row, self._columns = row.pk, rows.called(row), row, columns

    @property
    def cells(self) -> list[tuple[Column, SafeString]]:
        """Each column with what stands in it."""
        return [(column, column.cell(self._row)) for column in self._columns]


def moment() -> Value:
    """The time of the request, on every row: the clock is asked once for all of them."""
    return Value(clock.now(), output_field=DateTimeField())


def to(name: str, **kwargs: Any) -> str:
    """The address of a page; empty where there is none for this (a key that no address takes)."""
    try:
        return reverse(name, kwargs=kwargs)
    except NoReverseMatch:
        return ""
