"""What a basket costs: coupons, freight, merchants; to the fen."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharemall.catalogue.models import Product, Variant
from sharemall.coupons.models import Coupon, CouponClaim
from sharemall.merchants.models import FreightRule, Merchant
from sharemall.orders import pricing
from sharemall.orders.items import Item
from sharemall.orders.pricing import Choice, Quote
from sharemall.orders.refusals import Refusal
from tests.orders.shop import NOW

MERCHANTS = {
    key: Merchant(key=key, name_zh=key, name_en=key) for key in ("platform", "winery", "farm")
}
BEIJING, XINJIANG = "11", "65"


def an_item(
    number: int,
    price_fen: int = 10_000,
    quantity: int = 1,
    *,
    merchant: str = "platform",
    zone: str = "wine",
    rule: FreightRule | None = None,
    **fields: int,
) -> Item:
    """An item that no database knows."""
    from sharemall.catalogue.models import Zone

    product = Product(
        pk=number,
        merchant=MERCHANTS[merchant],
        zone=Zone(key=zone),
        name_zh=f"货{number}",
        price_fen=price_fen,
        freight_rule=rule,
        limit_per_member=fields.get("limit"),
    )
    variant = Variant(
        pk=number,
        product=product,
        price_fen=price_fen,
        cost_fen=0,
        stock=fields.get("stock", 10_000),
        weight_grams=fields.get("grams", 1_000),
    )
    return Item(variant, quantity, price_fen)


def a_claim(
    number: int, off_fen: int = 1_000, threshold_fen: int = 5_000, **fields: object
) -> CouponClaim:
    """A claim of an amount coupon that no database knows."""
    merchant = fields.pop("merchant", None)
    given = {
        "pk": number,
        "funder": Coupon.Funder.PLATFORM,
        "zone_key": "",
        "off_fen": off_fen,
        "threshold_fen": threshold_fen,
        "merchant": MERCHANTS[str(merchant)] if merchant else None,
        "ends_at": NOW + timedelta(days=number),
    }
    return CouponClaim(pk=number, coupon=Coupon(**(given | fields)))


def quote(*items: Item, claims: list[CouponClaim] | None = None, **fields: object) -> Quote:
    given: dict[str, object] = {"province": BEIJING, "claims": claims or [], "chosen": None}
    return pricing.quote(items, **(given | fields))  # type: ignore[arg-type]


def test_every_merchant_gets_an_order_of_its_own() -> None:
    found = quote(
        an_item(1), an_item(2, 500, 3, merchant="farm"), an_item(3, 1, merchant="platform")
    )
    assert [(one.merchant.key, one.total_fen) for one in found.orders] == [
        ("platform", 10_001),
        ("farm", 1_500),
    ]
    assert (found.total_fen, found.faults) == (11_501, ())


def test_the_platforms_coupon_is_worked_out_on_what_the_merchants_leaves() -> None:
    mine = a_claim(1, 3_000, 10_000, merchant="winery", funder=Coupon.Funder.MERCHANT)
    general = a_claim(2, 1_000, 7_001)
    item = an_item(1, 10_000, merchant="winery")
    order = quote(item, claims=[mine, general]).orders[0]
    # Behind the merchant's coupon 70.00 is left: the platform's threshold of 70.01 is not reached.
    assert (order.merchant_claim, order.platform_claim) == (mine, None)
    assert (order.discount_fen, order.subsidy_fen, order.total_fen) == (3_000, 0, 7_000)
    general.coupon.threshold_fen = 7_000
    order = quote(item, claims=[mine, general]).orders[0]
    assert (order.discount_fen, order.subsidy_fen, order.total_fen) == (4_000, 1_000, 6_000)


def test_the_best_pair_is_chosen_and_a_claim_serves_one_order() -> None:
    small, large = a_claim(1, 500), a_claim(2, 2_000)
    found = quote(
        an_item(1),
        an_item(2, merchant="farm"),
        an_item(3, 100, merchant="winery"),
        claims=[small, large],
    )
    assert [one.platform_claim for one in found.orders] == [large, small, None]


def test_a_chosen_coupon_that_cannot_be_used_is_a_fault() -> None:
    claim = a_claim(1, 1_000, 50_000)
    for chosen in (Choice(None, 1), Choice(1, None), Choice(None, 99)):
        found = quote(an_item(1), claims=[claim], chosen={"platform": chosen})
        assert [fault.refusal for fault in found.faults] == [Refusal.COUPON_GONE]


def test_none_chosen_takes_nothing_off() -> None:
    found = quote(an_item(1), claims=[a_claim(1)], chosen={})
    assert (found.orders[0].discount_fen, len(found.orders[0].usable)) == (0, 1)


def test_a_coupon_of_a_zone_is_for_that_zones_goods() -> None:
    claim = a_claim(1, 1_000, 5_000, zone_key="wine")
    wine, lamp = an_item(1, 5_000), an_item(2, 20_000, zone="home")
    order = quote(wine, lamp, claims=[claim]).orders[0]
    assert [line.discount_fen for line in order.lines] == [1_000, 0]
    assert quote(lamp, claims=[claim]).orders[0].discount_fen == 0


def test_freight_goes_by_rule_weight_and_province() -> None:
    rule = FreightRule(
        pk=1,
        bands=[
            {"provinces": [XINJIANG], "first_grams": 1000, "first_fen": 2000,
             "step_grams": 500, "step_fen": 900},
            {"provinces": [], "first_grams": 1000, "first_fen": 800,
             "step_grams": 1000, "step_fen": 200},
        ],
        unserved=["54"],
        free_over_fen=9_900,
    )  # fmt: skip
    light = an_item(1, 2_000, 2, rule=rule, grams=700)
    assert quote(light).orders[0].freight_fen == 1_000
    assert quote(light, province=XINJIANG).orders[0].freight_fen == 2_900
    refused = quote(light, province="54")
    assert [fault.refusal for fault in refused.faults] == [Refusal.NOT_SENT_THERE]
    assert quote(an_item(1, 9_900, rule=rule)).orders[0].freight_fen == 0
    assert quote(light, an_item(2, 100)).orders[0].freight_fen == 1_000


def test_without_an_address_the_freight_is_not_known() -> None:
    found = quote(an_item(1), province=None)
    assert [fault.refusal for fault in found.faults] == [Refusal.NO_ADDRESS]
    assert found.orders[0].freight_fen is None


@pytest.mark.parametrize(
    ("item", "refusal"),
    [
        (an_item(1, stock=3, quantity=4), Refusal.OUT_OF_STOCK),
        (an_item(1, quantity=1000), Refusal.BAD_QUANTITY),
        (an_item(1, quantity=-1), Refusal.BAD_QUANTITY),
        (an_item(1, limit=2, quantity=3), Refusal.LIMIT),
        (an_item(1, 10**13, quantity=999), Refusal.BAD_QUANTITY),
    ],
)
def test_a_line_that_cannot_be_served_is_a_fault(item: Item, refusal: Refusal) -> None:
    assert [fault.refusal for fault in quote(item).faults] == [refusal]


def test_an_empty_basket_is_a_fault() -> None:
    assert [fault.refusal for fault in quote().faults] == [Refusal.EMPTY]


def test_the_fingerprint_is_that_of_what_is_agreed_to() -> None:
    base = quote(an_item(1), claims=[a_claim(1)])
    assert base.fingerprint == quote(an_item(1), claims=[a_claim(1)]).fingerprint
    others = [
        quote(an_item(1, 10_001), claims=[a_claim(1)]),
        quote(an_item(1, quantity=2), claims=[a_claim(1)]),
        quote(an_item(2), claims=[a_claim(1)]),
        quote(an_item(1), claims=[a_claim(1)], chosen={}),
        quote(an_item(1), claims=[a_claim(1, 1_001)]),
        quote(an_item(1), claims=[a_claim(1)], province=None),
    ]
    assert base.fingerprint not in {one.fingerprint for one in others}


@st.composite
def baskets(draw: st.DrawFn) -> tuple[list[Item], list[CouponClaim]]:
    items = [
        an_item(
            number,
            draw(st.integers(1, 30_000)),
            draw(st.integers(1, 5)),
            merchant=draw(st.sampled_from(sorted(MERCHANTS))),
            zone=draw(st.sampled_from(["wine", "home"])),
        )
        for number in range(1, draw(st.integers(1, 6)) + 1)
    ]
    claims = []
    for number in range(1, draw(st.integers(0, 5)) + 1):
        off = draw(st.integers(1, 5_000))
        claims.append(
            a_claim(
                number,
                off,
                off + draw(st.integers(1, 30_000)),
                merchant=draw(st.sampled_from([None, *sorted(MERCHANTS)])),
                zone_key=draw(st.sampled_from(["", "wine"])),
                funder=draw(st.sampled_from(list(Coupon.Funder))),
            )
        )
    return items, claims


@given(baskets())
def test_every_fen_of_every_basket_is_accounted_for(
    given: tuple[list[Item], list[CouponClaim]],
) -> None:
    items, claims = given
    found = quote(*items, claims=claims)
    used = [
        claim.pk
        for order in found.orders
        for claim in (order.merchant_claim, order.platform_claim)
        if claim
    ]
    assert len(used) == len(set(used))
    for order in found.orders:
        coupons = [one.coupon for one in (order.merchant_claim, order.platform_claim) if one]
        assert order.discount_fen == sum(coupon.off_fen or 0 for coupon in coupons)
        paid_by_platform = [one for one in coupons if one.funder == Coupon.Funder.PLATFORM]
        assert order.subsidy_fen == sum(one.off_fen or 0 for one in paid_by_platform)
        assert 0 < order.total_fen == order.goods_fen - order.discount_fen
        for line in order.lines:
            assert 0 <= line.subsidy_fen <= line.discount_fen <= line.item.goods_fen
    # Choosing what was chosen for the member costs the same.
    chosen = {
        one.merchant.key: Choice(
            one.merchant_claim.pk if one.merchant_claim else None,
            one.platform_claim.pk if one.platform_claim else None,
        )
        for one in found.orders
    }
    assert quote(*items, claims=claims, chosen=chosen).fingerprint == found.fingerprint
