"""The scheme: what is in force, its changes from a draft to their effect, all versions."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sharemall.catalogue import rates_change
from sharemall.catalogue import selectors as catalogue
from sharemall.clock import services as clock
from sharemall.compliance.claims import BlockedClaims
from sharemall.console import faults, rerun_tables
from sharemall.console.access import may, page, who
from sharemall.console.forms.scheme import (
    ApproveForm,
    SchemeSheet,
    StartForm,
    WithdrawForm,
)
from sharemall.console.views.paging import before
from sharemall.console.views.sending import sent
from sharemall.ledger import selectors as ledger
from sharemall.schemes import reruns, selectors, services, words
from sharemall.schemes.difference import difference
from sharemall.schemes.models import Change
from sharemall.schemes.refusals import Refusal, Refused
from sharemall.schemes.services import scheme_of
from sharemall.schemes.values import BadValues

State = Change.State
OPEN = (State.DRAFT, State.SUBMITTED, State.PUBLISHED)


@page("GET", may="scheme.read")
def scheme(request: HttpRequest) -> HttpResponse:
    """What is in force, what waits, what needs an eye, and every change, the newest first."""
    now, found = clock.now(), selectors.changes(before=before(request))
    versions = selectors.versions(limit=1)
    context = {
        "current": versions[0] if versions else None,
        "whole": words.whole(versions[0].scheme, _names()) if versions else [],
        "alerts": selectors.alerts(now),
        "changes": found,
        "may_draft": may(request, "scheme.draft"),
        "next_url": f"?before={found[-1].pk}" if len(found) == selectors.PAGE else "",
    }
    return render(request, "console/scheme/list.html", context)


@page("GET", "POST", may="scheme.draft")
def new(request: HttpRequest) -> HttpResponse:
    """Begin a draft."""
    form = StartForm(**sent(request))
    if form.is_valid():
        try:
            change = services.start_draft(
                by=who(request),
                words=form.words,
                preset=form.cleaned_data["preset"],
                now=clock.now(),
            )
        except BlockedClaims as error:
            faults.tell_claims(form, error.words)
        except ValidationError as error:
            faults.tell(form, error)
        else:
            return redirect("console-scheme-edit", change_id=change.pk)
    status = 422 if form.errors else 200
    return render(request, "console/scheme/new.html", {"form": form}, status=status)


@page("GET", "POST", may="scheme.draft")
def edit(request: HttpRequest, change_id: int) -> HttpResponse:
    """The form of a draft: rows of zones, faults at their fields."""
    change = _found(change_id)
    if change.state != State.DRAFT:
        state = str(words.STATES[change.state])
        messages.error(request, _("It can no longer be edited: %(state)s.") % {"state": state})
        return redirect("console-scheme-change", change_id=change.pk)
    sheet = SchemeSheet(change, ledger.scheme(), request.POST or None)
    if request.method != "POST":
        return _sheet_page(request, sheet)
    if request.POST.get("do") == "row":
        sheet.add_row()
        return _sheet_page(request, sheet)
    status = _save(request, sheet)
    if status:
        return _sheet_page(request, sheet, status=status)
    messages.success(request, _("The draft is saved."))
    if request.POST.get("do") == "rerun":
        _rerun(request, change)
    return redirect("console-scheme-change", change_id=change.pk)


def _save(request: HttpRequest, sheet: SchemeSheet) -> int:
    """Save what was sent; 0, or the status of the page that says what is wrong."""
    if not sheet.is_valid():
        return 422
    try:
        services.save_draft(
            draft_id=sheet.change.pk,
            revision=sheet.revision,
            values=sheet.values,
            words=sheet.form.words,
            by=who(request),
            now=clock.now(),
        )
    except Refused as refused:
        sheet.form.add_error(None, words.sentence(refused))
        return 409
    except BadValues as bad:
        sheet.tell(bad)
    except BlockedClaims as error:
        faults.tell_claims(sheet.form, error.words)
    except ValidationError as error:
        faults.tell(sheet.form, error)
    else:
        return 0
    return 422


def _sheet_page(request: HttpRequest, sheet: SchemeSheet, status: int = 200) -> HttpResponse:
    context = {"sheet": sheet, "form": sheet.form, "change": sheet.change, "kept": ledger.scheme()}
    return render(request, "console/scheme/edit.html", context, status=status)


@page("GET", may="scheme.read")
def change(request: HttpRequest, change_id: int) -> HttpResponse:
    """One change: what it says, what it would have done, who did what, what can be done now."""
    return _change_page(request, _found(change_id))


def _change_page(
    request: HttpRequest,
    found: Change,
    approval: ApproveForm | None = None,
    withdrawal: WithdrawForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now, today, names = clock.now(), ledger.scheme(), _names()
    new_scheme, is_open = scheme_of(found), found.state in OPEN
    if is_open or found.version is None:
        changed = difference(today, new_scheme)
    else:
        changed = difference(ledger.scheme_of(found.version - 1), new_scheme)
    writers = {*found.revisions.values_list("by", flat=True), found.author_id}
    earliest = services.earliest(now)
    context: dict[str, Any] = {
        "change": found,
        "groups": words.groups(changed, names),
        "unfit": rates_change.look(new_scheme, now) if is_open else None,
        "taken_off": found.taken_off.select_related("product", "product__zone")[:200],
        "unknown_zones": [key for key in new_scheme.zones if key not in names],
        "tables": rerun_tables.tables(found.rerun, names) if found.rerun else None,
        "rerun_counts": found.is_rerun and found.rerun_against == ledger.scheme_version(),
        "revisions": found.revisions.select_related("by").order_by("-number"),
        "is_own": who(request).pk in {*writers, found.submitted_by_id},
        "may_draft": may(request, "scheme.draft"),
        "may_approve": may(request, "scheme.approve"),
        "approval": approval or ApproveForm(initial={"effective_at": earliest}),
        "withdrawal": withdrawal or WithdrawForm(),
        "earliest": earliest,
        "now": now,
    }
    return render(request, "console/scheme/change.html", context, status=status)


@page("POST", may="scheme.draft")
def rerun(request: HttpRequest, change_id: int) -> HttpResponse:
    """Run the last 90 days again: at once where it is short, else the worker does it."""
    found = _found(change_id)
    if _seen(request) == found.revision:
        _rerun(request, found)
    else:
        name, moment = found.changed_by.name, found.changed_at
        messages.error(request, words.sentence(Refused(Refusal.CHANGED, name=name, at=moment)))
    return redirect("console-scheme-change", change_id=found.pk)


def _rerun(request: HttpRequest, found: Change) -> None:
    now = clock.now()
    try:
        if reruns.is_short(now):
            reruns.rerun(draft_id=found.pk, now=now)
            messages.success(request, _("The last 90 days were run again."))
        else:
            reruns.ask(draft_id=found.pk, now=now)
            messages.info(request, _("There is much to go through: the worker is at it."))
    except Refused as refused:
        messages.error(request, words.sentence(refused))


@page("POST", may="scheme.draft")
def submit(request: HttpRequest, change_id: int) -> HttpResponse:
    """Hand a draft to a second person."""
    found = _found(change_id)
    try:
        services.submit(
            draft_id=found.pk, revision=_seen(request), by=who(request), now=clock.now()
        )
    except Refused as refused:
        messages.error(request, words.sentence(refused))
    else:
        messages.success(request, _("It waits for a second person's approval."))
    return redirect("console-scheme-change", change_id=found.pk)


@page("POST", may="scheme.draft")
def send_back(request: HttpRequest, change_id: int) -> HttpResponse:
    """A submitted change is worked on once more."""
    found = _found(change_id)
    try:
        services.send_back(draft_id=found.pk, by=who(request), now=clock.now())
    except Refused as refused:
        messages.error(request, words.sentence(refused))
    else:
        messages.success(request, _("It is a draft again."))
    return redirect("console-scheme-change", change_id=found.pk)


@page("POST", may="scheme.approve")
def approve(request: HttpRequest, change_id: int) -> HttpResponse:
    """Approve and publish a change that another wrote, for a day at least seven days off."""
    found = _found(change_id)
    form = ApproveForm(request.POST)
    if form.is_valid():
        try:
            services.approve(
                draft_id=found.pk,
                revision=_seen(request),
                effective_at=form.cleaned_data["effective_at"],
                by=who(request),
                now=clock.now(),
            )
        except Refused as refused:
            form.add_error("effective_at", words.sentence(refused))
        else:
            messages.success(request, _("It is published. Members read it from now on."))
            return redirect("console-scheme-change", change_id=found.pk)
    return _change_page(request, _found(change_id), approval=form, status=422)


@page("POST", may="scheme.draft")
def withdraw(request: HttpRequest, change_id: int) -> HttpResponse:
    """Give a change up before it takes effect."""
    found = _found(change_id)
    form = WithdrawForm(request.POST)
    if form.is_valid():
        why = form.cleaned_data["why"]
        try:
            services.withdraw(draft_id=found.pk, why=why, by=who(request), now=clock.now())
        except Refused as refused:
            form.add_error("why", words.sentence(refused))
        except BlockedClaims as error:
            form.add_error("why", faults.claims_sentence(error.words))
        else:
            messages.success(request, pgettext("rule change", "It is withdrawn."))
            return redirect("console-scheme-change", change_id=found.pk)
    return _change_page(request, _found(change_id), withdrawal=form, status=422)


@page("GET", may="scheme.read")
def versions(request: HttpRequest) -> HttpResponse:
    """Every version of the scheme, the newest first, with what each changed."""
    found, names = selectors.versions(before=before(request)), _names()
    rows = [(one, words.groups(one.difference, names) if one.difference else []) for one in found]
    more = found and found[-1].number > 1
    context = {"versions": rows, "next_url": f"?before={found[-1].number}" if more else ""}
    return render(request, "console/scheme/versions.html", context)


@page("GET", may="scheme.read")
def version_file(request: HttpRequest, number: int) -> HttpResponse:
    """A version's scheme file, as the journal has it."""
    found = selectors.versions(before=number + 1, limit=1)
    if not found or found[0].number != number:
        raise Http404
    response = HttpResponse(found[0].scheme.text, content_type="application/toml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="scheme-{number}.toml"'
    return response


def _found(change_id: int) -> Change:
    found = selectors.change(change_id)
    if found is None:
        raise Http404
    return found


def _seen(request: HttpRequest) -> int:
    """The revision that stood on the page from which the form came."""
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _names() -> dict[str, str]:
    return words.zone_names(catalogue.all_zones())
