"""The query that finds what may not fit overlooks nothing, and a coupon cannot slip past a save."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from sharemall.catalogue import fit, services
from sharemall.catalogue.errors import DoesNotFit, GoodsDoNotFit
from sharemall.catalogue.models import FlashPrice, Product, Variant
from sharemall.catalogue.services import VariantDraft
from sharemall.catalogue.suspects import suspects
from sharemall.coupons.models import Coupon
from sharemall.ledger import selectors as ledger
from sharemall.merchants.models import NANO, Merchant
from tests.catalogue import goods
from tests.catalogue.test_fit import COUPON, DAY, NOW, a_merchant, open_mall
from tests.coupons.given import at_once

SHOPS = ("platform", "tea", "greedy")
ZONES = ("wine", "home")


def fill(chance: random.Random, count: int) -> None:
    """Products near the border of what fits, some of two variants, some with a flash price."""
    a_merchant("greedy", NANO // 2)
    products = [
        Product(
            slug=f"p{number}",
            name_zh="酒",
            name_en="Wine",
            merchant_id=chance.choice(SHOPS),
            zone_id=chance.choice(ZONES),
            price_fen=1,
            created_at=NOW,
        )
        for number in range(count)
    ]
    Product.objects.bulk_create(products)
    variants = []
    for product in products:
        for choice in range(chance.choice([1, 2])):
            price = chance.choice([chance.randint(1, 60), chance.randint(1, 10**6)])
            cost = price * chance.randint(0, 90) // 100
            variants.append(
                Variant(
                    product=product,
                    sku=f"{product.slug}-{choice}",
                    choice=[choice],
                    price_fen=price,
                    cost_fen=cost,
                    on_sale=chance.random() < 0.9,
                )
            )
    Variant.objects.bulk_create(variants)
    flashes = [
        FlashPrice(
            variant=variant,
            price_fen=max(variant.price_fen * chance.randint(50, 110) // 100, 1),
            quantity=1,
            left=1,
            starts_at=NOW + chance.randint(-5, 3) * DAY,
            ends_at=NOW + chance.randint(4, 9) * DAY,
        )
        for variant in chance.sample(variants, count // 4)
    ]
    FlashPrice.objects.bulk_create(flashes)


def a_random_coupon(chance: random.Random) -> Coupon:
    threshold = chance.randint(20, 20_000)
    own = chance.choice([None, *SHOPS])
    fields: dict[str, Any] = {"merchant_id": own, "threshold_fen": threshold}
    if chance.random() < 0.5:
        fields["off_fen"] = max(threshold * chance.randint(1, 40) // 100, 1)
    else:
        rate, most = chance.randint(1, NANO // 3), chance.randint(1, 5_000)
        fields |= {"off_fen": None, "off_nano": rate, "most_off_fen": most}
    start = chance.randint(-3, 5)
    window = {"starts_at": NOW + start * DAY, "ends_at": NOW + (start + 4) * DAY}
    zone = chance.choice(["", *ZONES])
    return Coupon(**(COUPON | fields | window), zone_key=zone, left=5)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(8))
def test_what_is_not_suspect_fits(seed: int) -> None:
    chance = random.Random(seed)
    open_mall()
    fill(chance, 120)
    others = [a_random_coupon(chance) for _ in range(4)]
    Coupon.objects.bulk_create(others)
    merchants, scheme = list(Merchant.objects.all()), ledger.scheme()
    doubtful = set(suspects(scheme, merchants, ZONES, others, NOW))
    misfit = set()
    for product in Product.objects.all():
        on_sale = list(product.variants.filter(on_sale=True))
        if fit.check_product(product, on_sale, NOW):
            misfit.add(product.pk)
    assert misfit <= doubtful
    assert misfit
    assert len(doubtful) < Product.objects.count()
    # Checked as a coupon is, all of one scope and none of another, the same ones are found.
    last = Coupon.objects.latest("pk")
    expected = Product.objects.filter(pk__in=misfit)
    if last.merchant_id:
        expected = expected.filter(merchant=last.merchant_id)
    if last.zone_key:
        expected = expected.filter(zone=last.zone_key)
    assert fit.check_coupon(last, NOW).products == expected.count()


@pytest.mark.django_db(transaction=True)
def test_products_saved_and_coupons_issued_at_once_fit_in_the_end() -> None:
    goods.open_mall()
    # Each fits at ¥100 with a cost of ¥40, and at ¥90 with one of ¥36.
    slugs = [goods.a_product(f"p{number}", cost_fen=3_600).slug for number in range(25)]

    def save(slug: str) -> str:
        draft = VariantDraft(sku=slug, price_fen=10_000, cost_fen=4_000)
        try:
            services.save_product(slug=slug, variants=[draft], now=NOW)
        except DoesNotFit:
            return "refused"
        return "saved"

    def issue() -> str:
        try:
            services.issue_coupon(now=NOW, **COUPON)
        except GoodsDoNotFit:
            return "no coupon"
        return "coupon"

    jobs: list[Callable[[], str]] = []
    for slug in slugs:
        jobs += [lambda slug=slug: save(slug), issue]
    results = at_once(jobs)
    assert len(results) == 50
    # Whoever came first shut out the other side: there is no mall with both.
    assert ("saved" in results) != ("coupon" in results)
    dear = Variant.objects.filter(cost_fen=4_000).exists()
    assert dear == ("saved" in results)
    assert Coupon.objects.exists() == ("coupon" in results)
