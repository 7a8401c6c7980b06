"""The mall's face: banners, sections of home and notices, each with a look before it counts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from sharemall.catalogue.models import Product
from sharemall.clock import services as clock
from sharemall.console import faults
from sharemall.console.access import page
from sharemall.console.forms.face import BannerForm, NoticeForm, SectionForm
from sharemall.console.views.sending import sent
from sharemall.pages import leads, previews, selectors, services
from sharemall.pages.defaults import usual_sections
from sharemall.pages.errors import Conflict, Gone, StillShown
from sharemall.pages.models import Banner, HomeSection, Notice

MOST_DIGITS = 9
SUGGESTED = 500  # products that a browser offers while one is typed


@dataclass(frozen=True, slots=True)
class Desk:
    """What the pages of one kind have of their own; `key` is what the services call its id."""

    kind: str
    key: str
    form: Any
    model: Any
    save: Callable[..., Any]
    draft: Callable[..., Any]
    initial: dict[str, Any]


BANNERS = Desk(
    kind="banners",
    key="banner_id",
    form=BannerForm,
    model=Banner,
    save=services.save_banner,
    draft=services.drafted_banner,
    initial={"tone": "brand", "leads_to": "nowhere"},
)
SECTIONS = Desk(
    kind="sections",
    key="section_id",
    form=SectionForm,
    model=HomeSection,
    save=services.save_section,
    draft=services.drafted_section,
    initial={"many": 6},
)
NOTICES = Desk(
    kind="notices",
    key="notice_id",
    form=NoticeForm,
    model=Notice,
    save=services.save_notice,
    draft=services.drafted_notice,
    initial={"where": "home", "level": "info"},
)
LISTS = {desk.kind: f"console-{desk.kind}" for desk in (BANNERS, SECTIONS, NOTICES)}


@page("GET", may="pages.read")
def banners(request: HttpRequest) -> HttpResponse:
    """All banners in their order."""
    found = list(Banner.objects.all())
    lost = leads.lost(found)
    rows = [one | {"is_lost": one["row"].pk in lost} for one in _rows(found)]
    return render(request, "console/face/banners.html", {"rows": rows})


@page("GET", may="pages.read")
def sections(request: HttpRequest) -> HttpResponse:
    """Home's sections in their order; the usual ones where nothing is set."""
    rows = _rows(HomeSection.objects.all())
    context = {"rows": rows, "usual": [] if rows else usual_sections()}
    return render(request, "console/face/sections.html", context)


@page("GET", may="pages.read")
def notices(request: HttpRequest) -> HttpResponse:
    """All notices, the newest first."""
    return render(request, "console/face/notices.html", {"rows": _rows(Notice.objects.all())})


@page("GET", "POST", may="pages.change")
def new_banner(request: HttpRequest) -> HttpResponse:
    """A further banner, off until it is switched on."""
    return _form_page(request, BANNERS, None)


@page("GET", "POST", may="pages.read", to_post="pages.change")
def banner(request: HttpRequest, banner_id: int) -> HttpResponse:
    """A banner, to be changed or looked at."""
    return _form_page(request, BANNERS, banner_id)


@page("GET", "POST", may="pages.change")
def new_section(request: HttpRequest) -> HttpResponse:
    """A further section."""
    return _form_page(request, SECTIONS, None)


@page("GET", "POST", may="pages.read", to_post="pages.change")
def section(request: HttpRequest, section_id: int) -> HttpResponse:
    """A section of home."""
    return _form_page(request, SECTIONS, section_id)


@page("GET", "POST", may="pages.change")
def new_notice(request: HttpRequest) -> HttpResponse:
    """A further notice."""
    return _form_page(request, NOTICES, None)


@page("GET", "POST", may="pages.read", to_post="pages.change")
def notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """A notice."""
    return _form_page(request, NOTICES, notice_id)


@page("POST", may="pages.change")
def adopt(request: HttpRequest) -> HttpResponse:
    """Take over the usual sections, to change them."""
    services.adopt_usual_sections()
    return redirect("console-sections")


@page("POST", may="pages.change")
def switch(request: HttpRequest, kind: str, row_id: int) -> HttpResponse:
    """Show a row to shoppers, or hide it."""
    _known(kind, services.KINDS)
    on = request.POST.get("on") == "1"
    try:
        services.switch(kind=kind, pk=row_id, on=on)
    except Gone:
        raise Http404 from None
    messages.success(request, _("It is switched on.") if on else _("It is switched off."))
    return redirect(LISTS[kind])


@page("POST", may="pages.change")
def move(request: HttpRequest, kind: str, row_id: int) -> HttpResponse:
    """One place up or down."""
    _known(kind, services.ORDERED)
    try:
        up, place = request.POST.get("to") == "up", number_of(request, "place")
        services.move(kind=kind, pk=row_id, up=up, place=place)
    except Gone:
        raise Http404 from None
    except Conflict:
        messages.error(request, _("The order was changed by somebody else. Look at it again."))
    return redirect(LISTS[kind])


@page("POST", may="pages.change")
def remove(request: HttpRequest, kind: str, row_id: int) -> HttpResponse:
    """Take away what is switched off."""
    _known(kind, services.KINDS)
    try:
        services.remove(kind=kind, pk=row_id)
    except Gone:
        raise Http404 from None
    except StillShown:
        messages.error(request, _("Switch it off first."))
    else:
        messages.success(request, _("It is removed."))
    return redirect(LISTS[kind])


def number_of(request: HttpRequest, name: str) -> int:
    """A number that came with a form; -1, which fits nothing, where it is none."""
    given = request.POST.get(name, "")
    readable = given.isascii() and given.isdecimal() and len(given) <= MOST_DIGITS
    return int(given) if readable else -1


def conflict_sentence() -> str:
    """What whoever was slower is told."""
    return _(
        "Somebody else saved this while you were writing. Nothing of yours is saved and nothing of "
        "theirs is lost: open the page anew in another tab, and put your changes in there."
    )


def _rows(found: Any) -> list[dict[str, Any]]:
    """Each row with its state, its place and the address of a look at it."""
    now = clock.now()
    return [
        {
            "row": row,
            "place": place,
            "state": _state(row, now),
            "look": look_url(previews.token(row, now)),
        }
        for place, row in enumerate(found, 1)
    ]


def _state(row: Any, now: Any) -> str:
    if isinstance(row, HomeSection):
        return "shown" if row.is_on else "off"
    return selectors.state(row, now)


def look_url(token: str) -> str:
    """The address of home with a draft in it."""
    return f"{reverse('home')}?{urlencode({'preview': token})}"


def _form_page(request: HttpRequest, desk: Desk, row_id: int | None) -> HttpResponse:
    row = None if row_id is None else desk.model.objects.filter(pk=row_id).first()
    if row_id is not None and row is None:
        raise Http404
    form = desk.form(**sent(request), initial=desk.form.initial_of(row) if row else desk.initial)
    status = 200
    if form.is_valid():
        try:
            return _done(request, desk, form, row)
        except ValidationError as error:
            faults.tell(form, error, called=form.called())
        except Gone:
            raise Http404 from None
        except Conflict:
            form.add_error(None, conflict_sentence())
            status = 409
    context = {
        "form": form,
        "row": row,
        "revision": request.POST.get("revision") or (row.revision if row else 0),
        "list_url": reverse(LISTS[desk.kind]),
        "products": _suggested() if desk is not NOTICES else [],
    }
    if form.errors and status == 200:
        status = 422
    return render(request, f"console/face/{desk.kind}_form.html", context, status=status)


def _done(request: HttpRequest, desk: Desk, form: Any, row: Any) -> HttpResponse:
    which = {desk.key: row.pk if row else None}
    if "preview" in request.POST:
        draft = desk.draft(**which, **form.given)
        return redirect(look_url(previews.token(draft, clock.now())))
    saved = desk.save(**which, revision=number_of(request, "revision"), **form.given)
    if row is None:
        messages.success(request, _("Saved. Shoppers see it once it is switched on."))
    else:
        messages.success(request, _("Saved."))
    return redirect(f"{reverse(LISTS[desk.kind])}#row-{saved.pk}")


def _suggested() -> list[Product]:
    rows = Product.objects.filter(on_sale=True).only("slug", "name_zh", "name_en")
    return list(rows.order_by("position", "id")[:SUGGESTED])


def _known(kind: str, kinds: Any) -> None:
    if kind not in kinds:
        raise Http404
