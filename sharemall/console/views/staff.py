"""Who works in the office: roles given and taken, lost phones, and who may do what."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sharemall.clock import services as clock
from sharemall.console import matrix
from sharemall.console.access import page, who
from sharemall.members.models import Member
from sharemall.office import second_factor, selectors, services
from sharemall.office.models import Role
from sharemall.office.refusals import Refusal, Refused


@page("GET", "POST", may="staff.read", to_post="staff.change")
def staff(request: HttpRequest) -> HttpResponse:
    """Everybody with a role; a POST gives one to the member of a phone number."""
    context = {"staff": selectors.staff(), "roles": Role.choices}
    if request.method != "POST":
        return render(request, "console/office/staff.html", context)
    member = Member.objects.filter(phone=request.POST.get("phone", "").strip()).first()
    role = request.POST.get("role", "")
    try:
        if member is None or role not in Role.values:
            raise Refused(Refusal.NO_SUCH_MEMBER)
        services.give_role(member=member, role=Role(role), by=who(request), now=clock.now())
    except Refused as refused:
        context |= {"fault": _sentence(refused), "phone": request.POST.get("phone", "")}
        return render(request, "console/office/staff.html", context, status=422)
    messages.success(
        request,
        _("%(name)s is now: %(role)s.") % {"name": member.name, "role": Role(role).label},
    )
    return redirect("console-staff")


@page("POST", may="staff.change")
def take(request: HttpRequest, member_id: int, role: str) -> HttpResponse:
    """Somebody does not work in a role any more."""
    member = _found(member_id)
    if role not in Role.values:
        raise Http404
    try:
        services.take_role(member=member, role=Role(role), by=who(request))
    except Refused as refused:
        messages.error(request, _sentence(refused))
    else:
        messages.success(
            request,
            _("%(name)s is no longer: %(role)s.") % {"name": member.name, "role": Role(role).label},
        )
    return redirect("console-staff")


@page("POST", may="staff.change")
def reset_factor(request: HttpRequest, member_id: int) -> HttpResponse:
    """A lost phone: its owner sets up another one at the next sign-in."""
    member = _found(member_id)
    second_factor.reset(member=member)
    messages.success(
        request,
        _("%(name)s sets up a phone at the next sign-in.") % {"name": member.name},
    )
    return redirect("console-staff")


@page("GET", may="overview.read")
def who_may_what(request: HttpRequest) -> HttpResponse:
    """The matrix, made from the code: every page and form, and the roles that may use it."""
    context = {"rows": matrix.rows(), "roles": list(Role)}
    return render(request, "console/office/matrix.html", context)


def _found(member_id: int) -> Member:
    member = Member.objects.filter(pk=member_id, is_staff=True).first()
    if member is None:
        raise Http404
    return member


def _sentence(refused: Refused) -> str:
    if refused.refusal == Refusal.LAST_OWNER:
        return _("The mall needs an owner: make somebody else one first.")
    if refused.refusal == Refusal.NOT_AN_OWNER:
        return _("Only owners give and take roles.")
    return _("No member who could work here has this phone number.")
