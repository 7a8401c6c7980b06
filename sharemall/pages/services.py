"""Changing banners, home's sections and notices: checked, in order, never over somebody else's.

A form carries the revision of the row that it was made of (0 for a new one); another revision in
the database is a Conflict. Each call locks the rows of one table, and nothing else.
"""

from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from sharemall.catalogue import pictures
from sharemall.catalogue.models import Product, Zone
from sharemall.pages import checks, leads
from sharemall.pages.checks import Faults
from sharemall.pages.defaults import usual_sections
from sharemall.pages.errors import Conflict, Gone, StillShown
from sharemall.pages.models import Banner, HomeSection, Notice

MOST_CHOSEN = 24
PICTURES = ("picture", "picture_phone")
LANGUAGES = ("zh", "en")
ORDERED: dict[str, type[Banner | HomeSection]] = {"banners": Banner, "sections": HomeSection}
KINDS: dict[str, type[Banner | HomeSection | Notice]] = {**ORDERED, "notices": Notice}
Row = TypeVar("Row", Banner, HomeSection, Notice)
Ordered = TypeVar("Ordered", Banner, HomeSection)


@transaction.atomic
def save_banner(*, banner_id: int | None, revision: int, **fields: Any) -> Banner:
    """Make a banner, behind all others, or change one.

    A picture is an upload, the name of a stored one, or None to keep what is there. Raises Gone,
    Conflict, FieldDoesNotExist; ValidationError with every fault at its field.
    """
    row = checks.taken(Banner, banner_id, revision)
    _fill_banner(row, fields)
    return _placed(row)


def drafted_banner(*, banner_id: int | None, **fields: Any) -> Banner:
    """A banner as save_banner would make it, not saved: to be looked at. Raises as it does."""
    row = _draft(Banner, banner_id)
    _fill_banner(row, fields)
    return row


@transaction.atomic
def save_section(*, section_id: int | None, revision: int, **fields: Any) -> HomeSection:
    """Make a section of home, behind all others, or change one. Raises as save_banner does."""
    row = checks.taken(HomeSection, section_id, revision)
    _fill_section(row, fields)
    return _placed(row)


def drafted_section(*, section_id: int | None, **fields: Any) -> HomeSection:
    """A section as save_section would make it, not saved."""
    row = _draft(HomeSection, section_id)
    _fill_section(row, fields)
    return row


@transaction.atomic
def save_notice(*, notice_id: int | None, revision: int, **fields: Any) -> Notice:
    """Make or change a notice. Raises as save_banner does."""
    row = checks.taken(Notice, notice_id, revision)
    _fill_notice(row, fields)
    row.save()
    return row


def drafted_notice(*, notice_id: int | None, **fields: Any) -> Notice:
    """A notice as save_notice would make it, not saved."""
    row = _draft(Notice, notice_id)
    _fill_notice(row, fields)
    return row


@transaction.atomic
def adopt_usual_sections() -> None:
    """Write down what home shows while nothing is set, to be changed then; again: nothing."""
    with connection.cursor() as cursor:  # else two at once would write it twice
        cursor.execute("LOCK TABLE pages_homesection IN SHARE ROW EXCLUSIVE MODE")
    if not HomeSection.objects.exists():
        HomeSection.objects.bulk_create(usual_sections())


@transaction.atomic
def switch(*, kind: str, pk: int, on: bool) -> None:
    """Show a row, or hide it; again: nothing. `kind` is one of KINDS. Raises Gone."""
    row = KINDS[kind].objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise Gone
    if row.is_on != on:
        row.is_on = on
        row.revision += 1
        row.save(update_fields=["is_on", "revision"])


@transaction.atomic
def move(*, kind: str, pk: int, up: bool, place: int) -> None:
    """Change places with the neighbour; at the end of the list nothing moves.

    `kind` is one of ORDERED, `place` where the row was seen, from 1. Raises Gone, and Conflict
    where it stands elsewhere by now.
    """
    rows: list[Banner | HomeSection] = list(ORDERED[kind].objects.select_for_update())
    here = next((number for number, row in enumerate(rows) if row.pk == pk), None)
    if here is None:
        raise Gone
    if here + 1 != place:
        raise Conflict
    there = here - 1 if up else here + 1
    if 0 <= there < len(rows):
        rows[here], rows[there] = rows[there], rows[here]
    for number, row in enumerate(rows):
        row.position = number
    ORDERED[kind].objects.bulk_update(rows, ["position"])  # type: ignore[arg-type]


@transaction.atomic
def remove(*, kind: str, pk: int) -> None:
    """Take away a row that is switched off. Raises Gone, and StillShown while it is on."""
    row = KINDS[kind].objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise Gone
    if row.is_on:
        raise StillShown
    row.delete()


def _draft(kind: type[Row], pk: int | None) -> Row:
    row = kind() if pk is None else kind.objects.filter(pk=pk).first()
    if row is None:
        raise Gone
    return row


def _placed(row: Ordered) -> Ordered:
    if row.pk is None:
        last = type(row).objects.aggregate(last=Max("position"))["last"]
        row.position = 0 if last is None else last + 1
    row.save()
    return row


def _fill_banner(row: Banner, fields: dict[str, Any]) -> None:
    given = {name: fields.pop(name, None) for name in PICTURES}
    checks.fill(row, fields)
    if row.leads_to in leads.WITHOUT_TARGET:
        row.target = ""
    faults: Faults = checks.window(row.starts_at, row.ends_at)
    for name in ("title", "line", "alt"):
        faults |= checks.both(row, name)
    if wrong := leads.fault(row.leads_to, row.target):
        faults["target"] = [wrong]
    if row.tone == Banner.Tone.ZONE and row.leads_to != Banner.LeadsTo.ZONE:
        faults["tone"] = [_("Only a banner that leads to a zone has its colour.")]
    faults |= _picture_faults(row, given)
    texts = {
        f"{name}_{language}": getattr(row, f"{name}_{language}")
        for name in ("title", "line", "alt")
        for language in LANGUAGES
    }
    checks.refuse(row, texts, faults)
    _store(row, given)


def _picture_faults(row: Banner, given: dict[str, Any]) -> Faults:
    will = {
        name: bool(getattr(row, name)) if given[name] is None else bool(given[name])
        for name in PICTURES
    }
    if not will["picture"] and not row.title_zh:
        return {"picture": [_("Choose a picture, or write a title.")]}
    if not will["picture"] and will["picture_phone"]:
        return {"picture": [_("Choose a picture for desktops as well.")]}
    if will["picture"] and not row.title_zh and not row.alt_zh:
        return {"alt_zh": [_("Say what the picture shows, for those who cannot see it.")]}
    return {}


def _store(row: Banner, given: dict[str, Any]) -> None:
    """Keep the pictures once all else is right: what is refused leaves no files."""
    for name, picture in given.items():
        if isinstance(picture, File):
            try:
                setattr(row, name, pictures.store(picture, "banners", drawings=False))
            except pictures.UnreadablePicture:
                sentence = _("It cannot be read as a picture, or is too large.")
                raise ValidationError({name: [sentence]}) from None
        elif picture is not None:
            setattr(row, name, picture)


def _fill_section(row: HomeSection, fields: dict[str, Any]) -> None:
    checks.fill(row, fields)
    faults: Faults = checks.both(row, "title")
    if row.kind != HomeSection.Kind.SHELF:
        row.zone = ""
    elif not Zone.objects.filter(key=row.zone).exists():
        faults["zone"] = [_("Choose a zone.")]
    if row.kind != HomeSection.Kind.PRODUCTS:
        row.products = []
    elif wrong := _products_fault(row.products):
        faults["products"] = [wrong]
    if not 1 <= row.many <= MOST_CHOSEN:
        faults["many"] = [_("From 1 to %(most)s.") % {"most": MOST_CHOSEN}]
    checks.refuse(row, {"title_zh": row.title_zh, "title_en": row.title_en}, faults)


def _products_fault(slugs: list[str]) -> str | None:
    if not 1 <= len(slugs) <= MOST_CHOSEN or len(set(slugs)) < len(slugs):
        return _("Choose 1 to %(most)s products, each once.") % {"most": MOST_CHOSEN}
    there = set(Product.objects.filter(slug__in=slugs).values_list("slug", flat=True))
    missing = [slug for slug in slugs if slug not in there]
    if missing:
        return _("There is no such product: %(missing)s.") % {"missing": ", ".join(missing)}
    return None


def _fill_notice(row: Notice, fields: dict[str, Any]) -> None:
    checks.fill(row, fields)
    texts = {"text_zh": row.text_zh, "text_en": row.text_en}
    checks.refuse(row, texts, checks.window(row.starts_at, row.ends_at))
