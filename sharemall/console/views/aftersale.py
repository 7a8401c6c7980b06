"""After-sale: cases of all merchants, and what the merchant or the platform says to one."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sharemall.aftersale import answering, granting, offering, returning, selectors
from sharemall.aftersale.models import Case
from sharemall.aftersale.refusals import Refused
from sharemall.clock import services as clock
from sharemall.console.access import page, who
from sharemall.console.forms.aftersale import (
    AnswerForm,
    CaseForm,
    DecideForm,
    OfferingForm,
    ReceiptForm,
    RejectForm,
    ReplaceForm,
)


@page("GET", may="aftersale.read")
def case(request: HttpRequest, no: str) -> HttpResponse:
    """Everything about a case, and what is to be done next."""
    found = _found(no)
    return _case_page(request, found, _form_for(found))


@page("POST", may="aftersale.answer")
def answer(request: HttpRequest, no: str) -> HttpResponse:
    """The merchant's yes or no."""
    found = _found(no)
    form = AnswerForm(request.POST)
    _fit(form, found)
    data = form.cleaned_data if form.is_valid() else {}

    def work() -> None:
        if data["answer"] == "decline":
            answering.decline(no=no, by=who(request), text=data["text"], now=clock.now())
            return
        given: dict[str, Any] = {
            "no": no,
            "by": who(request),
            "freight_fen": data.get("freight_fen") or 0,
            "return_to": data.get("return_to", ""),
            "text": data["text"],
            "now": clock.now(),
        }
        if data["answer"] == "offer":
            offering.offer(fen=data.get("fen"), quantity=data.get("quantity"), **given)
        else:
            answering.accept(**given)

    return _do(request, found, form, work)


@page("POST", may="aftersale.answer")
def receipt(request: HttpRequest, no: str) -> HttpResponse:
    """What came back is there: as it should be, or not."""
    found = _found(no)
    form = _receipt_form(found, request.POST)
    data = form.cleaned_data if form.is_valid() else {}

    def work() -> None:
        given = {"no": no, "by": who(request), "text": data["text"], "now": clock.now()}
        if data.get("answer", "decline") == "decline":
            answering.decline(**given)
        elif data["answer"] == "offer":
            offering.offer(fen=data["fen"], quantity=data.get("quantity"), **given)
        else:
            returning.receive_back(**given)

    return _do(request, found, form, work)


@page("POST", may="aftersale.answer")
def replace(request: HttpRequest, no: str) -> HttpResponse:
    """What came back is there, and another piece is on its way."""
    found = _found(no)
    form = ReplaceForm(request.POST)
    is_valid = form.is_valid()

    def work() -> None:
        assert is_valid
        returning.resend(
            no=no,
            by=who(request),
            carrier=form.carrier_name,
            tracking_no=form.cleaned_data["tracking_no"],
            now=clock.now(),
        )

    return _do(request, found, form, work)


@page("POST", may="aftersale.answer")
def decide(request: HttpRequest, no: str) -> HttpResponse:
    """The platform's decision."""
    found = _found(no)
    form = _decide_form(found, request.POST)
    data = form.cleaned_data if form.is_valid() else {}

    def work() -> None:
        answering.decide(
            no=no,
            by=who(request),
            for_member=data["decision"] == "member",
            fen=data["fen"],
            return_to=data.get("return_to", ""),
            text=data["text"],
            now=clock.now(),
        )

    return _do(request, found, form, work)


def _decide_form(found: Case, given: QueryDict | None = None) -> DecideForm:
    form = DecideForm(given, initial=_address(found))
    if found.kind == Case.Kind.REFUND:
        del form.fields["return_to"]
    return form


def _do(
    request: HttpRequest, found: Case, form: CaseForm, work: Callable[[], None]
) -> HttpResponse:
    if not form.errors:
        try:
            work()
        except Refused as refused:
            form.tell(refused)
        else:
            granting.settle(no=found.no, now=clock.now())
            _say(request, found.no)
            return redirect("console-case", no=found.no)
    return _case_page(request, _found(found.no), form, status=422)


def _say(request: HttpRequest, no: str) -> None:
    found = _found(no)
    if found.refused_code and found.is_open:
        messages.error(request, _("The shop's balance is too low for this refund."))
    else:
        messages.success(request, _("Saved."))


def _found(no: str) -> Case:
    found = selectors.staff_case(no)
    if found is None:
        raise Http404
    return found


def _form_for(found: Case) -> CaseForm | None:
    """The form of what is to be done next; None where it is not on the staff."""
    if found.late(clock.now()):
        return None
    match found.state:
        case Case.State.ASKED:
            form = AnswerForm(initial=_address(found))
            _fit(form, found)
            return form
        case Case.State.SENT_BACK:
            return _receipt_form(found)
        case Case.State.ARBITRATION:
            return _decide_form(found)
    return None


def _address(found: Case) -> dict[str, str]:
    return {"return_to": found.return_to or found.merchant.return_to}


def _receipt_form(found: Case, given: QueryDict | None = None) -> ReceiptForm:
    if found.kind == Case.Kind.EXCHANGE:
        return RejectForm(given)
    form = ReceiptForm(given)
    _fit_offer(form, found)
    return form


def _fit_offer(form: OfferingForm, found: Case) -> None:
    only_one = found.quantity == 1
    if found.refused_code:
        form.without_offer("decline")
    elif not offering.is_free(found) or (only_one and found.kind == Case.Kind.EXCHANGE):
        form.without_offer()
    elif found.kind == Case.Kind.EXCHANGE:
        form.without("fen")
    elif only_one:
        form.without("quantity")


def _fit(form: AnswerForm, found: Case) -> None:
    """Leave out what the case has no use for."""
    _fit_offer(form, found)
    if found.kind == Case.Kind.REFUND:
        form.without("return_to")
    bears = not found.is_goodwill and found.kind != Case.Kind.EXCHANGE
    if not bears or found.order.freight_fen == found.order.freight_refunded_fen:
        form.without("freight_fen")


def _case_page(
    request: HttpRequest, found: Case, form: CaseForm | None, status: int = 200
) -> HttpResponse:
    context = {"case": found, "late": found.late(clock.now())}
    for kind, name in ((AnswerForm, "answer"), (DecideForm, "decide"), (ReceiptForm, "receipt")):
        if isinstance(form, kind):
            context[f"{name}_form"] = form
    if found.state == Case.State.SENT_BACK and found.kind == Case.Kind.EXCHANGE:
        context["replace_form"] = form if isinstance(form, ReplaceForm) else ReplaceForm()
        context.setdefault("receipt_form", RejectForm())
    return render(request, "console/case.html", context, status=status)
