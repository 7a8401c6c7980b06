"""Rates must fit the goods: of products, flash prices, coupons, merchants."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries

from sharemall.catalogue import coupons, fit, services
from sharemall.catalogue.errors import DoesNotFit, GoodsDoNotFit
from sharemall.catalogue.models import FlashPrice, Product, Variant, Zone
from sharemall.catalogue.services import VariantDraft
from sharemall.compliance.claims import BlockedClaims
from sharemall.coupons.models import Coupon
from sharemall.ledger.opening import open_ledger
from sharemall.ledger.selectors import LedgerClosed
from sharemall.merchants.models import NANO, Merchant

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)

# Of ¥100 wine hands over ¥60; appliances 40 % of the profit.
SCHEME = """
[scheme]
name = "test"
share_cap = "1000000"

[zones.wine]
reserve = "0.30"
dividend = "0.20"
honor = "0.10"
quota = "2"
[zones.wine.issue]
by = "value"
buyer = "0.70"

[zones.home]
base = "profit"
reserve = "0.40"
[zones.home.issue]
by = "amount"
yuan_per_share = "200"
"""

pytestmark = pytest.mark.django_db


def open_mall() -> None:
    open_ledger(SCHEME)
    Zone.objects.create(key="wine", name_zh="酒水", name_en="Drinks")
    Zone.objects.create(key="home", name_zh="家电", name_en="Appliances")
    for key, commission in (("platform", 0), ("tea", NANO // 20)):
        a_merchant(key, commission)


def a_merchant(key: str, commission: int = 0) -> Merchant:
    return Merchant.objects.create(
        key=key, name_zh=key, name_en=key, commission_nano=commission, joined_at=NOW
    )


@pytest.fixture(autouse=True)
def _mall() -> None:
    open_mall()


def a_variant(
    price: int = 10_000,
    cost: int = 3_000,
    zone: str = "wine",
    shop: str = "platform",
    **fields: Any,
) -> Variant:
    """A product's only variant on sale: ¥100 that cost ¥30."""
    number = Product.objects.count()
    product = Product.objects.create(
        **{"on_sale": True, "price_fen": price} | fields,
        slug=f"p{number}",
        name_zh="酒",
        name_en="Wine",
        merchant_id=shop,
        zone_id=zone,
        created_at=NOW,
    )
    return Variant.objects.create(
        product=product, sku=f"sku{number}", price_fen=price, cost_fen=cost
    )


def a_flash(variant: Variant, price: int, start: int = 0, end: int = 1) -> FlashPrice:
    return FlashPrice.objects.create(
        variant=variant,
        price_fen=price,
        quantity=5,
        left=5,
        starts_at=NOW + start * DAY,
        ends_at=NOW + end * DAY,
    )


COUPON: dict[str, Any] = {
    "name_zh": "满100减10",
    "name_en": "10 off 100",
    "funder": "platform",
    "threshold_fen": 10_000,
    "off_fen": 1_000,
    "quantity": 5,
    "starts_at": NOW,
    "ends_at": NOW + 9 * DAY,
}


def issue(**fields: Any) -> Coupon:
    return coupons.issue_coupon(now=NOW, **(COUPON | fields))


def check(variant: Variant) -> list[fit.Misfit]:
    return fit.check_product(variant.product, [variant], NOW)


def figures(misfit: fit.Misfit) -> tuple[int, ...]:
    return (
        misfit.lowest_fen,
        misfit.cost_fen,
        misfit.contributions_fen,
        misfit.commission_fen,
        misfit.over_fen,
    )


def test_a_cost_that_just_fits_and_one_that_is_a_fen_over() -> None:
    assert check(a_variant(cost=4_000)) == []
    (misfit,) = check(a_variant(cost=4_001))
    assert misfit.variant_sku == "sku1"
    assert figures(misfit) == (10_000, 4_001, 6_000, 0, 1)


def test_the_merchants_commission_counts_and_everything_is_rounded_up() -> None:
    assert check(a_variant(cost=3_500, shop="tea")) == []
    (misfit,) = check(a_variant(price=9_999, cost=3_500, shop="tea"))
    assert figures(misfit) == (9_999, 3_500, 6_000, 500, 1)


def test_in_a_profit_zone_the_profit_carries_the_contributions() -> None:
    assert check(a_variant(cost=10_000, zone="home")) == []
    (misfit,) = check(a_variant(cost=10_001, zone="home"))
    assert figures(misfit) == (10_000, 10_001, 0, 0, 1)
    # With a commission of 5 %: 0.95 x - 0.4 (x - cost) must be the cost.
    assert check(a_variant(cost=9_166, zone="home", shop="tea")) == []
    assert check(a_variant(cost=9_168, zone="home", shop="tea"))


def test_a_flash_price_that_is_not_over_counts_and_one_that_is_does_not() -> None:
    variant = a_variant(cost=3_000)
    a_flash(variant, 7_000, start=-2, end=0)
    assert check(variant) == []
    a_flash(variant, 7_000, start=5, end=6)
    (misfit,) = check(variant)
    assert figures(misfit)[0] == 7_000


def test_a_flash_price_is_checked_before_it_is_saved() -> None:
    variant = a_variant(cost=3_000)
    window: dict[str, Any] = {"starts_at": NOW, "ends_at": NOW + DAY, "variant": variant}
    assert fit.check_flash(FlashPrice(price_fen=7_500, **window), NOW) == []
    (misfit,) = fit.check_flash(FlashPrice(price_fen=7_498, **window), NOW)
    assert figures(misfit) == (7_498, 3_000, 4_499, 0, 1)
    issue(off_fen=100)  # 1 % of an order at its threshold
    assert fit.check_flash(FlashPrice(price_fen=7_500, **window), NOW)


def test_a_product_that_is_not_saved_yet_is_checked_too() -> None:
    product = Product(slug="new", merchant_id="tea", zone_id="wine")
    variants = [Variant(sku=str(cost), price_fen=10_000, cost_fen=cost) for cost in (3_500, 3_501)]
    assert [misfit.variant_sku for misfit in fit.check_product(product, variants, NOW)] == ["3501"]


def test_a_check_costs_five_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    variant = a_variant()
    with django_assert_num_queries(5):
        check(variant)


def test_coupons_of_merchant_and_platform_add_up_whoever_funds_them() -> None:
    variant = a_variant(cost=1_000, shop="tea")
    issue(merchant_id="tea", funder="merchant", off_fen=2_000)
    issue(off_nano=NANO // 10, off_fen=None, most_off_fen=2_000, threshold_fen=100)
    variant.cost_fen = 2_521
    (misfit,) = check(variant)
    # 100 - 20 = 80, a tenth less: 72; of these 43.20 and 3.60 are handed over.
    assert figures(misfit) == (7_200, 2_521, 4_320, 360, 1)


@pytest.mark.parametrize(
    "fields",
    [
        {"merchant_id": "tea", "funder": "merchant"},
        {"zone_key": "home"},
        {"starts_at": NOW - 9 * DAY, "ends_at": NOW},
        {"is_open": False, "left": 5},
    ],
)
def test_coupons_for_other_goods_or_that_nobody_can_use_do_not_count(
    fields: dict[str, Any],
) -> None:
    variant = a_variant(cost=4_000)
    Coupon.objects.create(**({"left": 5} | COUPON | fields))
    assert check(variant) == []


def test_a_closed_coupon_counts_while_somebody_may_hold_it() -> None:
    variant = a_variant(cost=4_000)
    Coupon.objects.create(**COUPON, is_open=False, left=4)
    assert check(variant)


def test_a_coupon_that_the_goods_can_bear_is_issued() -> None:
    a_variant(cost=3_600)
    coupon = issue()
    assert (coupon.left, coupon.is_open) == (5, True)
    assert Coupon.objects.get() == coupon


def test_a_coupon_is_refused_with_the_goods_that_would_not_fit() -> None:
    a_variant(cost=3_600)
    dear = a_variant(cost=3_601)
    a_variant(cost=3_601, zone="home")
    a_variant(cost=3_601, on_sale=False)
    Variant.objects.filter(pk=a_variant(cost=3_601).pk).update(on_sale=False)
    with pytest.raises(GoodsDoNotFit) as refusal:
        issue()
    (misfit,) = refusal.value.misfits.first
    assert refusal.value.misfits.products == 1
    assert misfit.product == dear.product
    assert figures(misfit) == (9_000, 3_601, 5_400, 0, 1)
    assert not Coupon.objects.exists()
    assert issue(zone_key="home").pk


def test_a_merchants_coupon_looks_at_its_own_goods_only() -> None:
    a_variant(cost=3_601)
    a_variant(cost=3_000, shop="tea")
    assert issue(merchant_id="tea", funder="merchant").pk
    with pytest.raises(GoodsDoNotFit):
        issue(merchant_id="platform", funder="merchant")


def test_the_first_twenty_are_named_and_all_are_counted(
    django_assert_max_num_queries: Any,
) -> None:
    for _ in range(23):
        a_variant(cost=4_000)
    with django_assert_max_num_queries(9):
        misfits = fit.check_coupon(Coupon(**COUPON), NOW)
    assert (len(misfits.first), misfits.products) == (20, 23)


def test_counting_ends_at_a_limit_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fit, "COUNTED", 2)
    for _ in range(3):
        a_variant(cost=4_000)
    misfits = fit.check_coupon(Coupon(**COUPON), NOW)
    assert (len(misfits.first), misfits.products, misfits.and_more) == (2, 2, True)


def test_a_coupon_for_a_zone_without_rates_has_no_goods_to_bear_it() -> None:
    Zone.objects.create(key="toys", name_zh="玩具", name_en="Toys")
    a_variant(cost=4_000)
    assert fit.check_coupon(Coupon(**COUPON, zone_key="toys"), NOW).products == 0


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"off_fen": 10_000}, "threshold_fen"),
        ({"off_fen": 0}, "off_fen"),
        ({"off_fen": -5}, "off_fen"),
        ({"off_fen": None}, "off_fen"),
        ({"off_nano": 5}, "off_fen"),
        ({"off_fen": None, "off_nano": NANO, "most_off_fen": 5}, "off_fen"),
        ({"off_fen": None, "off_nano": 5}, "off_fen"),
        ({"off_fen": None, "off_nano": 5, "most_off_fen": 5, "threshold_fen": 0}, "threshold_fen"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": -1}, "quantity"),
        ({"per_member": 0}, "per_member"),
        ({"starts_at": NOW + 9 * DAY}, "ends_at"),
        ({"starts_at": NOW - DAY, "ends_at": NOW}, "ends_at"),
        ({"zone_key": "nowhere"}, "zone_key"),
        ({"funder": "merchant"}, "funder"),
        ({"funder": "nobody"}, "funder"),
        ({"merchant_id": "nobody"}, "merchant"),
        ({"name_zh": ""}, "name_zh"),
    ],
)
def test_an_ill_formed_coupon_is_refused_at_its_field(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        issue(**fields)
    assert field in refusal.value.message_dict
    assert not Coupon.objects.exists()


def test_what_is_kept_elsewhere_or_misspelt_cannot_be_given() -> None:
    with pytest.raises(ValueError, match="left"):
        issue(left=3)
    with pytest.raises(FieldDoesNotExist):
        issue(treshold_fen=3)


def test_a_coupons_name_makes_no_blocked_claim() -> None:
    with pytest.raises(BlockedClaims, match="稳赚"):
        issue(name_zh="稳赚券")


def test_a_closed_coupon_stays_closed() -> None:
    coupon = issue()
    for _ in range(2):
        assert not coupons.close_coupon(coupon_id=coupon.pk).is_open
    with pytest.raises(Coupon.DoesNotExist):
        coupons.close_coupon(coupon_id=0)


def test_a_product_is_not_saved_on_sale_where_a_coupon_takes_off_too_much() -> None:
    issue()
    draft = VariantDraft(sku="red", price_fen=10_000, cost_fen=3_601)
    names = {"name_zh": "干红", "name_en": "Red", "merchant_id": "platform", "zone_id": "wine"}
    with pytest.raises(DoesNotFit) as refusal:
        services.save_product(slug="red", variants=[draft], now=NOW, **names)
    assert figures(refusal.value.misfits[0]) == (9_000, 3_601, 5_400, 0, 1)
    assert not Product.objects.exists()
    draft = VariantDraft(sku="red", price_fen=10_000, cost_fen=3_600)
    assert services.save_product(slug="red", variants=[draft], now=NOW, **names).on_sale


def test_a_flash_price_is_not_saved_where_it_and_a_coupon_take_off_too_much() -> None:
    variant = a_variant(cost=3_000)
    issue()
    flash = {"variant_id": variant.pk, "quantity": 5, "starts_at": NOW, "ends_at": NOW + DAY}
    with pytest.raises(DoesNotFit) as refusal:
        services.save_flash_price(price_fen=8_332, now=NOW, **flash)
    assert refusal.value.misfits[0].lowest_fen == 7_498
    assert not FlashPrice.objects.exists()
    assert services.save_flash_price(price_fen=8_334, now=NOW, **flash).left == 5


def test_a_higher_commission_must_fit_the_merchants_goods() -> None:
    a_variant(cost=3_500, shop="tea")
    with pytest.raises(GoodsDoNotFit) as refusal:
        coupons.save_merchant(key="tea", now=NOW, commission_nano=NANO // 20 + 1)
    assert figures(refusal.value.misfits.first[0]) == (10_000, 3_500, 6_000, 501, 1)
    assert Merchant.objects.get(key="tea").commission_nano == NANO // 20
    assert coupons.save_merchant(key="tea", now=NOW, commission_nano=0).commission_nano == 0


def test_without_a_scheme_nothing_can_be_checked() -> None:
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM ledger_schemeversion")
    with pytest.raises(LedgerClosed):
        fit.check_coupon(Coupon(**COUPON), NOW)
