"""Tables that are handed in: looked at first, then carried out; what did not go in is a file."""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sharemall.clock import services as clock
from sharemall.console.access import page, who
from sharemall.console.fields import Words, text
from sharemall.console.imports import table
from sharemall.console.imports.goods import ProductImport
from sharemall.console.imports.parcels import ParcelImport
from sharemall.console.imports.stock import StockImport
from sharemall.console.models import Import
from sharemall.console.views.sending import sent

RECENT = 10
STATES: dict[str, tuple[Words, str]] = {
    "new": (pgettext_lazy("import", "New"), "chip-primary"),
    "changed": (pgettext_lazy("import", "Changed"), "chip-primary"),
    "same": (pgettext_lazy("import", "Nothing to change"), ""),
    "fault": (pgettext_lazy("import", "Does not go in"), "chip-sale"),
}
View = Callable[..., HttpResponseBase]


class TableForm(forms.Form):
    """A file, or rows pasted from a spreadsheet."""

    file = forms.FileField(
        label=_("CSV file"),
        required=False,
        widget=forms.ClearableFileInput({"accept": ".csv,text/csv"}),
        help_text=_("UTF-8 or GB 18030, at most 2,000 rows and 2 MB."),
        error_messages={"empty": _("There is nothing in it.")},
    )
    pasted = text(_("Or paste the rows"), table.MOST_BYTES, required=False, rows=6)

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        data = super().clean() or {}
        if not self.errors and not data.get("file") and not data.get("pasted"):
            self.add_error("file", say("Choose a file, or paste rows."))
        return data


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of one kind of import, named `console-import-<kind>` and so on."""

    kind: table.Kind
    may: str
    title: Words
    note: Words
    list_name: str
    titled: bool = True

    @property
    def base(self) -> str:
        """What the names of its pages begin with."""
        return f"console-import-{self.kind.name}"

    def start(self) -> View:
        """Handing a table in."""

        @page("GET", "POST", may=self.may)
        def start(request: HttpRequest) -> HttpResponse:
            form = TableForm(**sent(request))
            if request.method == "POST" and form.is_valid():
                try:
                    made = self._take(request, form)
                except table.Unreadable as fault:
                    form.add_error(
                        "file" if form.cleaned_data.get("file") else "pasted", str(fault)
                    )
                else:
                    return redirect(f"{self.base}-one", import_id=made.pk)
            context = {
                "pages": self,
                "form": form,
                "recent": Import.objects.filter(kind=self.kind.name).select_related("member")[
                    :RECENT
                ],
            }
            status = 422 if form.errors else 200
            return render(request, "console/imports/start.html", context, status=status)

        return start

    def template(self) -> View:
        """An empty table to fill in."""

        @page("GET", may=self.may)
        def template(request: HttpRequest) -> HttpResponse:
            return _file(table.template(self.kind.heads), f"{self.kind.name}.csv")

        return template

    def one(self) -> View:
        """What would come of a table, row by row; and carrying it out."""

        @page("GET", "POST", may=self.may)
        def one(request: HttpRequest, import_id: int) -> HttpResponse:
            found = self._found(import_id)
            if request.method == "POST":
                self._carry_out(request, found)
                return redirect(f"{self.base}-one", import_id=found.pk)
            counts = Counter(row["state"] for row in found.report)
            context = {
                "pages": self,
                "found": found,
                "counts": [(*STATES[key], counts[key]) for key in STATES if counts[key]],
                "rows": [{**row, "words": STATES[row["state"]]} for row in found.report],
                "good": counts["new"] + counts["changed"],
                "bad": counts["fault"],
            }
            return render(request, "console/imports/report.html", context)

        return one

    def left(self) -> View:
        """The rows that do not go in, to be mended."""

        @page("GET", may=self.may)
        def left(request: HttpRequest, import_id: int) -> HttpResponse:
            found = self._found(import_id)
            name = f"{self.kind.name}-{found.pk}-left.csv"
            return _file(table.left_over(found.text, found.report), name)

        return left

    def _take(self, request: HttpRequest, form: TableForm) -> Import:
        file = form.cleaned_data.get("file")
        content = table.decoded(file.read(table.MOST_BYTES + 1)) if file else ""
        handed_in = content or form.cleaned_data["pasted"].replace("\0", "")
        made = Import(
            kind=self.kind.name,
            name=file.name[:100] if file else "",
            text=handed_in,
            member=who(request),
            at=clock.now(),
        )
        self._work(request, made, for_real=False)
        made.save()
        return made

    def _carry_out(self, request: HttpRequest, found: Import) -> None:
        if found.done_at is not None:
            messages.warning(request, say("This was carried out already."))
            return
        self._work(request, found, for_real=True)
        found.done_at = clock.now()
        found.save(update_fields=["report", "done_at"])
        bad = sum(row["state"] == "fault" for row in found.report)
        facts = {"good": f"{len(found.report) - bad:,}", "bad": f"{bad:,}"}
        if bad:
            messages.warning(request, say("%(good)s rows went in, %(bad)s did not.") % facts)
        else:
            messages.success(request, say("%(good)s rows went in.") % facts)

    def _work(self, request: HttpRequest, of: Import, *, for_real: bool) -> None:
        lines = table.read(of.text, self.kind.heads, titled=self.titled)
        told = self.kind.work(lines, of=of, by=who(request), now=clock.now(), for_real=for_real)
        of.report = [asdict(row) for row in told]

    def _found(self, import_id: int) -> Import:
        found = Import.objects.select_related("member")
        row = found.filter(pk=import_id, kind=self.kind.name).first()
        if row is None:
            raise Http404
        return row


def _file(content: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


PRODUCTS = Pages(
    ProductImport(),
    "products.change",
    _("Import products"),
    _(
        "A row for each variant. An empty cell leaves what is there; variants that are not in the "
        "file stay as they are. Stock is what a new variant begins with."
    ),
    "console-products",
)
STOCK = Pages(
    StockImport(),
    "stock.change",
    _("Import stock"),
    _(
        "A row for each SKU, with a change (20 or -3) or with what was counted. The same file "
        "again changes nothing."
    ),
    "console-stock",
)
PARCELS = Pages(
    ParcelImport(),
    "orders.ship",
    pgettext_lazy("lists", "Ship many"),
    _("A row for each parcel: order number, carrier, tracking number. Titles may be left out."),
    "console-orders",
    titled=False,
)
ALL = (PRODUCTS, STOCK, PARCELS)
