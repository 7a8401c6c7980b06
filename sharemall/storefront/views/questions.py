"""Questions and complaints of a member."""

from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sharemall.clock import services as clock
from sharemall.orders import selectors as orders
from sharemall.storefront.forms.help import TicketForm, WriteForm
from sharemall.storefront.requests import mark, member_of
from sharemall.tickets import selectors, services
from sharemall.tickets.services import Refusal, Refused
from sharemall.tickets.words import ABOUT, sentence


@never_cache
@require_safe
@login_required
def tickets(request: HttpRequest) -> HttpResponse:
    """The member's own questions and complaints, newest first."""
    before = mark(request)
    page = selectors.tickets(member_of(request), before=before)
    context = {
        "tickets": page.tickets,
        "next_url": f"?before={page.before}" if page.before else "",
        "before": before,
        "now": clock.now(),
        "dock": "me",
    }
    return render(request, "help/list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Ask or complain; `?about=order:<number>` says what about."""
    given = request.POST if request.method == "POST" else request.GET
    about = _about(request, given.get("about", ""))
    if request.method != "POST":
        form = TicketForm(initial={"kind": "help", "key": uuid4(), "about": about})
        return _form_page(request, form, about)
    form = TicketForm(request.POST)
    if form.is_valid():
        try:
            ticket = services.open_ticket(
                member=member_of(request),
                kind=form.cleaned_data["kind"],
                about=about,
                text=form.cleaned_data["text"],
                key=form.cleaned_data["key"],
                now=clock.now(),
            )
        except Refused as refused:
            form.add_error("text", sentence(refused))
        else:
            return redirect("ticket", no=ticket.no)
    return _form_page(request, form, about)


def _about(request: HttpRequest, text: str) -> str:
    """What it is about, if that is something; orders are the member's own."""
    what, _colon, no = text.partition(":")
    if what == "order":
        return text if orders.order(member_of(request), no) is not None else ""
    return text if text in ABOUT else ""


def _form_page(request: HttpRequest, form: TicketForm, about: str) -> HttpResponse:
    context = {"form": form, "about": about, "dock": "me"}
    return render(request, "help/new.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def ticket(request: HttpRequest, no: str) -> HttpResponse:
    """One ticket: what was written, by when the mall answers, and writing again."""
    form = WriteForm(request.POST or None, initial={"key": uuid4()})
    if request.method == "POST" and form.is_valid():
        try:
            services.write(
                member=member_of(request),
                no=no,
                text=form.cleaned_data["text"],
                key=form.cleaned_data["key"],
                now=clock.now(),
            )
        except Refused as refused:
            _check_known(refused)
            form.add_error("text", sentence(refused))
        else:
            return redirect("ticket", no=no)
    found = selectors.ticket(member_of(request), no)
    if found is None:
        raise Http404
    now = clock.now()
    context = {
        "ticket": found,
        "form": form,
        "is_overdue": found.is_overdue(now),
        "dock": "me",
    }
    return render(request, "help/ticket.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
@login_required
def close(request: HttpRequest, no: str) -> HttpResponse:
    """The member needs no answer any more."""
    try:
        services.close(member=member_of(request), no=no, now=clock.now())
    except Refused as refused:
        _check_known(refused)
    messages.success(request, _("The ticket is closed."))
    return redirect("ticket", no=no)


def _check_known(refused: Refused) -> None:
    if refused.refusal == Refusal.UNKNOWN:
        raise Http404
