"""The filters and the order of a list of goods, read from an address and written into one."""

from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode

from django.http import QueryDict

from sharemall.catalogue.models import Category, Zone
from sharemall.catalogue.selectors import Filter
from sharemall.merchants.models import Merchant

MOST_YUAN = 10_000_000  # a price above this is none that anybody asks for
LONGEST_QUERY = 60
LONGEST_KEY = 60
SORTS = ("", "sold", "price", "-price", "new")


@dataclass(frozen=True, slots=True)
class Wish:
    """What the shopper asked for. Everything unreadable in the address is left out."""

    q: str = ""
    zone: str = ""
    category: str = ""
    shop: str = ""
    least: int | None = None  # whole yuan
    most: int | None = None
    stock: bool = False
    sort: str = ""
    price_unread: bool = False  # a price was typed that is none: it is said, not looked for

    @property
    def query(self) -> str:
        """As the query of an address, the empty parts left out: "q=red&sort=price"."""
        parts = {field.name: getattr(self, field.name) for field in fields(self)}
        parts["stock"] = "1" if self.stock else ""
        del parts["price_unread"]
        return urlencode({name: value for name, value in parts.items() if value not in ("", None)})

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the words and the order was chosen."""
        return replace(self, q="", sort="", price_unread=False) != Wish()

    @property
    def narrowings(self) -> int:
        """How many filters are set."""
        prices = self.least is not None or self.most is not None
        return sum(map(bool, (self.zone, self.category, self.shop, self.stock, prices)))

    def sorted_by(self, sort: str) -> "Wish":
        """The same goods in another order."""
        return replace(self, sort=sort)

    def without(self, *parts: str) -> "Wish":
        """The same wish without these."""
        nothing = Wish()
        return replace(self, **{part: getattr(nothing, part) for part in parts})

    def filter(
        self, zone: Zone | None, category: Category | None, merchant: Merchant | None
    ) -> Filter:
        """As the catalogue understands it, with what the keys stand for."""
        return Filter(
            zone=zone,
            category=category,
            merchant=merchant,
            query=self.q,
            least_fen=None if self.least is None else self.least * 100,
            most_fen=None if self.most is None else self.most * 100,
            in_stock=self.stock,
            sort=self.sort,
        )


def wish_of(address: QueryDict) -> Wish:
    """What the query of an address asks for; nothing in it can fail."""
    sort = address.get("sort", "")
    least, most = address.get("least", "").strip(), address.get("most", "").strip()
    return Wish(
        q=_words(address.get("q", "")),
        zone=_key(address.get("zone", "")),
        category=_key(address.get("category", "")),
        shop=_key(address.get("shop", "")),
        least=_yuan(least),
        most=_yuan(most),
        stock=address.get("stock") == "1",
        sort=sort if sort in SORTS else "",
        price_unread=any(text and _yuan(text) is None for text in (least, most)),
    )


def _words(text: str) -> str:
    """Without control characters, blanks put together."""
    printable = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(printable.split())[:LONGEST_QUERY].strip()


def _key(text: str) -> str:
    known = all(char.isascii() and (char.isalnum() or char in "-_") for char in text)
    return text if known and len(text) <= LONGEST_KEY else ""


def _yuan(text: str) -> int | None:
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        return None
    return min(int(text), MOST_YUAN)
