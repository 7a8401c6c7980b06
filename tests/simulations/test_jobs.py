"""A simulation from the wish to the report, in this process."""

from uuid import uuid4

import pytest
from django_tasks_db.models import DBTaskResult

from sharemall.cli import background
from sharemall.clock import services as clock
from sharemall.members.models import Member
from sharemall.simulations import jobs, limits, running, selectors, services
from sharemall.simulations.models import Simulation
from sharemall.simulations.refusals import BadScenario, NotNow, TooManyWaiting
from sharemall.simulator.headlines import headlines
from sharemall.simulator.reading import parse_scenario
from sharemall.simulator.run import simulate
from tests.catalogue import goods
from tests.console.addresses import a_draft
from tests.console.given import a_member
from tests.simulations import given

pytestmark = pytest.mark.django_db
State, Error = Simulation.State, Simulation.Error
# The queue's own worker closes its connection between jobs.
real_commits = pytest.mark.django_db(transaction=True)


@pytest.fixture
def boss() -> Member:
    return a_member("boss")


@real_commits
def test_a_wish_waits_until_the_background_process_takes_it(boss: Member) -> None:
    simulation = given.asked(boss)
    assert simulation.state == State.QUEUED
    assert background._take_one()
    simulation.refresh_from_db()
    assert simulation.state == State.DONE
    assert simulation.days_done == simulation.days == 40
    assert not background._take_one()


def test_what_it_leaves_is_what_the_simulator_says(boss: Member) -> None:
    simulation = given.ran(boss)
    run = simulate(parse_scenario(given.scenario()), 7)
    assert simulation.complete
    assert simulation.headlines["en"] == headlines(run, "en")
    assert simulation.headlines["zh"] == headlines(run, "zh-hans")
    assert simulation.figures["price"] == int(run.days["price_micro"][-1]) / 1_000_000
    assert simulation.series["labels"][-1] == str(run.dates()[-1])
    files = {file.name: bytes(file.content) for file in simulation.files.all()}
    assert set(files) == {
        *("report.en.html", "report.zh.html", "charts.en.html", "charts.zh.html"),
        *("days.csv", "days.parquet", "cohorts.csv", "cohorts.parquet", "runs.csv", "runs.parquet"),
    }
    assert files["days.csv"].count(b"\n") == 41
    assert files["days.parquet"][:4] == b"PAR1"
    assert files["report.en.html"].startswith(b"<!doctype html>")


def test_the_same_key_is_the_same_simulation(boss: Member) -> None:
    key = uuid4()
    first, again = given.asked(boss, key=key), given.asked(boss, key=key)
    assert first.pk == again.pk
    assert DBTaskResult.objects.count() == 1


def test_a_job_that_comes_twice_runs_once(boss: Member) -> None:
    simulation = given.ran(boss)
    jobs.run_simulation.call(simulation.pk, 1)
    again = Simulation.objects.get()
    assert again.ended_at == simulation.ended_at
    assert again.files.count() == simulation.files.count()


def test_a_job_for_nothing_does_nothing() -> None:
    jobs.run_simulation.call(12345, 1)
    assert not Simulation.objects.exists()


def test_every_fault_is_named_at_its_line_and_key(boss: Member) -> None:
    bad = (
        given.scenario().replace('median = "100"', "median = 100").replace("days = 40", "days = 0")
    )
    with pytest.raises(BadScenario) as found:
        given.asked(boss, scenario_text=bad)
    told = "\n".join(found.value.scenario)
    assert "4: scenario.days: " in told
    assert "9: orders.median: " in told
    assert not Simulation.objects.exists()


def test_a_text_that_is_no_toml_says_where(boss: Member) -> None:
    with pytest.raises(BadScenario) as found:
        given.asked(boss, scenario_text="[scenario]\nname = x")
    assert "line 2" in found.value.scenario[0]


def test_a_schemes_faults_are_named_apart(boss: Member) -> None:
    with pytest.raises(BadScenario) as found:
        given.asked(boss, scheme_text=given.scheme().replace('"0.20"', '"2"'))
    assert found.value.scenario == ()
    assert found.value.scheme[0].startswith("5: zones.all.reserve: ")


def test_faults_of_both_are_named_together(boss: Member) -> None:
    with pytest.raises(BadScenario) as found:
        given.asked(
            boss,
            scenario_text=given.scenario().replace("a_day", "every_day"),
            scheme_text=given.scheme().replace("quota", "quote"),
        )
    assert found.value.scenario
    assert found.value.scheme


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("days = 40", "days = 4000", "scenario.days: at most 3,660"),
        ("at_start = 20", "at_start = 9000000", "members would join; at most 250,000"),
        ('a_day = "2"', 'a_day = "2"\ngrowth = "1000"\nat_start2 = 1', ""),
        ("at_start = 20", "at_start = 249000\nstop_day = 1", ""),
    ],
)
def test_what_would_eat_the_machine_is_refused(boss: Member, old: str, new: str, said: str) -> None:
    text = given.scenario().replace(old, new)
    if not said:
        text = text.replace("at_start2 = 1\n", "").replace("days = 40", "days = 3650")
        said = "member"
    with pytest.raises(BadScenario) as found:
        given.asked(boss, scenario_text=text)
    assert any(said in fault for fault in found.value.scenario), found.value.scenario


def test_orders_without_end_are_refused(boss: Member) -> None:
    text = given.scenario() + '[repurchase]\nr = "1000000"\nalpha = "0.001"\na = "1"\nb = "1"\n'
    with pytest.raises(BadScenario) as found:
        given.asked(boss, scenario_text=text)
    assert "repurchase: members order so often" in found.value.scenario[0]


def test_a_scenario_reads_no_file_of_the_server(boss: Member) -> None:
    for name in ("/etc/passwd", "../secret.csv", "orders.csv"):
        text = given.scenario().replace('median = "100"', f'file = "{name}"')
        with pytest.raises(BadScenario) as found:
            given.asked(boss, scenario_text=text)
        assert any("orders.file: there is no" in fault for fault in found.value.scenario)


def test_a_text_that_is_too_long_is_refused_unread(boss: Member) -> None:
    text = given.scenario() + "#" * limits.MOST_TEXT
    with pytest.raises(BadScenario, match="at most 20,000 characters"):
        given.asked(boss, scenario_text=text)


def test_so_many_wait_and_no_more(boss: Member) -> None:
    for _ in range(limits.MOST_WAITING):
        given.asked(boss)
    with pytest.raises(TooManyWaiting):
        given.asked(boss)


def test_all_presets_are_small_enough(boss: Member) -> None:
    from sharemall.simulator.reading import preset, presets

    for name in presets():
        assert limits.excesses(preset(name)) == []


def test_one_that_waits_is_stopped_at_once_and_can_be_asked_for_again(boss: Member) -> None:
    simulation = given.asked(boss)
    services.ask_to_stop(simulation_id=simulation.pk, now=clock.now())
    simulation.refresh_from_db()
    assert (simulation.state, simulation.error) == (State.INTERRUPTED, Error.STOPPED)
    jobs.run_simulation.call(simulation.pk, 1)
    assert Simulation.objects.get().state == State.INTERRUPTED
    services.ask_again(simulation_id=simulation.pk, now=clock.now())
    jobs.run_simulation.call(simulation.pk, 1)
    assert Simulation.objects.get().state == State.QUEUED
    jobs.run_simulation.call(simulation.pk, 2)
    assert Simulation.objects.get().state == State.DONE


def test_one_that_runs_ends_its_day_and_leaves_what_it_had(
    boss: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "TELL_SECONDS", 0)
    simulation = given.asked(boss)

    class Asking(running.Progress):
        def __call__(self, done: int, days: int) -> None:
            if done == 20:
                services.ask_to_stop(simulation_id=simulation.pk, now=clock.now())
            super().__call__(done, days)

    monkeypatch.setattr(running, "Progress", Asking)
    jobs.run_simulation.call(simulation.pk, 1)
    simulation.refresh_from_db()
    assert (simulation.state, simulation.error) == (State.INTERRUPTED, Error.STOPPED)
    assert not simulation.complete
    assert "20 of 40 days" in simulation.headlines["en"][0]
    assert b"INCOMPLETE" in bytes(simulation.files.get(name="report.en.html").content)


@real_commits
def test_what_a_process_left_as_running_was_killed_and_can_be_run_again(boss: Member) -> None:
    simulation = given.asked(boss)
    services.begin(simulation_id=simulation.pk, attempt=1, now=clock.now())
    assert services.interrupt_orphans(now=clock.now()) == 1
    simulation.refresh_from_db()
    assert (simulation.state, simulation.error) == (State.INTERRUPTED, Error.KILLED)
    services.ask_again(simulation_id=simulation.pk, now=clock.now())
    while background._take_one():
        pass
    simulation.refresh_from_db()
    assert (simulation.state, simulation.attempt) == (State.DONE, 2)


def test_whoever_lost_its_simulation_writes_nothing_more(boss: Member) -> None:
    simulation = given.asked(boss)
    mine = services.begin(simulation_id=simulation.pk, attempt=1, now=clock.now())
    assert mine is not None
    services.interrupt_orphans(now=clock.now())
    assert not services.tell_progress(simulation=mine, days_done=3)
    assert not services.fail(simulation=mine, error=Error.INTERNAL, text="", now=clock.now())
    assert Simulation.objects.get().error == Error.KILLED


def test_numbers_beyond_the_engine_are_a_failure_with_its_key(boss: Member) -> None:
    text = given.scenario().replace('median = "100"', 'median = "9999999"')
    text = text.replace("at_start = 20", "at_start = 100000")
    scheme = given.scheme().replace('quota = "1"', 'quota = "1000"')
    simulation = given.ran(boss, scenario_text=text, scheme_text=scheme)
    assert (simulation.state, simulation.error) == (State.FAILED, Error.OVERFLOW)
    assert simulation.error_text
    assert not simulation.files.exists()


def test_what_has_ended_is_not_stopped_and_what_is_done_not_run_again(boss: Member) -> None:
    simulation = given.ran(boss)
    with pytest.raises(NotNow):
        services.ask_to_stop(simulation_id=simulation.pk, now=clock.now())
    with pytest.raises(NotNow):
        services.ask_again(simulation_id=simulation.pk, now=clock.now())


@real_commits
def test_a_lost_job_is_queued_again(boss: Member) -> None:
    simulation = given.asked(boss)
    DBTaskResult.objects.all().delete()
    assert services.queue_again() == 1
    assert background._take_one()
    simulation.refresh_from_db()
    assert simulation.state == State.DONE


def test_a_report_belongs_to_a_draft_once_there_is_one(boss: Member) -> None:
    goods.open_mall()
    change = a_draft(boss)
    simulation = given.asked(boss)
    with pytest.raises(NotNow):
        services.attach(simulation_id=simulation.pk, change=change)
    jobs.run_simulation.call(simulation.pk, 1)
    services.attach(simulation_id=simulation.pk, change=change)
    assert selectors.of_change(change.pk) == [simulation]
    services.attach(simulation_id=simulation.pk, change=None)
    assert selectors.of_change(change.pk) == []
