"""How long shelves and searches take in the database, with 100 000 products.

`python -m bench.shelf [--full]`
"""

import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from bench.server import mall, timed
from bench.table import Table, main

PRODUCTS = 100_000
ZONES = 8
MERCHANTS = 40
SPREAD = (5, 4, 5)  # categories: so many at the top, below each of these, and below each of those
NOW = datetime(2026, 6, 1, tzinfo=UTC)
LIMIT_MS = 50

# Every product has one of each. Colours never meet: two of them are found nowhere together.
COLOURS = [("红", "red"), ("白", "white"), ("蓝", "blue"), ("黑", "black")]
KINDS = [
    *[("干红葡萄酒", "dry wine"), ("电热水壶", "kettle"), ("羊毛围巾", "wool scarf")],
    *[("有机大米", "organic rice"), ("蓝牙耳机", "earphones"), ("保温杯", "flask")],
    *[("护手霜", "hand cream"), ("跑步鞋", "running shoes"), ("坚果礼盒", "nut box")],
]
PLACES = [
    *[("赤霞珠", "Cabernet"), ("云南", "Yunnan"), ("长白山", "Changbai"), ("舟山", "Zhoushan")],
    *[("景德镇", "Jingdezhen"), ("阿克苏", "Aksu"), ("五常", "Wuchang"), ("东北", "Northeast")],
]
SYLLABLES = list("安博辰达恩方格浩佳凯兰明宁欧品青荣盛泰唯祥雅泽卓")
RARE = ("琉璃", "Lapislazuli")  # of every 20 000th product
LAST = ("压轴", "Finale")  # of the last fifth in every order: a walk from the front finds it late
TEXT = "<p>" + "这是一段商品说明，写着产地、做法和用法。" * 40 + "</p>"


class Reading(NamedTuple):
    """A page read: products found, queries, seconds in the database, seconds in all."""

    found: int
    queries: int
    in_database: float
    in_all: float


def measure(full: bool) -> list[Table]:
    with mall():
        return [read_shelves(PRODUCTS, reads=60 if full else 20)]


def read_shelves(count: int, *, reads: int) -> Table:
    """Fill the catalogue with `count` products and read pages of it as the shop does."""
    from django.db import connection

    filled = timed(lambda: fill(count))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("SELECT pg_size_pretty(pg_total_relation_size('catalogue_product'))")
        size = cursor.fetchone()[0]
    table = Table(
        f"Shelves and searches over {count:,} products",
        ["what", "found", "queries", "in the database: median", "worst", "with Python: median"],
        asked=f"at most 3 queries and under {LIMIT_MS} ms in the database",
        note=f"Pages of 12 with flash prices and stock, {reads} of each kind, each another zone,"
        f" category, word or price where there are several. Filled in {filled:.0f} s, {size} with"
        " indexes.",
    )
    add(table, "three times SELECT 1, to compare", [bare() for _ in range(reads)])
    for name, ask in cases(count):
        pick = random.Random(1)
        add(table, name, [read(*ask(pick)) for _ in range(reads)])
    return table


def add(table: Table, name: str, spent: list[Reading]) -> None:
    """A row of the table: what so many readings of one kind took."""
    inside = sorted(reading.in_database for reading in spent)
    whole = sorted(reading.in_all for reading in spent)
    table.add(
        name,
        max(reading.found for reading in spent),
        max(reading.queries for reading in spent),
        milliseconds(inside[len(inside) // 2]),
        milliseconds(inside[-1]),
        milliseconds(whole[len(whole) // 2]),
    )


def cases(count: int) -> Iterator[tuple[str, Callable[[random.Random], tuple[Any, str]]]]:
    """What is read: its name, and a filter and a mark, drawn anew for each reading."""
    from sharemall.catalogue.models import Category, Product, Zone
    from sharemall.catalogue.selectors import SORTINGS, Filter
    from sharemall.merchants.models import Merchant

    zones, merchants = list(Zone.objects.all()), list(Merchant.objects.all())
    tree = list(Category.objects.all())
    top = [row for row in tree if row.parent_id is None]
    leaves = [row for row in tree if row.slug.count("-") == 3]
    middle = Product.objects.order_by("position", "id")[count // 2]

    def always(mark: str = "", **asked: Any) -> Callable[[random.Random], tuple[Any, str]]:
        return lambda _: (Filter(**asked), mark)

    def one_of(name: str, rows: list[Any], **asked: Any) -> Any:
        return lambda pick: (Filter(**{name: pick.choice(rows)}, **asked), "")

    for sort in SORTINGS:
        yield f"all, by {sort or 'position'}", always(sort=sort)
    yield "all, a page in the middle", always(f"s{middle.position}_{middle.pk}")
    for sort in SORTINGS:
        yield f"a zone, by {sort or 'position'}", one_of("zone", zones, sort=sort)
        yield f"a merchant, by {sort or 'position'}", one_of("merchant", merchants, sort=sort)
        yield f"a top category, by {sort or 'position'}", one_of("category", top, sort=sort)
        yield f"a lowest category, by {sort or 'position'}", one_of("category", leaves, sort=sort)
    for sort in ("", "price", "new"):
        yield f"a narrow price range, by {sort or 'position'}", _range(200, sort)
        yield f"a wide price range, by {sort or 'position'}", _range(50_000, sort)
    yield "in stock only", always(in_stock=True)
    for sort in SORTINGS:
        by = sort or "position"
        yield f"one Chinese character, by {by}", one_of("query", list("红酒电大"), sort=sort)
        words = ["葡萄酒", "热水", "蓝牙", "大米"]
        yield f"a Chinese word, by {by}", one_of("query", words, sort=sort)
        yield f"a Latin beginning, by {by}", one_of("query", ["ca", "k", "jingde"], sort=sort)
        yield f"only in the last fifth, by {by}", one_of("query", list(LAST), sort=sort)
        yield f"two common words that never meet, by {by}", always(query="red blue", sort=sort)
    yield "a middling name", one_of("query", [a + b for a in SYLLABLES for b in SYLLABLES])
    yield "a rare word", one_of("query", list(RARE))
    yield "three words", always(query="cabernet red kettle")
    yield "a word that is nowhere", one_of("query", ["zzyzx", "鑫鑫"])
    yield "a word in a zone", one_of("zone", zones, query="赤霞珠", sort="price")
    yield "a word in a lowest category", one_of("category", leaves, query="red", sort="sold")


def _range(width: int, sort: str) -> Callable[[random.Random], tuple[Any, str]]:
    from sharemall.catalogue.selectors import Filter

    def ask(pick: random.Random) -> tuple[Any, str]:
        least = pick.randrange(1_000, 60_000)
        return Filter(least_fen=least, most_fen=least + width, sort=sort), ""

    return ask


def read(asked: Any, mark: str) -> Reading:
    """Read a page, with a look at what is asked of the database."""
    from sharemall.catalogue import selectors

    return watched(lambda: len(selectors.listing(asked, after=mark, now=NOW).products))


def bare() -> Reading:
    """Three statements that do nothing: what getting to the database and back takes."""
    from django.db import connection

    def ask() -> int:
        with connection.cursor() as cursor:
            for _ in range(3):
                cursor.execute("SELECT 1")
        return 0

    return watched(ask)


def watched(work: Callable[[], int]) -> Reading:
    """What `work` found, and what it took."""
    from django.db import connection

    inside: list[float] = []

    def watch(execute: Any, *call: Any) -> Any:
        start = time.perf_counter()
        try:
            return execute(*call)
        finally:
            inside.append(time.perf_counter() - start)

    start = time.perf_counter()
    with connection.execute_wrapper(watch):
        found = work()
    return Reading(found, len(inside), sum(inside), time.perf_counter() - start)


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def fill(count: int) -> None:
    """Zones, merchants, categories, products with two variants each, flash prices."""
    from django.db import connection

    leaves = _frame()
    with connection.cursor() as cursor:
        copy_rows(cursor, PRODUCT_COLUMNS, "catalogue_product", products(count, leaves))
        cursor.execute(VARIANTS)
        cursor.execute(FLASH, {"now": NOW})
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('catalogue_product', 'id'), %s)", [count]
        )


def _frame() -> list[int]:
    from sharemall.catalogue.models import Category, Zone
    from sharemall.merchants.models import Merchant

    Zone.objects.bulk_create(
        Zone(key=f"z{n}", name_zh=f"专区{n}", name_en=f"Zone {n}") for n in range(ZONES)
    )
    Merchant.objects.bulk_create(
        Merchant(key=f"m{n}", name_zh=f"商家{n}", name_en=f"Shop {n}", joined_at=NOW)
        for n in range(MERCHANTS)
    )
    floor: list[Category | None] = [None]
    for width in SPREAD:
        floor = [
            Category.objects.create(
                slug=f"{parent.slug if parent else 'c'}-{n}",
                parent=parent,
                name_zh=f"类{n}",
                name_en=f"Kind {n}",
            )
            for parent in floor
            for n in range(width)
        ]
    return [row.pk for row in floor if row]


PRODUCT_COLUMNS = (
    *("id", "slug", "kind", "merchant_id", "zone_id", "category_id", "name_zh", "name_en"),
    *("subtitle_zh", "subtitle_en", "description_zh", "description_en", "specs", "options"),
    *("unit_zh", "unit_en", "price_fen", "returnable_days", "picture", "position", "on_sale"),
    *("sold", "rating_sum", "rating_count", "terms", "created_at"),
)
VARIANTS = """
INSERT INTO catalogue_variant (product_id, sku, choice, name_zh, name_en, price_fen, cost_fen,
    stock, weight_grams, picture, on_sale, position)
SELECT id, 'S' || id || '-' || n, ARRAY[n], '', '', price_fen + n, 1,
    CASE WHEN id % 20 = 0 THEN 0 ELSE 9 END, 100, '', true, n
FROM catalogue_product, generate_series(0, 1) n
"""
FLASH = """
INSERT INTO catalogue_flashprice (variant_id, price_fen, quantity, "left", starts_at, ends_at)
SELECT id, greatest(price_fen / 2, 1), 9, 5, %(now)s::timestamptz - interval '1 hour',
    %(now)s::timestamptz + interval '1 hour'
FROM catalogue_variant WHERE id %% 100 = 1
"""


def copy_rows(cursor: Any, columns: tuple[str, ...], table: str, rows: Iterator[Any]) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def products(count: int, leaves: list[int]) -> Iterator[tuple[Any, ...]]:
    """The rows of all products. Zones and merchants are of unlike size, as in a real mall."""
    from sharemall.catalogue import search

    pick = random.Random(7)
    for number in range(1, count + 1):
        zh, en = name(pick, number, count)
        zone = min(int(pick.expovariate(0.6)), ZONES - 1)
        merchant = min(int(pick.expovariate(0.15)), MERCHANTS - 1)
        category = pick.randrange(len(leaves))
        found_by = search.terms(
            zh, en, f"专区{zone}", f"Zone {zone}", f"商家{merchant}", f"S{number}"
        )
        price = 900 + number * 100_000 // count + pick.randrange(50)
        yield (
            *(number, f"p{number}", "goods", f"m{merchant}", f"z{zone}", leaves[category]),
            *(zh, en, "产地直发", "From where it grows", TEXT, TEXT, "[]", "[]", "件", "piece"),
            *(price, 7, "", number // 100, True, count - number, 0, 0, found_by),
            NOW - timedelta(minutes=number),
        )


def name(pick: random.Random, number: int, count: int) -> tuple[str, str]:
    colour, kind, place = pick.choice(COLOURS), pick.choice(KINDS), pick.choice(PLACES)
    parts = [place, colour, kind]
    if number % 20_000 == 7:
        parts.append(RARE)
    if number > count * 4 // 5 and pick.random() < 0.4:
        parts.append(LAST)
    brand = pick.choice(SYLLABLES) + pick.choice(SYLLABLES)
    return brand + "".join(zh for zh, _ in parts), " ".join(en for _, en in parts)


if __name__ == "__main__":
    main(measure)
