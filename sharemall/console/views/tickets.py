"""Questions and complaints: answered and closed."""

from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sharemall.clock import services as clock
from sharemall.console.access import page, who
from sharemall.console.forms.tickets import AnswerForm
from sharemall.tickets import selectors, services
from sharemall.tickets.services import Refusal, Refused
from sharemall.tickets.words import sentence


@page("GET", "POST", may="tickets.read", to_post="tickets.answer")
def ticket(request: HttpRequest, no: str) -> HttpResponse:
    """One ticket, and answering it."""
    form = AnswerForm(request.POST) if request.method == "POST" else AnswerForm.fresh(uuid4())
    if request.method == "POST" and form.is_valid():
        try:
            services.answer(
                staff=who(request),
                no=no,
                text=form.cleaned_data["text"],
                key=form.cleaned_data["key"],
                now=clock.now(),
            )
        except Refused as refused:
            _check_known(refused)
            form.add_error("text", sentence(refused))
        else:
            messages.success(request, _("The member has your answer."))
            return redirect("console-ticket", no=no)
    found = selectors.staff_ticket(no)
    if found is None:
        raise Http404
    context = {"ticket": found, "form": form, "now": clock.now()}
    return render(request, "console/ticket.html", context, status=422 if form.errors else 200)


@page("POST", may="tickets.answer")
def close(request: HttpRequest, no: str) -> HttpResponse:
    """Close what was answered."""
    try:
        services.close_by_staff(no=no, now=clock.now())
    except Refused as refused:
        _check_known(refused)
        messages.error(request, sentence(refused))
    else:
        messages.success(request, _("The ticket is closed."))
    return redirect("console-ticket", no=no)


def _check_known(refused: Refused) -> None:
    if refused.refusal == Refusal.UNKNOWN:
        raise Http404
