"""The risk note: shown before the first purchase, confirmed once, each version kept."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from sharemall.compliance import claims, notes, selectors, services
from sharemall.compliance.models import NoteConfirmation
from sharemall.members.models import Member
from tests.orders import shop

NOW = datetime(2026, 11, 22, tzinfo=UTC)

# What members confirmed must stay as it was: a new text is a new version, with a line here.
DIGESTS = {1: "1d3f4a293534719653b7be6fce257def74dfe84ec03174d9fe43e8e02421f86f"}


def digest(note: notes.Note) -> str:
    texts = (note.title_zh, note.title_en, *note.points_zh, *note.points_en)
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def test_no_version_is_ever_edited() -> None:
    assert {note.version: digest(note) for note in notes.NOTES} == DIGESTS


def test_versions_count_up_and_the_last_is_in_force() -> None:
    assert [note.version for note in notes.NOTES] == list(range(1, len(notes.NOTES) + 1))
    assert notes.current() is notes.NOTES[-1]


def test_the_note_speaks_the_language_of_the_page() -> None:
    note = notes.current()
    assert len(note.points_zh) == len(note.points_en)
    with translation.override("en"):
        assert (note.title, note.points) == (note.title_en, note.points_en)
    with translation.override("zh-hans"):
        assert (note.title, note.points) == (note.title_zh, note.points_zh)


@pytest.mark.django_db
def test_the_note_makes_none_of_the_claims_it_warns_of() -> None:
    for note in notes.NOTES:
        for text in (note.title_zh, note.title_en, *note.points_zh, *note.points_en):
            assert claims.check(text) == []


@pytest.fixture
def ann(db: None) -> Member:
    return shop.a_member("ann")


def confirm(member: Member, version: int, now: datetime = NOW) -> None:
    services.confirm_note(member_id=member.pk, version=version, language="en", now=now)


def test_the_first_confirmation_stands(ann: Member) -> None:
    assert not selectors.note_confirmed(ann.pk)
    confirm(ann, 1)
    confirm(ann, 1, NOW + timedelta(days=1))
    assert selectors.note_confirmed(ann.pk)
    assert NoteConfirmation.objects.get().confirmed_at == NOW
    assert not selectors.note_confirmed(shop.a_member("ben").pk)


@pytest.mark.parametrize("version", [0, 2, -1])
def test_only_the_version_in_force_can_be_confirmed(ann: Member, version: int) -> None:
    with pytest.raises(services.NoteOutdated):
        confirm(ann, version)
    assert not NoteConfirmation.objects.exists()


def test_a_new_version_is_asked_for_again_and_the_old_confirmation_kept(
    ann: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirm(ann, 1)
    first = notes.current()
    second = notes.Note(2, "新", "New", ("一",), ("one",))
    monkeypatch.setattr(notes, "NOTES", (first, second))
    assert not selectors.note_confirmed(ann.pk)
    with pytest.raises(services.NoteOutdated):
        confirm(ann, 1)
    confirm(ann, 2)
    assert selectors.note_confirmed(ann.pk)
    versions = NoteConfirmation.objects.order_by("version").values_list("version", flat=True)
    assert list(versions) == [1, 2]


def test_the_database_keeps_one_confirmation_of_a_version(ann: Member) -> None:
    confirm(ann, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        NoteConfirmation.objects.create(member=ann, version=1, language="zh-hans", confirmed_at=NOW)
