"""Goods of an earlier version are brought to what this one makes of their texts, also killed."""

from collections.abc import Sequence
from typing import Any

import pytest

from sharemall.catalogue import search
from sharemall.catalogue.models import Product, SearchEdition
from tests.catalogue.goods import COLOURS, a_draft, a_merchant, a_product, open_mall
from tests.catalogue.test_races import at_once
from tests.catalogue.test_search import found

SLUGS = ["a", "b", "c", "d", "e"]
OLD = ["of", "before"]
# Of the product below. Whoever changes what terms are made of raises EDITION, and this.
MADE = {
    1: (
        "a ag age aged c ca cab cabe caber cabern caberne cabernet d dr dri "
        "drin drink drinks i in m o oa oak r re red s sa sau sauv sauvi "
        "sauvig sauvign sauvigno sauvignon sh sho shop w wh whi whit white "
        "干 干红 店铺 木 木桶 桶 桶陈 橡 橡木 珠 珠干 白 红 红葡 萄 萄酒 "
        "葡 葡萄 赤 赤霞 酒 酒水 酿 陈 陈酿 霞 霞珠"
    )
}


@pytest.fixture
def shop(db: None) -> None:
    """Five products that an earlier version saved."""
    of_before()


def of_before() -> None:
    open_mall()
    for slug in SLUGS:
        a_product(slug)
    Product.objects.update(terms=OLD)
    SearchEdition.objects.all().delete()


def stale() -> list[str]:
    return sorted(Product.objects.filter(terms=OLD).values_list("slug", flat=True))


@pytest.mark.usefixtures("shop")
def test_goods_of_before_are_found_as_if_they_were_saved_now() -> None:
    assert search.is_behind()
    assert found("cabernet") == []
    assert search.bring_up_to_date() == 5
    assert not search.is_behind()
    assert sorted(found("cabernet")) == SLUGS
    assert search.bring_up_to_date() == 0


@pytest.mark.usefixtures("shop")
def test_killed_in_the_middle_it_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    terms_of = search.terms_of

    def dying(product: Product, variants: Any) -> list[str]:
        if product.slug == "d" and "d" not in made:
            made.append("d")
            raise KeyboardInterrupt
        made.append(product.slug)
        return terms_of(product, variants)

    monkeypatch.setattr(search, "AT_ONCE", 2)
    monkeypatch.setattr(search, "terms_of", dying)
    with pytest.raises(KeyboardInterrupt):
        search.bring_up_to_date()
    assert stale() == ["c", "d", "e"]
    assert search.is_behind()
    assert search.bring_up_to_date() == 3
    assert stale() == []
    assert made == ["a", "b", "c", "d", "c", "d", "e"]


@pytest.mark.usefixtures("shop")
def test_a_later_edition_begins_at_the_first_product(monkeypatch: pytest.MonkeyPatch) -> None:
    SearchEdition.objects.create(edition=0, coming=search.EDITION, last_id=10**9)
    monkeypatch.setattr(search, "EDITION", search.EDITION + 1)
    assert search.bring_up_to_date() == 5
    assert stale() == []


@pytest.mark.django_db
def test_a_shop_without_goods_is_never_behind() -> None:
    assert not search.is_behind()
    assert search.bring_up_to_date() == 0
    assert SearchEdition.objects.get().edition == search.EDITION


@pytest.mark.django_db(transaction=True)
def test_two_at_once_and_a_save_meanwhile_do_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    of_before()
    monkeypatch.setattr(search, "AT_ONCE", 1)
    done: list[int] = []

    def bring() -> None:
        done.append(search.bring_up_to_date())

    jobs: Sequence[Any] = [bring, bring, lambda: a_product("e", name_en="Merlot")]
    assert at_once(jobs) == {"done": 3}
    assert sum(done) == 5
    assert stale() == []
    assert found("merlot") == ["e"]


@pytest.mark.django_db
def test_what_terms_are_made_of_belongs_to_an_edition() -> None:
    open_mall()
    product = a_product(
        "x",
        merchant=a_merchant("m"),
        variants=[a_draft("r", 0), a_draft("w", 1)],
        options=[COLOURS],
    )
    assert {search.EDITION: " ".join(product.terms)} == MADE
