"""Flash prices and coupons: only what the goods can bear, each fault at its field."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from sharemall.catalogue.models import FlashPrice
from sharemall.clock import services as clock
from sharemall.coupons.models import Coupon, CouponClaim
from tests.catalogue import goods
from tests.console import given

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _bottle(office: Client) -> None:
    """A bottle for ¥100 that can be sold for ¥50: it costs ¥20."""
    goods.a_product("red", cost_fen=2_000)


def flash_form(**fields: Any) -> dict[str, Any]:
    now = clock.now()
    window = {"starts_at": given.typed(now - HOUR), "ends_at": given.typed(now + 5 * HOUR)}
    return {"sku": "red", "price_fen": "80", "quantity": "5"} | window | fields


def coupon_form(**fields: Any) -> dict[str, Any]:
    now = clock.now()
    return {
        "name_zh": "满减券",
        "name_en": "Ten off",
        "merchant": "",
        "funder": "platform",
        "zone": "",
        "threshold_fen": "90",
        "kind": "amount",
        "off_fen": "10",
        "quantity": "100",
        "per_member": "1",
        "starts_at": given.typed(now - HOUR),
        "ends_at": given.typed(now + 5 * HOUR),
    } | fields


def test_a_flash_price_is_made_changed_and_ended(office: Client) -> None:
    assert office.post("/console/flash/new/", flash_form()).status_code == 302
    flash = FlashPrice.objects.get()
    assert (flash.price_fen, flash.left, flash.variant.sku) == (8_000, 5, "red")
    assert "Running" in given.words(office.get("/console/flash/"))
    url = f"/console/flash/{flash.pk}/"
    assert 'value="80.00"' in office.get(url).content.decode()
    assert office.post(url, flash_form(price_fen="75", quantity="９")).status_code == 302
    flash.refresh_from_db()
    assert (flash.price_fen, flash.left) == (7_500, 9)
    response = office.post(f"{url}remove/", follow=True)
    assert "The flash price is over." in given.words(response)
    assert not FlashPrice.objects.filter(ends_at__gt=clock.now()).exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"sku": "nothing"}, "sku"),
        ({"sku": ""}, "sku"),
        ({"price_fen": "0"}, "price_fen"),
        ({"price_fen": "100"}, "price_fen"),
        ({"price_fen": "1e2"}, "price_fen"),
        ({"price_fen": "45"}, "price_fen"),
        ({"quantity": "0"}, "quantity"),
        ({"quantity": "99999999999"}, "quantity"),
        ({"starts_at": "yesterday"}, "starts_at"),
        ({"ends_at": ""}, "ends_at"),
        ({"ends_at": "2020-01-01T00:00"}, "ends_at"),
    ],
)
def test_a_fault_of_a_flash_price_stands_at_its_field(
    changed: dict[str, str], field: str, office: Client
) -> None:
    response = office.post("/console/flash/new/", flash_form(**changed))
    assert response.status_code == 422
    assert given.errors_at(response, field).endswith(".")
    assert not FlashPrice.objects.exists()


def test_a_flash_price_that_the_goods_cannot_bear_names_its_figures(office: Client) -> None:
    response = office.post("/console/flash/new/", flash_form(price_fen="49.99"))
    told = given.errors_at(response, "price_fen")
    assert "Over by ¥0.01: it can be paid for as little as ¥49.99" in told


def test_windows_of_one_variant_do_not_meet(office: Client) -> None:
    assert office.post("/console/flash/new/", flash_form()).status_code == 302
    response = office.post("/console/flash/new/", flash_form(price_fen="79"))
    assert "flash price" in given.errors_at(response, "starts_at")


@pytest.mark.parametrize(
    ("changed", "off"),
    [
        ({}, (1_000, None, None)),
        (
            {"kind": "percent", "off_fen": "", "off_nano": "7.5", "most_off_fen": "8"},
            (None, 75_000_000, 800),
        ),
        ({"merchant": "platform", "funder": "merchant", "zone": "wine"}, (1_000, None, None)),
    ],
)
def test_a_coupon_is_issued_and_closed(
    changed: dict[str, str], off: tuple[int | None, ...], office: Client
) -> None:
    assert office.post("/console/coupons/new/", coupon_form(**changed)).status_code == 302
    coupon = Coupon.objects.get()
    assert (coupon.off_fen, coupon.off_nano, coupon.most_off_fen) == off
    assert (coupon.funder, coupon.zone_key) == (
        changed.get("funder", "platform"),
        changed.get("zone", ""),
    )
    url = f"/console/coupons/{coupon.pk}/close/"
    for _ in range(2):
        assert "handed out no longer" in given.words(office.post(url, follow=True))
    coupon.refresh_from_db()
    assert not coupon.is_open
    assert "Closed" in given.words(office.get("/console/coupons/"))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name_zh": ""}, "name_zh"),
        ({"name_zh": "零风险券"}, "name_zh"),
        ({"merchant": "nobody"}, "merchant"),
        ({"funder": ""}, "funder"),
        ({"funder": "merchant"}, "funder"),
        ({"zone": "nowhere"}, "zone"),
        ({"threshold_fen": "10"}, "threshold_fen"),
        ({"threshold_fen": "-1"}, "threshold_fen"),
        ({"off_fen": ""}, "off_fen"),
        ({"off_fen": "0"}, "off_fen"),
        ({"off_fen": "1e3"}, "off_fen"),
        ({"kind": "percent", "off_nano": "101", "most_off_fen": "5"}, "off_nano"),
        ({"kind": "percent", "off_nano": "5", "most_off_fen": ""}, "most_off_fen"),
        ({"kind": "gift"}, "kind"),
        ({"quantity": "0"}, "quantity"),
        ({"per_member": "1001"}, "per_member"),
        ({"ends_at": "2020-01-01T00:00"}, "ends_at"),
    ],
)
def test_a_fault_of_a_coupon_stands_at_its_field(
    changed: dict[str, str], field: str, office: Client
) -> None:
    response = office.post("/console/coupons/new/", coupon_form(**changed))
    assert response.status_code == 422
    assert given.errors_at(response, field).endswith(".")
    assert not Coupon.objects.exists()


def test_a_coupon_that_the_goods_cannot_bear_names_them(office: Client) -> None:
    response = office.post("/console/coupons/new/", coupon_form(off_fen="60"))
    told = given.errors_at(response, "threshold_fen")
    assert "Products that would not fit any more: 1." in told
    assert "Cabernet Sauvignon · red: Over by" in told
    assert not Coupon.objects.exists()


def test_the_list_says_how_many_coupons_were_used(office: Client) -> None:
    coupon, now = given.a_coupon(left=97), clock.now()
    for number, used_at in enumerate([now, now, None], 1):
        CouponClaim.objects.create(
            coupon=coupon,
            member=given.a_member(f"m{number}"),
            number=1,
            claimed_at=now,
            order_no="1" if used_at else "",
            used_at=used_at,
        )
    assert " 97 100 2 " in given.words(office.get("/console/coupons/"))


def test_long_lists_cost_no_more_queries(
    office: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    variant = goods.the_variant(goods.Product.objects.get())
    for number in range(10):
        given.a_coupon(name_en=f"Coupon {number}")
        FlashPrice.objects.create(
            variant=variant,
            price_fen=8_000,
            quantity=1,
            left=1,
            starts_at=clock.now() + number * HOUR,
            ends_at=clock.now() + (number + 1) * HOUR,
        )
    office.get("/console/factor/own/")  # what is kept for all pages
    for name in ("flash", "coupons"):
        with django_assert_max_num_queries(14):
            office.get(f"/console/{name}/")
