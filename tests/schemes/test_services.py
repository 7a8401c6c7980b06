"""A change from its draft to its announcement, each step with what it refuses beside it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from sharemall.compliance.claims import BlockedClaims
from sharemall.engine.scheme import parse_scheme
from sharemall.ledger import selectors as ledger
from sharemall.schemes import effect, reruns, services
from sharemall.schemes.models import Change
from sharemall.schemes.refusals import Refusal, Refused
from sharemall.schemes.services import Words
from sharemall.schemes.values import BadValues, values_of
from tests.schemes import given
from tests.schemes.given import DAY, NOW, WEEK, fresh

pytestmark = pytest.mark.django_db

WORDS = Words("Spring", "Members asked for it.", "分红更多", "More dividends")


@pytest.fixture(autouse=True)
def _mall() -> None:
    given.open_mall()


def refused(refusal: Refusal) -> "pytest.RaisesExc[Refused]":
    return pytest.raises(Refused, check=lambda error: error.refusal == refusal)


def save(change: Change, by: str = "ann", **fields: object) -> Change:
    todo = {
        "revision": change.revision,
        "values": values_of(services.scheme_of(change)),
        "words": WORDS,
        "now": NOW,
    }
    return services.save_draft(draft_id=change.pk, by=given.staff(by), **(todo | fields))  # type: ignore[arg-type]


def test_a_draft_begins_with_what_is_in_force() -> None:
    change = services.start_draft(by=given.staff("ann"), words=WORDS, now=NOW)
    assert values_of(services.scheme_of(change)) == given.today()
    assert (change.state, change.revision, change.revisions.count()) == ("draft", 1, 1)


def test_a_draft_may_begin_with_a_preset_but_not_with_any_word() -> None:
    ann = given.staff("ann")
    change = services.start_draft(by=ann, words=WORDS, preset="red_wine", now=NOW)
    scheme = services.scheme_of(change)
    assert scheme.may_follow(ledger.scheme())
    assert {zone.reserve_nano for zone in scheme.zones.values()} == {300_000_000}
    with refused(Refusal.NO_PRESET):
        services.start_draft(by=ann, words=WORDS, preset="gold", now=NOW)


def test_saving_counts_revisions_and_keeps_each() -> None:
    change = given.a_draft()
    saved = save(change, "cat", values=given.with_zone(given.today(), "wine", quota="1"))
    assert (saved.revision, saved.changed_by.account) == (3, "cat")
    assert list(saved.revisions.values_list("number", "by__account")) == [
        (1, "ann"),
        (2, "ann"),
        (3, "cat"),
    ]
    assert "0.12" in saved.revisions.get(number=2).toml


def test_saving_the_same_again_changes_nothing() -> None:
    change = save(given.a_draft())
    again = save(change, "cat")
    assert (again.revision, again.changed_by.account) == (change.revision, "ann")


def test_of_two_who_edit_the_second_hears_who_was_first_and_when() -> None:
    change = given.a_draft()
    save(change, "cat", values=given.today(), now=NOW + DAY)
    with refused(Refusal.CHANGED) as caught:
        save(change, "ann")
    assert caught.value.facts == {"name": "Cat", "at": NOW + DAY}
    assert values_of(services.scheme_of(fresh(change))) == given.today()


def test_values_that_make_no_scheme_are_refused_and_nothing_is_kept() -> None:
    change = given.a_draft()
    with pytest.raises(BadValues) as bad:
        save(change, values=given.with_zone(given.today(), "wine", reserve="2"))
    assert [fault.field for fault in bad.value.faults] == ["zones.0.reserve"]
    assert fresh(change).revision == change.revision


@pytest.mark.parametrize(
    "words",
    [replace(WORDS, announcement_zh="稳赚不赔"), replace(WORDS, announcement_en="guaranteed")],
)
def test_an_announcement_makes_no_blocked_claim(words: Words) -> None:
    with pytest.raises(BlockedClaims):
        save(given.a_draft(), words=words)
    with pytest.raises(BlockedClaims):
        services.start_draft(by=given.staff("ann"), words=words, now=NOW)


def test_a_schemes_name_which_members_read_makes_none_either() -> None:
    with pytest.raises(BlockedClaims):
        save(given.a_draft(), values=replace(given.today(), name="保本"))


@pytest.mark.parametrize("words", [replace(WORDS, title=" "), replace(WORDS, title="x" * 61)])
def test_a_title_is_there_and_not_too_long(words: Words) -> None:
    with pytest.raises(ValidationError) as bad:
        save(given.a_draft(), words=words)
    assert set(bad.value.error_dict) == {"title"}


def test_a_draft_that_was_rerun_is_handed_to_a_second_person() -> None:
    change = given.submitted()
    assert (change.state, change.submitted_at) == ("submitted", NOW)
    with refused(Refusal.WRONG_STATE):
        save(change)


def test_one_that_was_changed_since_its_rerun_is_not() -> None:
    change = given.a_draft()
    ann = given.staff("ann")
    with refused(Refusal.NO_RERUN):
        services.submit(draft_id=change.pk, revision=change.revision, by=ann, now=NOW)
    given.rerun(change)
    change = save(change)
    with refused(Refusal.NO_RERUN):
        services.submit(draft_id=change.pk, revision=change.revision, by=ann, now=NOW)


def test_one_that_another_saved_meanwhile_is_not() -> None:
    change = given.a_draft()
    given.rerun(change)
    save(change, "cat")
    with refused(Refusal.CHANGED):
        services.submit(
            draft_id=change.pk, revision=change.revision, by=given.staff("ann"), now=NOW
        )


def test_one_that_changes_nothing_is_not() -> None:
    change = given.a_draft(given.with_zone(given.today(), "wine", dividend="0.100"))
    given.rerun(change)
    with refused(Refusal.UNCHANGED):
        services.submit(
            draft_id=change.pk, revision=change.revision, by=given.staff("ann"), now=NOW
        )


def test_one_that_cannot_follow_what_is_in_force_is_not() -> None:
    change = given.a_draft()
    Change.objects.update(toml=change.toml.replace('"1000000"', '"2000000"'))
    given.rerun(change)
    with refused(Refusal.CANNOT_FOLLOW):
        services.submit(
            draft_id=change.pk, revision=change.revision, by=given.staff("ann"), now=NOW
        )


def test_a_submitted_change_can_be_sent_back_and_edited() -> None:
    change = services.send_back(draft_id=given.submitted().pk, by=given.staff("bob"), now=NOW)
    assert (change.state, change.submitted_by) == ("draft", None)
    assert save(change).revision == 3
    with refused(Refusal.WRONG_STATE):
        services.send_back(draft_id=change.pk, by=given.staff("bob"), now=NOW)


def test_a_second_person_publishes_it_with_its_date() -> None:
    change = given.published()
    assert (change.state, change.approver.account) == ("published", "bob")  # type: ignore[union-attr]
    assert (change.published_at, change.effective_at) == (NOW, NOW + WEEK)
    assert change.event_id == f"scheme-change-{change.pk}"


def test_its_author_cannot_approve_it_nor_anybody_who_wrote_in_it_or_submitted_it() -> None:
    change = save(given.a_draft(), "cat")
    change = save(change, "dan", values=given.with_zone(given.today(), "wine", quota="1"))
    given.rerun(change)
    services.submit(draft_id=change.pk, revision=change.revision, by=given.staff("eve"), now=NOW)
    for writer in ("ann", "cat", "dan", "eve"):
        with refused(Refusal.OWN_WORK):
            given.approve(change, writer)
    assert given.approve(change, "bob").state == "published"


def test_the_database_refuses_an_approval_by_the_author() -> None:
    change = save(given.a_draft(), "cat")
    given.rerun(change)
    services.submit(draft_id=change.pk, revision=change.revision, by=given.staff("eve"), now=NOW)
    for writer in ("ann", "cat", "eve"):
        with pytest.raises(IntegrityError, match="approved_by_another"), transaction.atomic():
            Change.objects.filter(pk=change.pk).update(approver=given.staff(writer))


def test_it_takes_effect_seven_days_after_publication_at_the_earliest() -> None:
    change = given.submitted()
    soon = NOW + WEEK - timedelta(microseconds=1)
    with refused(Refusal.TOO_SOON) as caught:
        given.approve(change, effective_at=soon)
    assert caught.value.facts == {"earliest": NOW + WEEK}
    with refused(Refusal.TOO_FAR):
        given.approve(change, effective_at=NOW + timedelta(days=367))
    for published_at in (NOW, None):
        with pytest.raises(IntegrityError, match="a_week_before"), transaction.atomic():
            Change.objects.update(published_at=published_at, effective_at=soon)
    assert given.approve(change).effective_at == NOW + WEEK


@pytest.mark.parametrize(
    "fields",
    [
        {"toml": "other"},
        {"effective_at": NOW + 2 * WEEK},
        {"published_at": NOW - WEEK},
        {"event_id": "other"},
    ],
)
def test_what_was_published_cannot_become_something_else(fields: dict[str, object]) -> None:
    change = given.published()
    with pytest.raises(DatabaseError, match="what was published"), transaction.atomic():
        Change.objects.filter(pk=change.pk).update(**fields)
    with pytest.raises(DatabaseError, match="stands"), transaction.atomic():
        Change.objects.filter(pk=change.pk).update(approver=given.staff("eve"))
    with pytest.raises(DatabaseError, match="stands"), transaction.atomic():
        Change.objects.filter(pk=change.pk)._raw_delete("default")


def test_revisions_are_only_added_to() -> None:
    change = given.a_draft()
    with pytest.raises(DatabaseError, match="stands"), transaction.atomic():
        change.revisions.update(by=given.staff("bob"))
    with pytest.raises(DatabaseError, match="stands"), transaction.atomic():
        change.revisions.all().delete()


def test_an_approval_names_the_revision_that_was_seen() -> None:
    change = given.submitted()
    with refused(Refusal.CHANGED):
        given.approve(change, revision=change.revision - 1)


def test_a_draft_that_nobody_submitted_cannot_be_approved() -> None:
    with refused(Refusal.WRONG_STATE):
        given.approve(given.a_draft())


def test_while_one_published_change_waits_no_other_is_published() -> None:
    first = given.published()
    other = given.submitted(given.with_zone(given.today(), "wine", quota="1"))
    with refused(Refusal.ONE_WAITS) as caught:
        given.approve(other)
    assert caught.value.facts == {"title": "Spring", "at": first.effective_at}
    assert fresh(other).state == "submitted"
    services.withdraw(draft_id=first.pk, why="Not yet.", by=given.staff("bob"), now=NOW)
    assert given.approve(other).state == "published"


def test_a_rerun_against_an_older_version_does_not_count() -> None:
    other = given.submitted(given.with_zone(given.today(), "wine", quota="1"))
    given.in_force()
    with refused(Refusal.NO_RERUN):
        given.approve(other, now=NOW + WEEK)
    services.send_back(draft_id=other.pk, by=given.staff("ann"), now=NOW + WEEK)
    given.rerun(other)
    services.submit(
        draft_id=other.pk, revision=other.revision, by=given.staff("ann"), now=NOW + WEEK
    )
    assert given.approve(other, now=NOW + WEEK).state == "published"


def test_a_published_change_can_be_withdrawn_with_a_reason_before_its_moment() -> None:
    change = given.published()
    bob = given.staff("bob")
    with refused(Refusal.NO_REASON):
        services.withdraw(draft_id=change.pk, why="  ", by=bob, now=NOW)
    with pytest.raises(BlockedClaims):
        services.withdraw(draft_id=change.pk, why="稳赚", by=bob, now=NOW)
    with refused(Refusal.TOO_LATE):
        services.withdraw(draft_id=change.pk, why="Too late.", by=bob, now=NOW + WEEK)
    done = services.withdraw(draft_id=change.pk, why="A mistake.", by=bob, now=NOW + DAY)
    assert (done.state, done.withdrawn_why) == ("withdrawn", "A mistake.")
    assert effect.take_effect_due(NOW + 2 * WEEK) == 0
    assert ledger.scheme_version() == 1


def test_a_draft_is_withdrawn_without_a_reason_and_then_left_alone() -> None:
    change = given.a_draft()
    ann = given.staff("ann")
    services.withdraw(draft_id=change.pk, why="", by=ann, now=NOW)
    with refused(Refusal.WRONG_STATE):
        services.withdraw(draft_id=change.pk, why="", by=ann, now=NOW)
    with refused(Refusal.WRONG_STATE):
        save(change)
    with refused(Refusal.WRONG_STATE):
        reruns.rerun(draft_id=change.pk, now=NOW)


def test_what_is_in_force_cannot_be_withdrawn() -> None:
    with refused(Refusal.WRONG_STATE):
        services.withdraw(
            draft_id=given.in_force().pk, why="Late.", by=given.staff("bob"), now=NOW + WEEK
        )


def test_what_may_not_change_on_a_running_mall_comes_from_the_scheme_in_force() -> None:
    kept, new = ledger.scheme(), parse_scheme(given.a_draft().toml)
    assert new.may_follow(kept)
