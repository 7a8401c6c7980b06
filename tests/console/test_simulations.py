"""Simulations in the console: asked for, followed, compared, attached, taken away."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from sharemall.clock import services as clock
from sharemall.members.models import Member
from sharemall.office.models import Action, Role
from sharemall.simulations import jobs, limits, services
from sharemall.simulations.models import Simulation
from tests.console import given
from tests.console.addresses import a_draft
from tests.office import given as staff
from tests.simulations import given as simulated

pytestmark = pytest.mark.django_db


def sent(**more: Any) -> dict[str, Any]:
    """A form as the browser sends it."""
    return {
        "title": "Look",
        "preset": "own",
        "scenario": simulated.scenario().replace("\n", "\r\n"),
        "scheme": "named",
        "other": "none",
        "scheme_text": "",
        "seed": "7",
        "key": str(uuid4()),
    } | more


def run_all() -> None:
    """Whatever waits is run."""
    for one in Simulation.objects.filter(state="queued").order_by("pk"):
        jobs.run_simulation.call(one.pk, one.attempt)


def page_of(office: Client, simulation: Simulation) -> str:
    return given.words(office.get(reverse("console-simulation", args=[simulation.pk])))


def test_an_own_scenario_is_asked_for_followed_and_read(office: Client) -> None:
    response = office.post(reverse("console-simulation-new"), sent())
    simulation = Simulation.objects.get()
    assert response.headers["Location"] == reverse("console-simulation", args=[simulation.pk])
    assert "It waits for its turn" in page_of(office, simulation)
    run_all()
    said = page_of(office, simulation)
    assert "20 members" not in said
    assert "What must always hold was checked" in said
    assert "Median back" in given.words(office.get(reverse("console-simulations")))
    assert (
        'role="img"'
        in office.get(reverse("console-simulation", args=[simulation.pk])).content.decode()
    )


def test_a_form_sent_twice_is_one_simulation(office: Client) -> None:
    form = sent(other="with-cautious")
    for _ in range(2):
        assert office.post(reverse("console-simulation-new"), form).status_code == 302
    assert Simulation.objects.count() == 2


def test_every_fault_stands_at_its_field_with_its_line(office: Client) -> None:
    bad = simulated.scenario().replace("days = 40", 'days = "x"').replace("cost", "costs")
    response = office.post(
        reverse("console-simulation-new"),
        sent(
            scenario=bad,
            scheme="own",
            scheme_text=simulated.scheme().replace("quota", "quote"),
        ),
    )
    assert response.status_code == 422
    at_scenario = given.errors_at(response, "scenario")
    assert "Line 4: scenario.days:" in at_scenario
    assert "Line 10: orders.costs:" in at_scenario
    assert "Line 7: zones.all.quote:" in given.errors_at(response, "scheme_text")
    assert not Simulation.objects.exists()


def test_a_zone_that_the_scheme_has_not_is_named(office: Client) -> None:
    text = simulated.scenario() + '[zones.nowhere]\nweight = "1"\n'
    response = office.post(reverse("console-simulation-new"), sent(scenario=text))
    assert "zones.nowhere: no such zone" in given.errors_at(response, "scenario")


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("scenario", {"scenario": ""}),
        ("scenario", {"preset": "steady-shop"}),
        ("scheme_text", {"scheme": "own"}),
        ("other", {"scheme": "today", "other": "today"}),
        ("seed", {"seed": "-1"}),
        ("preset", {"preset": "../etc/passwd"}),
        ("scheme", {"scheme": "draft-999"}),
        ("scenario", {"scenario": simulated.scenario().replace("= 20", "= 9000000")}),
        ("scenario", {"scenario": "x" * (limits.MOST_TEXT + 1)}),
    ],
)
def test_what_cannot_be_run_is_said_at_its_field(
    office: Client, field: str, change: dict[str, Any]
) -> None:
    response = office.post(reverse("console-simulation-new"), sent(**change))
    assert response.status_code == 422
    assert given.errors_at(response, field)
    assert not Simulation.objects.exists()


def test_the_limits_are_said_before_anything_is_typed(office: Client) -> None:
    said = given.words(office.get(reverse("console-simulation-new")))
    assert "3,660 days, 250,000 members, 300,000,000 member days" in said


def test_a_full_queue_is_said(office: Client, boss: Member) -> None:
    for _ in range(limits.MOST_WAITING):
        simulated.asked(boss)
    response = office.post(reverse("console-simulation-new"), sent())
    assert response.status_code == 422
    assert "10 simulations wait or run already" in given.words(response)


def test_two_schemes_stand_side_by_side_with_their_differences(office: Client) -> None:
    schemes = {"scheme": "own", "scheme_text": simulated.scheme(dividend=10)}
    office.post(reverse("console-simulation-new"), sent(**schemes, other="with-cautious"))
    run_all()
    right, left = Simulation.objects.all()
    assert (left.scheme_name, right.scheme_name) == ("own", "cautious")
    response = office.get(
        reverse("console-simulation-compare"), {"left": left.pk, "right": right.pk}
    )
    said = given.words(response)
    assert "Second less first" in said
    assert "points" in said
    assert "what differs comes from more than the scheme" not in said
    assert response.content.decode().count('class="line c2"') >= 6
    assert left.figures is not None
    assert right.figures is not None
    difference = right.figures["price"] - left.figures["price"]
    assert f"{'+' if difference > 0 else '−'}¥{abs(difference):.4f}" in said


def test_what_is_not_the_same_scenario_is_said(office: Client, boss: Member) -> None:
    left, right = simulated.ran(boss), simulated.ran(boss, seed=8)
    said = given.words(
        office.get(reverse("console-simulation-compare"), {"left": left.pk, "right": right.pk})
    )
    assert "what differs comes from more than the scheme" in said
    shorter = simulated.ran(boss, days=20)
    said = given.words(
        office.get(reverse("console-simulation-compare"), {"left": left.pk, "right": shorter.pk})
    )
    assert "no picture holds both" in said
    for bad in ("", "x", "99999", "9" * 30):
        found = office.get(reverse("console-simulation-compare"), {"left": bad, "right": left.pk})
        assert found.status_code == 200
        assert "Second less first" not in given.words(found)


def test_files_are_taken_away_and_never_shown(office: Client, boss: Member) -> None:
    simulation = simulated.ran(boss)
    for name, kind in (("report.zh.html", "text/html"), ("days.csv", "text/csv")):
        response = office.get(reverse("console-simulation-file", args=[simulation.pk, name]))
        assert response.headers["Content-Type"].startswith(kind)
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert response.content == bytes(simulation.files.get(name=name).content)
    for name in ("charts.en.html", "nothing", "..%2fsettings.py"):
        found = office.get(reverse("console-simulation-file", args=[simulation.pk, name]))
        assert found.status_code == 404


def test_one_is_stopped_and_run_again(office: Client, boss: Member) -> None:
    simulation = simulated.asked(boss)
    office.post(reverse("console-simulation-stop", args=[simulation.pk]))
    assert "Somebody stopped it" in page_of(office, simulation)
    office.post(reverse("console-simulation-again", args=[simulation.pk]))
    run_all()
    simulation.refresh_from_db()
    assert simulation.state == "done"
    again = office.post(reverse("console-simulation-again", args=[simulation.pk]), follow=True)
    assert "Only one that failed or was interrupted" in given.words(again)
    stopped = office.post(reverse("console-simulation-stop", args=[simulation.pk]), follow=True)
    assert "It has ended already" in given.words(stopped)


def test_one_whose_process_died_says_so(office: Client, boss: Member) -> None:
    simulation = simulated.asked(boss)
    services.begin(simulation_id=simulation.pk, attempt=1, now=clock.now())
    assert "0 of 40 days" in page_of(office, simulation)
    services.interrupt_orphans(now=clock.now())
    said = page_of(office, simulation)
    assert "Its process died while it ran" in said
    assert "Run again" in said


def test_a_page_that_follows_is_loaded_anew_once_it_has_ended(office: Client, boss: Member) -> None:
    simulation = simulated.asked(boss)
    url = reverse("console-simulation", args=[simulation.pk])
    asks = {"HX-Request": "true"}
    waiting = office.get(url, headers=asks)
    assert "hx-trigger" in waiting.content.decode()
    assert "HX-Refresh" not in waiting.headers
    run_all()
    assert office.get(url, headers=asks).headers["HX-Refresh"] == "true"
    assert "hx-trigger" not in office.get(url).content.decode()


def test_a_draft_is_simulated_and_its_report_attached(office: Client, boss: Member) -> None:
    draft = a_draft(boss)
    draft_page = reverse("console-scheme-change", args=[draft.pk])
    assert "No report is attached yet" in given.words(office.get(draft_page))
    begun = office.get(reverse("console-simulation-new"), {"change": draft.pk})
    assert f'value="draft-{draft.pk}" selected' in begun.content.decode()
    office.post(reverse("console-simulation-new"), sent(scheme=f"draft-{draft.pk}", other="today"))
    run_all()
    simulation = Simulation.objects.get(scheme=draft.toml)
    attach = reverse("console-simulation-attach", args=[simulation.pk])
    office.post(attach, {"change": draft.pk})
    simulation.refresh_from_db()
    assert simulation.change == draft
    assert simulation.title in given.words(office.get(draft_page))
    assert draft.title in page_of(office, simulation)
    draft.toml = draft.toml.replace('name = "', 'name = "new ')
    draft.save()
    assert "the draft says something else by now" in page_of(office, simulation)
    refused = office.post(attach, {"change": "99999"}, follow=True)
    assert "There is no such draft any more" in given.words(refused)
    office.post(attach, {"change": ""})
    simulation.refresh_from_db()
    assert simulation.change is None


def test_the_same_again_begins_with_what_the_earlier_one_had(office: Client, boss: Member) -> None:
    simulation = simulated.ran(boss)
    page = office.get(reverse("console-simulation-new"), {"from": simulation.pk}).content.decode()
    assert 'value="own" selected' in page
    assert "completion_days = 3" in page
    assert office.get(reverse("console-simulation-new"), {"from": "x"}).status_code == 200


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SERVICE])
def test_who_may_only_read_sees_it_and_runs_nothing(boss: Member, role: Role) -> None:
    simulation = simulated.ran(boss)
    client = staff.sign_in(Client(), staff.employ(given.a_member(role.value), role))
    client.cookies["django_language"] = "en"
    assert client.get(reverse("console-simulation-new")).status_code == 403
    for name in ("stop", "again", "attach"):
        url = reverse(f"console-simulation-{name}", args=[simulation.pk])
        assert client.post(url).status_code == 403
    said = page_of(client, simulation)
    assert "In words" in said
    assert "Same again" not in said
    assert "New simulation" not in given.words(client.get(reverse("console-simulations")))


def test_what_is_asked_for_is_in_the_audit_log(office: Client) -> None:
    office.post(reverse("console-simulation-new"), sent())
    action = Action.objects.get(name="console-simulation-new")
    assert action.sent["seed"] == "7"


def test_a_name_is_never_markup(office: Client) -> None:
    name = "<script>alert(1)</script>"
    schemes = {"scheme": "own", "scheme_text": simulated.scheme(name=name)}
    office.post(
        reverse("console-simulation-new"), sent(title=name, **schemes, other="with-cautious")
    )
    run_all()
    right, left = Simulation.objects.all()
    pages = [
        office.get(reverse("console-simulation", args=[left.pk])),
        office.get(reverse("console-simulations")),
        office.get(reverse("console-simulation-compare"), {"left": left.pk, "right": right.pk}),
    ]
    for page in pages:
        assert "<script>alert" not in page.content.decode()
    assert b"<script>alert" not in bytes(left.files.get(name="report.en.html").content)
