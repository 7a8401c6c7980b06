"""Banners, sections, notices and policies for the tests."""

from typing import Any

from sharemall.clock.services import now
from sharemall.members.models import Member
from sharemall.pages import policies, services
from sharemall.pages.models import Banner, HomeSection, Notice, PolicyVersion
from tests.catalogue.goods import an_upload


def a_banner(**fields: Any) -> Banner:
    """One with a title that leads to the wine zone and is on."""
    given: dict[str, Any] = {
        "title_zh": "秋日好酒",
        "title_en": "Autumn wines",
        "leads_to": "zone",
        "target": "wine",
        "picture": an_upload(),
        "is_on": True,
    }
    return services.save_banner(banner_id=None, revision=0, **(given | fields))


def a_section(kind: str = "new", **fields: Any) -> HomeSection:
    """One of this kind that is on."""
    return services.save_section(
        section_id=None, revision=0, **({"kind": kind, "is_on": True} | fields)
    )


def a_notice(text_zh: str = "春节期间发货会晚两天", **fields: Any) -> Notice:
    """One that is on, on home."""
    given: dict[str, Any] = {
        "text_zh": text_zh,
        "text_en": "Parcels take two days more over the holiday",
        "is_on": True,
    }
    return services.save_notice(notice_id=None, revision=0, **(given | fields))


def a_draft(by: Member, slug: str = "privacy", revision: int = 0, **texts: str) -> PolicyVersion:
    """A draft of a policy."""
    given = {"text_zh": "我们只保存需要的数据。", "text_en": "We keep only the data we need."}
    return policies.save_draft(slug=slug, revision=revision, by=by, now=now(), **(given | texts))


def a_policy(by: Member, slug: str = "privacy", **texts: str) -> PolicyVersion:
    """A published policy."""
    draft = a_draft(by, slug, **texts)
    return policies.publish(slug=slug, revision=draft.revision, by=by, now=now())
