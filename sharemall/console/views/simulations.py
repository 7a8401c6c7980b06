"""Simulations: the list, a new one, one of them, two beside each other, what they left."""

from uuid import UUID, uuid5

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from sharemall.clock import services as clock
from sharemall.console import comparing
from sharemall.console.access import may, page, who
from sharemall.console.forms.simulations import DRAFT, NONE, OWN, SimulationForm
from sharemall.console.views.paging import before
from sharemall.console.views.sending import sent
from sharemall.simulations import limits, selectors, services, summary
from sharemall.simulations.models import Simulation
from sharemall.simulations.refusals import NotNow, TooManyWaiting
from sharemall.simulator.report.page import HERE as REPORT
from sharemall.simulator.report.words import Words

_LIMITS = {
    "most_days": limits.MOST_DAYS,
    "most_members": limits.MOST_MEMBERS,
    "most_member_days": limits.MOST_MEMBER_DAYS,
    "most_orders": limits.MOST_ORDERS,
    "most_waiting": limits.MOST_WAITING,
}


@page("GET", may="simulations.read")
def simulations(request: HttpRequest) -> HttpResponse:
    """All of them, the newest first."""
    found = selectors.simulations(before=before(request))
    context = {
        "simulations": found,
        "may_run": may(request, "simulations.run"),
        "some_are_open": any(one.is_open for one in found),
        "next_url": f"?before={found[-1].pk}" if len(found) == selectors.PAGE else "",
    }
    return render(request, "console/simulations/list.html", context)


@page("GET", "POST", may="simulations.run")
def new(request: HttpRequest) -> HttpResponse:
    """Ask for one, or for two of the same scenario under two schemes."""
    form = SimulationForm(**sent(request), initial=_initial(request))
    if form.is_valid():
        try:
            return _asked(request, form)
        except TooManyWaiting as error:
            form.add_error(
                None,
                _("%(most)s simulations wait or run already. Wait for one to end, or stop one.")
                % {"most": error.most},
            )
    status = 422 if form.errors else 200
    context = {"form": form, "limits": _LIMITS}
    return render(request, "console/simulations/new.html", context, status=status)


def _asked(request: HttpRequest, form: SimulationForm) -> HttpResponse:
    key: UUID = form.cleaned_data["key"]
    asked = [
        # The second one's key follows from the form's: sent twice, neither is doubled.
        services.ask(
            key=key if place == 0 else uuid5(key, str(place)),
            wish=wish,
            by=who(request),
            now=clock.now(),
        )
        for place, wish in enumerate(form.wishes)
    ]
    if len(asked) == 2:
        messages.success(request, _("Both simulations wait for their turn."))
        return redirect("console-simulations")
    messages.success(request, _("The simulation waits for its turn."))
    return redirect("console-simulation", simulation_id=asked[0].pk)


def _initial(request: HttpRequest) -> dict[str, object]:
    """What stands in the form at first: an earlier one's scenario, a draft's scheme."""
    number = request.GET.get("from", "")
    if number.isascii() and number.isdecimal() and len(number) < 19:
        earlier = selectors.simulation(int(number))
        if earlier is not None:
            scenario = {"preset": earlier.preset} if earlier.preset else {"preset": OWN}
            if not earlier.preset:
                scenario["scenario"] = earlier.scenario
            own = {"scheme": OWN, "scheme_text": earlier.scheme, "other": NONE}
            return {"title": earlier.title, "seed": earlier.seed, **scenario, **own}
    change = request.GET.get("change", "")
    return {"scheme": f"{DRAFT}{change}"} if change else {}


@page("GET", may="simulations.read")
def simulation(request: HttpRequest, simulation_id: int) -> HttpResponse:
    """One of them: how far it is, or what came of it."""
    found = _simulation(simulation_id)
    language = comparing.language()
    charts = selectors.content(found.pk, f"charts.{language}.html")
    context = {
        "simulation": found,
        "headlines": (found.headlines or {}).get(language, []),
        "lines": comparing.alone(found) if found.figures else [],
        # Made by our own code out of numbers and escaped names.
        "charts": mark_safe(charts.decode()) if charts else "",  # noqa: S308
        "files": selectors.files(found.pk),
        "others": [one for one in selectors.with_results() if one.pk != found.pk],
        "changes": selectors.open_changes() if found.figures else [],
        "may_run": may(request, "simulations.run"),
    }
    response = render(request, "console/simulations/simulation.html", context)
    if request.headers.get("HX-Request") and not found.is_open:
        response["HX-Refresh"] = "true"
    return response


@page("POST", may="simulations.run")
def stop(request: HttpRequest, simulation_id: int) -> HttpResponse:
    """One that waits is taken off; one that runs ends its day."""
    _simulation(simulation_id)
    try:
        services.ask_to_stop(simulation_id=simulation_id, now=clock.now())
        messages.success(request, _("It stops after the day that it is at."))
    except NotNow:
        messages.error(request, _("It has ended already."))
    return redirect("console-simulation", simulation_id=simulation_id)


@page("POST", may="simulations.run")
def again(request: HttpRequest, simulation_id: int) -> HttpResponse:
    """Run one that failed or was interrupted once more."""
    _simulation(simulation_id)
    try:
        services.ask_again(simulation_id=simulation_id, now=clock.now())
        messages.success(request, _("The simulation waits for its turn."))
    except NotNow:
        messages.error(request, _("Only one that failed or was interrupted is run again."))
    except TooManyWaiting as error:
        messages.error(
            request,
            _("%(most)s simulations wait or run already. Wait for one to end, or stop one.")
            % {"most": error.most},
        )
    return redirect("console-simulation", simulation_id=simulation_id)


@page("POST", may="simulations.run")
def attach(request: HttpRequest, simulation_id: int) -> HttpResponse:
    """Let the report belong to a draft of the scheme, or to none."""
    _simulation(simulation_id)
    wanted = request.POST.get("change", "")
    change = next((one for one in selectors.open_changes() if str(one.pk) == wanted), None)
    if wanted and change is None:
        messages.error(request, _("There is no such draft any more."))
        return redirect("console-simulation", simulation_id=simulation_id)
    try:
        services.attach(simulation_id=simulation_id, change=change)
        messages.success(request, _("Saved."))
    except NotNow:
        messages.error(request, _("It has left no report."))
    return redirect("console-simulation", simulation_id=simulation_id)


@page("GET", may="simulations.read")
def compare(request: HttpRequest) -> HttpResponse:
    """Two of them beside each other: `?left=` and `?right=`."""
    choices = selectors.with_results()
    sides = [_side(request.GET.get(name, "")) for name in ("left", "right")]
    context: dict[str, object] = {"choices": choices, "sides": sides}
    left, right = sides
    if left is not None and right is not None:
        words = Words(comparing.language())
        names = comparing.names(left, right)
        charts = summary.beside(left.series or {}, right.series or {}, names, words)
        context |= {
            "left": left,
            "right": right,
            "names": names,
            "lines": comparing.beside(left, right),
            "headlines": [(one.headlines or {}).get(words.language, []) for one in (left, right)],
            "same_scenario": (left.scenario, left.seed) == (right.scenario, right.seed),
            "charts": mark_safe(summary.drawn(charts, words)),  # noqa: S308
        }
    return render(request, "console/simulations/compare.html", context)


@page("GET", may="simulations.read")
def download(request: HttpRequest, simulation_id: int, name: str) -> HttpResponse:
    """A file that a simulation left, to be kept: it is never shown as a page of ours."""
    kind = selectors.DOWNLOADS.get(name)
    content = selectors.content(simulation_id, name) if kind else None
    if content is None:
        raise Http404
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="simulation-{simulation_id}-{name}"'
    return response


@page("GET", may="simulations.read")
def script(request: HttpRequest) -> HttpResponse:
    """What shows the values under the pointer: the report's own script, for our charts' class."""
    text = (REPORT / "report.js").read_text(encoding="utf-8")
    text = text.replace("figure.chart", f"figure.{summary.CHART}")
    return HttpResponse(text, content_type="text/javascript; charset=utf-8")


def _simulation(simulation_id: int) -> Simulation:
    found = selectors.simulation(simulation_id)
    if found is None:
        raise Http404
    return found


def _side(number: str) -> Simulation | None:
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    found = selectors.simulation(int(number))
    return found if found is not None and found.figures else None
