"""What products are found by: the words of their texts, Latin and Chinese, as an indexed array.

A Latin word or a number is found by its beginnings, Chinese by single characters and by pairs of
them. Both sides fold their text alike: one width and case, no accents; "750ml" is a number and a
word, so that "750 ml" finds it too.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from django.db import transaction
from django.db.models import QuerySet

from sharemall.catalogue.models import Category, Product, SearchEdition, Variant, Zone
from sharemall.merchants.models import Merchant

# Of what `terms_of` makes: raise it with every change there, and `sharemall migrate` brings the
# products that are in the shop up to it.
EDITION = 1
LONGEST = 16  # letters of a word that count; a longer one is found by its first ones
MOST_WORDS = 12  # of a query
MOST_QUERY = 100  # characters of a query that are looked at
AT_ONCE = 500

# Han, kana and Bopomofo are written without spaces between words.
UNSPACED = "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3040-\u30ff\u3100-\u312f"
UNSPACED += "\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
UNSPACED += "\U00020000-\U0003ffff"
RUNS = re.compile(rf"[{UNSPACED}]+|\d+|[^\W\d_{UNSPACED}]+")
UNSPACED_RUN = re.compile(rf"[{UNSPACED}]+")


def terms(*texts: str) -> list[str]:
    """All terms that one of these texts is found by, sorted, each once."""
    return sorted({term for text in texts for run in _runs(text) for term in _terms_of(run)})


def asked(query: str) -> list[str]:
    """The terms that a product must have to be found by `query`; empty if it says nothing."""
    words: dict[str, None] = {}
    for run in _runs(query[:MOST_QUERY]):
        words |= dict.fromkeys(_asked_by(run))
    return list(words)[:MOST_WORDS]


def terms_of(product: Product, variants: Iterable[Variant]) -> list[str]:
    """What a product is found by: itself, its variants on sale, and where it stands.

    That is its merchant, its zone, its category and those above it: by words, not by a single
    character of theirs. Whoever looks for tea (茶) does not want all that stands under "drinks and
    tea".
    """
    texts = [product.name_zh, product.name_en, product.subtitle_zh, product.subtitle_en]
    for variant in variants:
        if variant.on_sale:
            texts += [variant.sku, variant.name_zh, variant.name_en]
    places: list[Merchant | Zone | Category] = [product.merchant, product.zone]
    places += _path(product.category)
    around = terms(*(name for row in places for name in (row.name_zh, row.name_en)))
    words = {term for term in around if len(term) > 1 or not UNSPACED_RUN.match(term)}
    words |= {fold(row.name_zh) for row in places if len(row.name_zh) == 1}
    return sorted(words.union(terms(*texts)))


def renew(products: QuerySet[Product]) -> int:
    """Work out anew what these products are found by; how many there were.

    For when the name of a merchant, a zone or a category has changed. Locks the products.
    """
    last, done = 0, 0
    while True:
        with transaction.atomic():
            batch = _renew_after(last, products)
        if not batch:
            return done
        last, done = batch[-1].pk, done + len(batch)


def is_behind() -> bool:
    """Whether goods of the shop are found by what an earlier version made. At most two queries."""
    is_known = SearchEdition.objects.filter(edition=EDITION).exists()
    return not is_known and Product.objects.exists()


def bring_up_to_date() -> int:
    """Bring the terms of all products to this edition; how many this call went through.

    A batch is a transaction that says how far it came: killed, the next call goes on from there,
    and of two calls at once each takes other products. Products may be saved meanwhile.
    """
    done = 0
    while True:
        with transaction.atomic():
            SearchEdition.objects.get_or_create(pk=1)
            mark = SearchEdition.objects.select_for_update().get(pk=1)
            if mark.edition == EDITION:
                return done
            if mark.coming != EDITION:
                mark.coming, mark.last_id = EDITION, 0
            batch = _renew_after(mark.last_id, Product.objects.all())
            if batch:
                mark.last_id = batch[-1].pk
            else:
                mark.edition = EDITION
            mark.save()
        done += len(batch)


def _renew_after(last_id: int, products: QuerySet[Product]) -> list[Product]:
    """The next products behind this id, renewed."""
    rows = products.select_related("merchant", "zone", "category__parent__parent")
    rows = rows.prefetch_related("variants").select_for_update(no_key=True, of=("self",))
    batch = list(rows.filter(id__gt=last_id).order_by("id")[:AT_ONCE])
    for product in batch:
        product.terms = terms_of(product, product.variants.all())
    Product.objects.bulk_update(batch, ["terms"])
    return batch


def _path(category: Category | None) -> list[Category]:
    return [] if category is None else [*_path(category.parent), category]


def fold(text: str) -> str:
    """One width, one case, no accents."""
    apart = unicodedata.normalize("NFKD", text.casefold().replace("ı", "i"))
    bare = "".join(char for char in apart if unicodedata.category(char) not in ("Mn", "Cf"))
    return unicodedata.normalize("NFKC", bare).casefold()


def _runs(text: str) -> Iterable[str]:
    return RUNS.findall(fold(text))


def _terms_of(run: str) -> Iterator[str]:
    if UNSPACED_RUN.match(run):
        yield from run
        yield from _pairs(run)
    else:
        yield from (run[:length] for length in range(1, min(len(run), LONGEST) + 1))


def _asked_by(run: str) -> Iterator[str]:
    if not UNSPACED_RUN.match(run):
        yield run[:LONGEST]
    elif len(run) == 1:
        yield run
    else:
        yield from _pairs(run)


def _pairs(run: str) -> Iterator[str]:
    return (run[start : start + 2] for start in range(len(run) - 1))
