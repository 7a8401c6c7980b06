"""Policies: a draft, published once, never changed after; and looks at what is not shown yet."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import ProgrammingError, transaction

from sharemall.clock.services import now
from sharemall.compliance import services as compliance
from sharemall.members.models import Member
from sharemall.pages import policies, previews, selectors, services
from sharemall.pages.errors import Conflict, NothingToPublish
from sharemall.pages.models import Banner, PolicyVersion
from tests.catalogue.goods import open_mall
from tests.pages.given import a_banner, a_draft, a_notice, a_policy
from tests.storefront.looking import a_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> Member:
    return a_member()


def test_a_draft_is_sanitised_and_shown_to_nobody(ann: Member) -> None:
    draft = a_draft(
        ann, text_zh="<p onclick='x()'>好<script>x()</script></p>", text_en="One.\n\nTwo."
    )
    assert (draft.text_zh, draft.text_en) == ("<p>好</p>", "<p>One.</p><p>Two.</p>")
    assert selectors.published() == ()
    assert selectors.policy_text("privacy") is None


def test_published_versions_are_counted_and_the_newest_is_read(ann: Member) -> None:
    assert a_policy(ann).number == 1
    assert a_policy(ann, text_zh="新的文字").number == 2
    a_policy(ann, "about")
    newest, first = selectors.policy_text("privacy"), selectors.policy_text("privacy", 1)
    assert newest is not None
    assert first is not None
    assert (newest.number, newest.text_zh) == (2, "<p>新的文字</p>")
    assert first.text_zh != newest.text_zh
    assert selectors.policy_text("privacy", 3) is None
    assert selectors.published() == ("about", "privacy")
    assert [row.number for row in selectors.policy_versions("privacy")] == [2, 1]


def test_what_was_published_stays_as_it_is(ann: Member) -> None:
    a_policy(ann)
    rows = PolicyVersion.objects.filter(number=1)
    for change in (lambda: rows.update(text_zh="x"), rows.delete):
        with pytest.raises(ProgrammingError, match="was published"), transaction.atomic():
            change()


def test_who_was_slower_overwrites_no_draft(ann: Member) -> None:
    first = a_draft(ann)
    with pytest.raises(Conflict):
        a_draft(ann)
    second = a_draft(ann, revision=first.revision, text_zh="第二稿")
    with pytest.raises(Conflict):
        a_draft(ann, revision=first.revision)
    with pytest.raises(Conflict):
        policies.publish(slug="privacy", revision=first.revision, by=ann, now=now())
    with pytest.raises(Conflict):
        policies.discard_draft(slug="privacy", revision=first.revision)
    policies.discard_draft(slug="privacy", revision=second.revision)
    assert not PolicyVersion.objects.exists()
    with pytest.raises(NothingToPublish):
        policies.publish(slug="privacy", revision=0, by=ann, now=now())
    with pytest.raises(NothingToPublish):
        policies.discard_draft(slug="privacy", revision=0)


def test_promises_are_refused_through_tags_and_looked_for_again_when_published(
    ann: Member,
) -> None:
    with pytest.raises(ValidationError) as refused:
        a_draft(ann, text_zh="<p>稳<b>赚</b>不赔</p>")
    assert list(refused.value.message_dict) == ["text_zh"]
    for fields in ({"text_en": ""}, {"slug": "other"}):
        with pytest.raises(ValidationError):
            a_draft(ann, **fields)
    draft = a_draft(ann, text_zh="天天涨价")
    compliance.block_claim(phrase="天天涨", now=now())
    with pytest.raises(ValidationError):
        policies.publish(slug="privacy", revision=draft.revision, by=ann, now=now())


def test_a_look_shows_the_draft_for_an_hour_and_saves_nothing(ann: Member) -> None:
    open_mall()
    moment = now()
    row = a_banner(starts_at=moment)
    draft = services.drafted_banner(banner_id=row.pk, title_zh="草稿", title_en="Draft")
    token = previews.token(draft, moment)
    found = previews.read(token, moment)
    assert isinstance(found, Banner)
    assert (found.pk, found.title_zh, found.starts_at) == (row.pk, "草稿", moment)
    assert str(found.picture) == str(row.picture)
    assert Banner.objects.get().title_zh == "秋日好酒"
    assert previews.read(token, moment + previews.LASTS) is None
    assert previews.read(token[:-1] + "x", moment) is None
    assert previews.read("", moment) is None
    notice = previews.read(previews.token(a_notice(), moment), moment + timedelta(minutes=59))
    assert str(notice) == "春节期间发货会晚两天"


def test_a_look_at_a_policy_ends_when_it_is_published(ann: Member) -> None:
    draft = a_draft(ann)
    token = previews.token_of_policy(draft, now())
    assert previews.read(token, now()) == draft
    policies.publish(slug="privacy", revision=draft.revision, by=ann, now=now())
    assert previews.read(token, now()) is None
