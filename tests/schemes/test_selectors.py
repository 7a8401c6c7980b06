"""What waits, what is in force, what was, and what needs somebody's eye."""

from datetime import timedelta

import pytest

from sharemall.schemes import effect, selectors
from sharemall.schemes.selectors import LATE, AlertKind
from tests.schemes import given
from tests.schemes.given import NOW, WEEK

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mall() -> None:
    given.open_mall()


def test_versions_tell_since_when_by_whom_and_what_they_changed() -> None:
    change = given.in_force()
    second, first = selectors.versions()
    assert (second.number, second.change, second.since) == (2, change, NOW + WEEK)
    assert second.difference is not None
    assert [one.field for one in second.difference.changed] == ["dividend"]
    assert (first.number, first.change, first.since, first.difference) == (1, None, None, None)


def test_a_version_that_no_change_made_has_its_moment_too() -> None:
    toml = given.SCHEME.replace('"2"', '"3"')
    given.feed({"id": "x", "type": "set_scheme", "at": "2026-03-02T12:00:00+08:00", "toml": toml})
    version = selectors.versions()[0]
    assert (version.number, version.change, version.since) == (2, None, NOW)


def test_versions_come_page_by_page_each_compared_with_the_one_before() -> None:
    for number in range(3):
        toml = given.SCHEME.replace('"2"', f'"{number + 3}"')
        at = "2026-03-02T12:00:00+08:00"
        given.feed({"id": f"x{number}", "type": "set_scheme", "at": at, "toml": toml})
    page = selectors.versions(limit=2)
    assert [one.number for one in page] == [4, 3]
    assert all(one.difference for one in page)
    assert [one.number for one in selectors.versions(before=3, limit=2)] == [2, 1]


def test_what_waits_is_compared_with_what_is_in_force() -> None:
    assert selectors.announced() is None
    change = given.published()
    announced = selectors.announced()
    assert announced is not None
    assert (announced.change, len(announced.difference.changed)) == (change, 1)


def test_a_change_that_is_late_is_an_alert_until_it_is_in_force() -> None:
    change = given.published()
    assert selectors.alerts(NOW + WEEK + LATE) == []
    late = NOW + WEEK + LATE + timedelta(seconds=1)
    assert [(one.kind, one.change) for one in selectors.alerts(late)] == [(AlertKind.LATE, change)]
    effect.take_effect_due(late)
    assert selectors.alerts(late) == []


def test_a_change_that_the_journal_refused_is_an_alert_for_a_month() -> None:
    change = given.published()
    given.tampered(change, change.toml.replace('"1000000"', '"2"'))
    effect.take_effect_due(NOW + WEEK)
    (alert,) = selectors.alerts(NOW + WEEK)
    assert (alert.kind, alert.change.refusal) == (AlertKind.REFUSED, "bad_scheme")
    assert selectors.alerts(NOW + WEEK + timedelta(days=31)) == []


def test_a_submitted_change_waits_for_somebody() -> None:
    change = given.submitted()
    assert [(one.kind, one.change) for one in selectors.alerts(NOW)] == [
        (AlertKind.SUBMITTED, change)
    ]


def test_changes_are_listed_with_the_newest_first_page_by_page() -> None:
    made = [given.a_draft() for _ in range(3)]
    assert selectors.changes(limit=2) == [made[2], made[1]]
    assert selectors.changes(before=made[1].pk) == [made[0]]
    found = selectors.change(made[0].pk)
    assert found is not None
    assert found.author.account == "ann"
    assert selectors.change(0) is None
