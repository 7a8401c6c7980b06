"""What frames every page: the brand, the zones and the categories, kept by each process.

They change a few times a year and stand on every page, so a page only asks which edition of them
the database has (one query) and reads them anew when that is another than the process keeps.
"""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest

from sharemall.brand import selectors as brands
from sharemall.brand.selectors import BrandView
from sharemall.catalogue import selectors as catalogue
from sharemall.catalogue.models import Category, Zone
from sharemall.storefront.models import Edition


@dataclass(frozen=True, slots=True)
class Frame:
    """One edition. Categories on sale only, in the operator's order."""

    brand: BrandView
    zones: tuple[Zone, ...]
    by_parent: dict[int | None, list[Category]]

    @property
    def categories(self) -> list[Category]:
        """The categories on the top floor."""
        return self.by_parent.get(None, [])

    def below(self, parent: Category) -> list[Category]:
        """The categories one floor below."""
        return self.by_parent.get(parent.pk, [])

    def category(self, slug: str) -> Category | None:
        """The category of this slug."""
        rows = (row for floor in self.by_parent.values() for row in floor)
        return next((row for row in rows if row.slug == slug), None)

    def path(self, category: Category) -> list[Category]:
        """The categories from the top floor down to this one."""
        by_id = {row.pk: row for floor in self.by_parent.values() for row in floor}
        path = [category]
        while path[0].parent_id is not None:
            path.insert(0, by_id[path[0].parent_id])
        return path


_kept: tuple[UUID, Frame] | None = None


def frame_of(request: HttpRequest) -> Frame:
    """The frame of the page that is being made: asked for once, however many parts need it."""
    found: Frame | None = getattr(request, "shop_frame", None)
    if found is None:
        found = frame()
        request.shop_frame = found  # type: ignore[attr-defined]
    return found


def frame() -> Frame:
    """The edition that is in the database. One query, as a rule."""
    global _kept
    code = Edition.objects.values_list("code", flat=True).first()
    kept = _kept
    if kept is not None and kept[0] == code:
        return kept[1]
    # Asked first and read afterwards: a change in between is found by the next page.
    found = Frame(brands.brand(), tuple(catalogue.zones()), _tree())
    _kept = None if code is None else (code, found)
    return found


def _tree() -> dict[int | None, list[Category]]:
    """Categories by their parent; what hangs under one that is not on sale is left out."""
    by_parent: dict[int | None, list[Category]] = {}
    for row in Category.objects.filter(on_sale=True):
        by_parent.setdefault(row.parent_id, []).append(row)
    reached: dict[int | None, list[Category]] = {}
    floor: list[int | None] = [None]
    while floor:
        reached |= {key: by_parent[key] for key in floor if key in by_parent}
        floor = [row.pk for key in floor for row in by_parent.get(key, [])]
    return reached
