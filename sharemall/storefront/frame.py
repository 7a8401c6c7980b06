"""What frames every page: brand, zones, categories, the announced change, what is set of its face.

They change a few times a year and stand on every page, so a page only asks which edition of them
the database has (one query) and reads them anew when that is another than the process keeps; each
process keeps one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.http import HttpRequest

from sharemall.brand import selectors as brands
from sharemall.brand.selectors import BrandView
from sharemall.catalogue import selectors as catalogue
from sharemall.catalogue.models import Category, Zone
from sharemall.clock import services as clock
from sharemall.orders import cart
from sharemall.orders.cart import Owner
from sharemall.pages import selectors as pages
from sharemall.pages.models import PolicyVersion
from sharemall.pages.selectors import Shown
from sharemall.schemes import selectors as schemes
from sharemall.storefront import visitor
from sharemall.storefront.models import Edition


@dataclass(frozen=True, slots=True)
class Frame:
    """One edition. `tree` has every category; all else only what is on sale, in order.

    `code` is another with every change; None where the database does not say which it is. `shown`
    is what the operator switched on, whatever the time. `rules_change_at`: when the published
    change of the rules takes effect; None if none waits.
    """

    code: UUID | None
    brand: BrandView
    zones: tuple[Zone, ...]
    tree: tuple[Category, ...]
    by_parent: dict[int | None, list[Category]]
    shown: Shown
    rules_change_at: datetime | None = None

    @property
    def categories(self) -> list[Category]:
        """The categories on the top floor."""
        return self.by_parent.get(None, [])

    def below(self, parent: Category) -> list[Category]:
        """The categories one floor below."""
        return self.by_parent.get(parent.pk, [])

    def policies(self) -> list[tuple[str, str]]:
        """The published policies with their names in the language of the page."""
        return [(slug, str(PolicyVersion.Slug(slug).label)) for slug in self.shown.policies]

    def zone(self, key: str) -> Zone | None:
        """The zone of this key."""
        return next((row for row in self.zones if row.key == key), None)

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


@dataclass(frozen=True, slots=True)
class Page:
    """What a page is made with: the frame, the mall's time, how much is in the shopper's cart.

    `unread` is how many messages the member has not read.
    """

    frame: Frame
    now: datetime
    cart_count: int
    unread: int = 0


# Written out: every page asks it, and making it of models costs more than all else it takes.
PAGE = """
SELECT code, (SELECT ahead FROM clock_shift WHERE id = 1),
    (SELECT count(*) FROM orders_cartline WHERE member_id = %s OR visitor = %s),
    (SELECT count(*) FROM mall_messages_message WHERE member_id = %s AND read_at IS NULL)
FROM storefront_edition
"""

_kept: tuple[UUID, Frame] | None = None


def page_of(request: HttpRequest) -> Page:
    """What the page that is being made stands on. One query, however many parts need it."""
    found: Page | None = getattr(request, "shop_page", None)
    if found is None:
        found = _page(_owner(request))
        request.shop_page = found  # type: ignore[attr-defined]
    return found


def frame_of(request: HttpRequest) -> Frame:
    """The frame of the page that is being made."""
    return page_of(request).frame


def frame() -> Frame:
    """The edition that is in the database. One query, as a rule."""
    return _frame(Edition.objects.values_list("code", flat=True).first())


def _page(owner: Owner) -> Page:
    with connection.cursor() as cursor:
        cursor.execute(PAGE, [owner.member_id, owner.visitor, owner.member_id])
        row = cursor.fetchone()
    if row is None:
        return Page(_frame(None), clock.now(), cart.count(owner))
    code, ahead, count, unread = row
    return Page(_frame(code), clock.by(ahead), count, unread)


def _owner(request: HttpRequest) -> Owner:
    # A request that was refused before it came to its session has no user.
    return (visitor.owner(request) if hasattr(request, "user") else None) or Owner()


def _frame(code: UUID | None) -> Frame:
    global _kept
    kept = _kept
    if kept is not None and kept[0] == code:
        return kept[1]
    # The code was asked first: a change in between is found by the next page.
    tree = tuple(Category.objects.all())
    change = schemes.waiting()
    found = Frame(
        code=code,
        brand=brands.brand(),
        zones=tuple(catalogue.zones()),
        tree=tree,
        by_parent=_reached(tree),
        rules_change_at=change.effective_at if change else None,
        shown=pages.shown(),
    )
    _kept = None if code is None else (code, found)
    return found


def _reached(tree: Iterable[Category]) -> dict[int | None, list[Category]]:
    """Categories by their parent; what hangs under one that is not on sale is left out."""
    by_parent: dict[int | None, list[Category]] = {}
    for row in tree:
        if row.on_sale:
            by_parent.setdefault(row.parent_id, []).append(row)
    reached: dict[int | None, list[Category]] = {}
    floor: list[int | None] = [None]
    while floor:
        reached |= {key: by_parent[key] for key in floor if key in by_parent}
        floor = [row.pk for key in floor for row in by_parent.get(key, [])]
    return reached
