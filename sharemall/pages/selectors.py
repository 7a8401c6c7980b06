"""Reads: what shoppers see of this room, and what staff see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sharemall.pages.defaults import usual_sections
from sharemall.pages.models import Banner, HomeSection, Notice, PolicyVersion

Timed = TypeVar("Timed", Banner, Notice)


@dataclass(frozen=True, slots=True)
class Shown:
    """What is switched on, whatever the time. `policies` are the slugs of the published ones."""

    banners: tuple[Banner, ...] = ()
    sections: tuple[HomeSection, ...] = ()
    notices: tuple[Notice, ...] = ()
    policies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy as staff see it: what shoppers read, what is being written, what came before."""

    slug: PolicyVersion.Slug
    current: PolicyVersion | None
    draft: PolicyVersion | None
    versions: list[PolicyVersion]


def shown() -> Shown:
    """What the frame of pages keeps. Four queries."""
    return Shown(
        tuple(Banner.objects.filter(is_on=True)),
        sections_shown(HomeSection.objects.all()),
        tuple(Notice.objects.filter(is_on=True)),
        published(),
    )


def sections_shown(rows: Iterable[HomeSection]) -> tuple[HomeSection, ...]:
    """Of all of home's sections those that are on; the usual ones where nothing is set."""
    rows = list(rows) or usual_sections()
    return tuple(row for row in rows if row.is_on)


def running(rows: Iterable[Timed], now: datetime) -> list[Timed]:
    """Those whose time it is."""
    return [row for row in rows if state(row, now) == "shown"]


def state(row: Banner | Notice, now: datetime) -> str:
    """Whether a row is "off", "shown", "coming" or "over"."""
    if not row.is_on:
        return "off"
    if row.ends_at is not None and row.ends_at <= now:
        return "over"
    return "coming" if row.starts_at is not None and row.starts_at > now else "shown"


def published() -> tuple[str, ...]:
    """The slugs of the policies that shoppers can read, in their order."""
    there = set(PolicyVersion.objects.filter(number__isnull=False).values_list("slug", flat=True))
    return tuple(slug for slug in PolicyVersion.Slug.values if slug in there)


def policy_text(slug: str, number: int | None = None) -> PolicyVersion | None:
    """A published version of a policy: this one, or the newest. One query."""
    rows = PolicyVersion.objects.filter(slug=slug, number__isnull=False)
    return (rows.filter(number=number) if number else rows.order_by("-number")).first()


def policy_versions(slug: str) -> list[PolicyVersion]:
    """The published versions of a policy, the newest first, without their texts."""
    rows = PolicyVersion.objects.filter(slug=slug, number__isnull=False)
    return list(rows.order_by("-number").defer("text_zh", "text_en"))


def policies() -> list[Policy]:
    """Every policy as staff see it. One query."""
    rows = list(PolicyVersion.objects.select_related("edited_by", "published_by"))
    return [_policy(slug, rows) for slug in PolicyVersion.Slug]


def policy(slug: str) -> Policy | None:
    """One of them; None for a slug that is none."""
    return next((one for one in policies() if one.slug == slug), None)


def _policy(slug: PolicyVersion.Slug, rows: Iterable[PolicyVersion]) -> Policy:
    mine = [row for row in rows if row.slug == slug]
    versions = sorted((row for row in mine if row.number), key=lambda row: -(row.number or 0))
    draft = next((row for row in mine if row.number is None), None)
    return Policy(slug, versions[0] if versions else None, draft, versions)
