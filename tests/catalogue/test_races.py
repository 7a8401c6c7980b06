"""Many at once, each with a connection of its own."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F, Model

from sharemall.catalogue import products, services
from sharemall.catalogue.models import (
    Category,
    Favourite,
    FlashPrice,
    Product,
    ProductPicture,
    Variant,
    Visit,
    Zone,
)
from sharemall.members.models import Member
from sharemall.merchants.models import PLATFORM, FreightRule, Merchant
from sharemall.merchants.services import save_freight_rule
from tests.catalogue.goods import (
    COLOURS,
    NOW,
    a_draft,
    a_flash_price,
    a_product,
    open_mall,
    the_variant,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def mall() -> None:
    open_mall()


def at_once(jobs: Sequence[Callable[[], Any]]) -> Counter[str]:
    """Start every job at the same moment; how many ended well, and with which refusals."""
    gate = threading.Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> str:
        try:
            gate.wait()
            job()
        except (services.CatalogueError, ValidationError) as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(jobs)) as pool:
        return Counter(pool.map(run, jobs))


def test_fifty_who_take_out_of_a_stock_of_twenty_leave_nothing_and_no_less() -> None:
    variant = the_variant(a_product(stock=20))
    results = at_once([lambda: services.change_stock(variant_id=variant.pk, by=-1)] * 50)
    assert results == {"done": 20, "NotEnoughStock": 30}
    assert Variant.objects.get().stock == 0


def test_saves_of_a_new_product_at_once_make_one() -> None:
    jobs = [lambda number=number: a_product(position=number) for number in range(20)]
    assert at_once(jobs) == {"done": 20}
    assert Product.objects.count() == Variant.objects.count() == 1


def test_a_new_product_that_came_after_it_was_looked_for_is_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    locked = products.locked

    def be_late(**which: Any) -> Product | None:
        monkeypatch.setattr(products, "locked", locked)
        found = locked(**which)
        assert at_once([lambda: a_product(position=1)]) == {"done": 1}
        return found

    monkeypatch.setattr(products, "locked", be_late)
    a_product(position=2)
    assert Product.objects.get().position == 2
    assert Variant.objects.count() == 1


NAMED = {"name_zh": "茶", "name_en": "Tea"}
BANDS = [
    {"provinces": [], "first_grams": 1000, "first_fen": 800, "step_grams": 1000, "step_fen": 200}
]
MADE: dict[str, tuple[Callable[[], Any], type[Model]]] = {
    "zone": (lambda: services.save_zone(key="tea", **NAMED), Zone),
    "category": (lambda: services.save_category(slug="tea", **NAMED), Category),
    "merchant": (lambda: services.save_merchant(key="tea", now=NOW, **NAMED), Merchant),
    "freight rule": (
        lambda: save_freight_rule(merchant_key=PLATFORM, name="茶", bands=BANDS),
        FreightRule,
    ),
}


@pytest.mark.parametrize("name", MADE)
def test_a_new_thing_that_is_sent_many_times_at_once_is_there_once(name: str) -> None:
    save, kind = MADE[name]
    before = kind._default_manager.count()
    assert at_once([save] * 20) == {"done": 20}
    assert kind._default_manager.count() == before + 1


def test_saves_of_different_variants_at_once_leave_those_of_one_of_them() -> None:
    drafts = [[a_draft("r", 0), a_draft("w", 1)], [a_draft("r", 1), a_draft("x", 0)]]
    a_product(variants=drafts[0], options=[COLOURS])
    jobs = [
        lambda number=number: a_product(variants=drafts[number % 2], options=[COLOURS])
        for number in range(20)
    ]
    assert at_once(jobs) == {"done": 20}
    offered = set(Variant.objects.filter(on_sale=True).values_list("sku", flat=True))
    assert offered in ({"r", "w"}, {"r", "x"})


def test_what_is_sold_while_a_product_is_saved_is_not_forgotten() -> None:
    product = a_product(stock=1000)

    @transaction.atomic
    def buy() -> None:
        # As an order does: its variants first, then a row that refers to the product.
        Variant.objects.filter(product=product, stock__gte=1).update(stock=F("stock") - 1)
        ProductPicture.objects.create(product=product, picture="products/a.svg")

    saves = [lambda: services.save_product(slug="red", name_zh="新", now=NOW)] * 10
    assert at_once(saves + [buy] * 20) == {"done": 30}
    assert Variant.objects.get().stock == 980


def test_flash_prices_of_one_variant_at_once_become_one() -> None:
    variant = the_variant(a_product(cost_fen=0))
    assert at_once([lambda: a_flash_price(variant, 9_000)] * 20) == {
        "done": 1,
        "ValidationError": 19,
    }
    assert FlashPrice.objects.count() == 1


def test_a_flash_price_and_a_cost_that_do_not_fit_together_are_never_both_saved() -> None:
    variant = the_variant(a_product(cost_fen=0))
    jobs = [lambda: a_flash_price(variant, 5_000), lambda: a_product(cost_fen=4_000)]
    assert at_once(jobs) == {"done": 1, "DoesNotFit": 1}


def test_two_categories_that_move_under_each_other_at_once_make_no_circle() -> None:
    for slug in ("a", "b"):
        services.save_category(slug=slug, name_zh=slug, name_en=slug)
    rows = {row.slug: row for row in Category.objects.all()}
    jobs = [
        lambda: services.save_category(slug="a", parent=rows["b"]),
        lambda: services.save_category(slug="b", parent=rows["a"]),
    ]
    assert at_once(jobs) == {"done": 1, "ValidationError": 1}


def test_a_favourite_kept_and_a_visit_noted_many_times_at_once_are_there_once() -> None:
    product, member = a_product(), a_member()

    def keep() -> None:
        services.save_favourite(member_id=member.pk, product_id=product.pk, on=True, now=NOW)
        services.note_visit(
            member_id=member.pk, product_id=product.pk, now=NOW + timedelta(seconds=1)
        )

    assert at_once([keep] * 20) == {"done": 20}
    assert Favourite.objects.count() == Visit.objects.count() == 1


def a_member() -> Member:
    return Member.objects.create(phone="13800000001", account="ann", name="安", joined_at=NOW)
