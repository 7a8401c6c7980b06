"""Home as the operator set it: which banners, which sections, in which order."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from sharemall.catalogue import pages as catalogue_pages
from sharemall.catalogue import selectors as catalogue
from sharemall.catalogue.models import Category, Zone
from sharemall.catalogue.pages import Wanted
from sharemall.catalogue.selectors import PAGE, Shelf
from sharemall.coupons import selectors as coupons
from sharemall.coupons.models import Coupon
from sharemall.pages import leads
from sharemall.pages import selectors as pages
from sharemall.pages.models import Banner, HomeSection, Notice
from sharemall.pages.previews import Draft
from sharemall.storefront.cards import MiniCard, mini_card_of, sale_card_of
from sharemall.storefront.filters import Wish
from sharemall.storefront.frame import Frame, Page
from sharemall.storefront.leading import leading

KIND = HomeSection.Kind
GOODS = (KIND.SOLD, KIND.NEW, KIND.SHELF, KIND.PRODUCTS)  # two of them stand side by side
GLYPHS = {
    KIND.SOLD: "flame",
    KIND.NEW: "sparkles",
    KIND.SHELF: "store",
    KIND.PRODUCTS: "star",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A section with what it shows; only what belongs to its kind is filled."""

    key: str  # of its own on the page
    kind: str
    title: str
    glyph: str = ""
    href: str = ""
    cards: tuple[MiniCard, ...] = ()
    ends_at: datetime | None = None
    coupons: tuple[Coupon, ...] = ()
    zones: tuple[Zone, ...] = ()
    categories: tuple[Category, ...] = ()

    @property
    def is_there(self) -> bool:
        """Whether there is something to show."""
        return bool(self.cards or self.coupons or self.zones or self.categories)


@dataclass(frozen=True, slots=True)
class Home:
    """The first page of home. `groups` are its sections, those in one stand side by side.

    `slides` are empty where the operator set none that leads anywhere: the mall's own stand then
    there. `slides_key` is another with each other choice of them.
    """

    slides: list[Banner]
    slides_key: tuple[Any, ...]
    groups: list[list[Part]]
    shelf: Shelf


@dataclass(frozen=True, slots=True)
class Plan:
    """What of home is to be shown: the operator's choice, and a draft that is looked at.

    A banner whose goal has left the shop is not shown, but as `draft` it is.
    """

    banners: list[Banner]
    sections: list[HomeSection]
    draft: Banner | None = None


def plan_of(frame: Frame, now: datetime, draft: Draft | None = None) -> Plan:
    """What is shown at `now`, with the draft in its place: a banner is the first to be seen."""
    banners = pages.running(frame.shown.banners, now)
    sections = list(frame.shown.sections)
    if isinstance(draft, Banner):
        others = [row for row in banners if row.pk is None or row.pk != draft.pk]
        return Plan(others, sections, draft)
    if isinstance(draft, HomeSection):
        sections = _with_section(sections, draft)
    return Plan(banners, sections)


def notices_with(notices: list[Notice], draft: Draft | None) -> list[Notice]:
    """The page's notices, the draft first."""
    if not isinstance(draft, Notice):
        return notices
    return [draft, *(row for row in notices if row.pk is None or row.pk != draft.pk)]


def home_of(page: Page, plan: Plan, member_id: int | None, key: str = "") -> Home:
    """What the first page of home shows, for a member or a visitor. At most five queries.

    `key` tells a look at a draft from what everybody sees.
    """
    wanted = [_wanted(section) for section in plan.sections if section.kind in GOODS]
    if led := leads.keys(plan.banners, "product"):  # looked for together with what is shown
        wanted.append(Wanted(len(led), slugs=tuple(led)))
    shelf, *rows = catalogue_pages.shelves([Wanted(PAGE), *wanted], page.now, page.frame.tree)
    there = {row.slug for row in rows.pop().products} if led else set()
    slides = leading(plan.banners, page.frame, there)
    if plan.draft is not None:
        slides = [plan.draft, *slides]
    goods = iter(rows)
    counted: dict[str, int] = {}
    parts = []
    for section in plan.sections:
        counted[section.kind] = number = counted.get(section.kind, 0) + 1
        part = Part(
            key=section.kind if number == 1 else f"{section.kind}-{number}",
            kind=section.kind,
            title=section.title or _usual_title(section, page.frame),
        )
        if section.kind in GOODS:
            parts.append(_with_goods(part, section, next(goods)))
        else:
            parts.append(_filled(part, section, page, member_id))
    return Home(
        slides=slides,
        slides_key=(key, *((row.pk, row.revision) for row in slides)),
        groups=list(_groups([part for part in parts if part.is_there])),
        shelf=shelf,
    )


def _with_section(sections: list[HomeSection], draft: HomeSection) -> list[HomeSection]:
    others = [row for row in sections if row.pk is None or row.pk != draft.pk]
    if draft.pk is None:
        return [*others, draft]
    before = [row for row in others if (row.position, row.pk or 0) < (draft.position, draft.pk)]
    return [*before, draft, *others[len(before) :]]


def _wanted(section: HomeSection) -> Wanted:
    if section.kind == KIND.SHELF:
        return Wanted(section.many, zone=section.zone)
    if section.kind == KIND.PRODUCTS:
        return Wanted(section.many, slugs=tuple(section.products))
    return Wanted(section.many, "sold" if section.kind == KIND.SOLD else "new")


def _with_goods(part: Part, section: HomeSection, shelf: Shelf) -> Part:
    kind = KIND(section.kind)
    rows = [row for row in shelf.products if row.sold] if kind == KIND.SOLD else shelf.products
    ranks = range(1, len(rows) + 1) if kind == KIND.SOLD else [0] * len(rows)
    cards = tuple(mini_card_of(row, rank) for row, rank in zip(rows, ranks, strict=True))
    return replace(part, glyph=GLYPHS[kind], href=_more(section), cards=cards)


def _more(section: HomeSection) -> str:
    if section.kind == KIND.SHELF:
        return reverse("zone", kwargs={"key": section.zone})
    if section.kind == KIND.PRODUCTS:
        return ""
    return f"{reverse('goods')}?{Wish(sort=section.kind).query}"


def _filled(part: Part, section: HomeSection, page: Page, member_id: int | None) -> Part:
    many = section.many
    if section.kind == KIND.FLASH:
        running = catalogue.running_sales(page.now, many, page.frame.tree)
        # Its clock goes to the end of what ends first.
        ends_at = running[0].ends_at if running else None
        return replace(part, cards=tuple(sale_card_of(sale) for sale in running), ends_at=ends_at)
    if section.kind == KIND.COUPONS:
        return replace(part, coupons=tuple(coupons.claimable(page.now, member_id=member_id)[:many]))
    if section.kind == KIND.ZONES:
        return replace(part, zones=page.frame.zones[:many])
    return replace(part, categories=tuple(page.frame.categories[:many]))


def _usual_title(section: HomeSection, frame: Frame) -> str:
    if section.kind == KIND.SHELF:
        zone = frame.zone(section.zone)
        return zone.name if zone else ""
    if section.kind == KIND.PRODUCTS:
        return _("Chosen for you")
    return str(KIND(section.kind).label)


def _groups(parts: list[Part]) -> Iterator[list[Part]]:
    """Rows of goods in pairs, as many as follow each other; one that is left is wide."""
    for is_goods, run in groupby(parts, key=lambda part: part.kind in GOODS):
        row = list(run)
        step = 2 if is_goods else 1
        yield from (row[start : start + step] for start in range(0, len(row), step))
