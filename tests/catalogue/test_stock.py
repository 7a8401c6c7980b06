"""Stock and flash prices: what is refused, and what holds when many change them at once."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from sharemall.catalogue import services
from sharemall.catalogue.models import FlashPrice, Variant
from tests.catalogue.goods import (
    COLOURS,
    NOW,
    a_draft,
    a_flash_price,
    a_product,
    open_mall,
    the_variant,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def mall() -> None:
    open_mall()


@pytest.fixture
def variant() -> Variant:
    """A bottle for ¥100 that costs nothing: it may be sold for ¥40 and more."""
    return the_variant(a_product(cost_fen=0))


def test_stock_goes_up_and_down_to_nothing(variant: Variant) -> None:
    assert services.change_stock(variant_id=variant.pk, by=5).stock == 15
    assert services.change_stock(variant_id=variant.pk, by=-15).stock == 0


def test_more_than_there_is_cannot_be_taken(variant: Variant) -> None:
    with pytest.raises(services.NotEnoughStock):
        services.change_stock(variant_id=variant.pk, by=-11)
    assert Variant.objects.get().stock == 10


@pytest.mark.parametrize("by", [2**31 - 1, 2**31, 10**30, -(10**30)])
def test_a_stock_that_no_column_holds_is_refused(variant: Variant, by: int) -> None:
    with pytest.raises(ValidationError):
        services.change_stock(variant_id=variant.pk, by=by)
    assert Variant.objects.get().stock == 10


def test_the_stock_of_nothing_cannot_be_changed() -> None:
    with pytest.raises(services.Gone):
        services.change_stock(variant_id=-1, by=1)


def test_a_flash_price_is_saved_and_changed(variant: Variant) -> None:
    flash = a_flash_price(variant, 9_000)
    assert flash.left == 5
    FlashPrice.objects.update(left=2)  # three were sold
    again = a_flash_price(variant, 8_000, flash_id=flash.pk, quantity=10)
    assert (again.pk, again.price_fen, again.left) == (flash.pk, 8_000, 7)
    with pytest.raises(ValidationError):
        a_flash_price(variant, 8_000, flash_id=flash.pk, quantity=2)


@pytest.mark.parametrize(
    "fields",
    [
        {"price_fen": 10_000},
        {"price_fen": 0},
        {"price_fen": -1},
        {"quantity": 0},
        {"quantity": -1},
        {"quantity": 2**31},
        {"ends_at": NOW.replace(hour=1)},
        {"ends_at": NOW.replace(hour=0)},
    ],
)
def test_an_ill_formed_flash_price_is_refused(variant: Variant, fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        a_flash_price(variant, **({"price_fen": 9_000} | fields))
    assert not FlashPrice.objects.exists()


def test_a_flash_price_that_does_not_fit_is_refused() -> None:
    variant = the_variant(a_product(cost_fen=3_900))
    with pytest.raises(services.DoesNotFit) as refusal:
        a_flash_price(variant, 9_000)
    misfit = refusal.value.misfits[0]
    assert (misfit.lowest_fen, misfit.contributions_fen, misfit.over_fen) == (9_000, 5_400, 300)
    assert not FlashPrice.objects.exists()
    assert a_flash_price(variant, 9_900).pk


def test_a_product_must_fit_at_its_flash_price_too(variant: Variant) -> None:
    a_flash_price(variant, 5_000)
    with pytest.raises(services.DoesNotFit):
        a_product(cost_fen=2_001)
    assert a_product(cost_fen=2_000).pk


def test_windows_of_a_variant_do_not_meet_but_may_touch(variant: Variant) -> None:
    flash = a_flash_price(variant, 9_000)
    for start, end in ((0, 1), (-1, 1), (1, 3), (-1, 3)):
        with pytest.raises(ValidationError):
            a_flash_price(
                variant,
                9_000,
                starts_at=flash.starts_at + start * HOUR,
                ends_at=flash.starts_at + end * HOUR,
            )
    a_flash_price(variant, 9_000, starts_at=flash.ends_at, ends_at=flash.ends_at + HOUR)
    a_flash_price(variant, 9_000, flash_id=flash.pk, starts_at=flash.starts_at - HOUR)
    assert FlashPrice.objects.count() == 2


def test_windows_of_two_variants_may_meet() -> None:
    drafts = [a_draft("r", 0, cost_fen=0), a_draft("w", 1, cost_fen=0)]
    for row in a_product(variants=drafts, options=[COLOURS]).variants.all():
        assert a_flash_price(row, 9_000).pk


def test_a_flash_price_of_another_variant_cannot_be_changed_by_this_one(variant: Variant) -> None:
    other = the_variant(a_product("other", cost_fen=0))
    flash = a_flash_price(other, 9_000)
    with pytest.raises(services.Gone):
        a_flash_price(variant, 9_000, flash_id=flash.pk)
    with pytest.raises(services.Gone):
        services.save_flash_price(
            variant_id=-1, price_fen=1, quantity=1, starts_at=NOW, ends_at=NOW + HOUR, now=NOW
        )


def test_a_flash_price_that_has_begun_is_ended_and_one_that_has_not_is_deleted(
    variant: Variant,
) -> None:
    flash = a_flash_price(variant, 9_000)
    services.remove_flash_price(flash_id=flash.pk, now=NOW)
    assert FlashPrice.objects.get().ends_at == NOW
    services.remove_flash_price(flash_id=flash.pk, now=NOW + HOUR)
    assert FlashPrice.objects.get().ends_at == NOW
    later = a_flash_price(variant, 9_000, starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR)
    services.remove_flash_price(flash_id=later.pk, now=NOW)
    assert FlashPrice.objects.get() == flash
    with pytest.raises(services.Gone):
        services.remove_flash_price(flash_id=later.pk, now=NOW)
