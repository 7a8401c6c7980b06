"""What may be put on sale, and what is refused with its reason."""

from typing import Any

import pytest
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from sharemall.catalogue import selectors, services
from sharemall.catalogue.models import Category, Product, Variant, Zone
from sharemall.clock.services import now
from sharemall.compliance.models import BlockedClaim
from sharemall.merchants.models import FreightRule
from tests.catalogue.goods import (
    COLOURS,
    NOW,
    RED,
    SIZES,
    a_draft,
    a_merchant,
    a_product,
    an_upload,
    open_mall,
    the_variant,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mall() -> None:
    open_mall()


def test_a_product_is_saved_and_saving_it_again_changes_it() -> None:
    first = a_product(stock=3)
    again = a_product(stock=8, position=4, now=NOW.replace(year=2027))
    assert again.pk == first.pk
    assert the_variant(again).stock == 8
    assert again.position == 4
    assert again.created_at == first.created_at


def test_fields_and_variants_that_are_not_named_stay_as_they_are() -> None:
    first = a_product(variants=[a_draft("r", 0), a_draft("w", 1)], options=[COLOURS])
    services.save_product(slug="red", name_zh="新名字", now=NOW)
    again = Product.objects.get()
    assert again.name_zh == "新名字"
    assert again.subtitle_zh == first.subtitle_zh
    assert [variant.stock for variant in again.variants.filter(on_sale=True)] == [10, 10]


def test_stock_counters_and_pictures_are_kept_unless_they_are_handed_in() -> None:
    product = a_product(picture="products/one.svg")
    Product.objects.update(sold=7, rating_sum=9, rating_count=2)
    Variant.objects.update(stock=2)
    a_product(stock=None)
    product.refresh_from_db()
    assert (product.sold, product.rating_sum, product.rating_count) == (7, 9, 2)
    assert product.picture == "products/one.svg"
    assert the_variant(product).stock == 2


def test_variants_are_named_after_their_choices() -> None:
    drafts = [a_draft("a", 0, 1), a_draft("b", 1, 0)]
    product = a_product(variants=drafts, options=[COLOURS, SIZES])
    names = [(variant.name_zh, variant.name_en) for variant in product.variants.all()]
    assert names == [("红 / 750 毫升", "Red / 750 ml"), ("白 / 375 毫升", "White / 375 ml")]


def test_a_variant_that_is_left_out_goes_off_sale_and_its_choice_is_free_for_another() -> None:
    a_product(variants=[a_draft("r", 0), a_draft("w", 1)], options=[COLOURS])
    product = a_product(variants=[a_draft("w", 0), a_draft("new", 1)], options=[COLOURS])
    rows = {variant.sku: (variant.on_sale, variant.choice) for variant in product.variants.all()}
    assert rows == {"r": (False, [0]), "w": (True, [0]), "new": (True, [1])}


def test_variants_may_swap_their_choices() -> None:
    a_product(variants=[a_draft("r", 0), a_draft("w", 1)], options=[COLOURS])
    product = a_product(variants=[a_draft("r", 1), a_draft("w", 0)], options=[COLOURS])
    assert {row.sku: row.choice for row in product.variants.all()} == {"r": [1], "w": [0]}
    assert product.variants.filter(on_sale=True).count() == 2


def test_the_price_of_a_product_is_that_of_its_cheapest_variant_on_sale() -> None:
    drafts = [
        a_draft("dear", 0, price_fen=11_000),
        a_draft("cheap", 1, price_fen=9_000, cost_fen=0, market_price_fen=None, on_sale=False),
    ]
    assert a_product(variants=drafts, options=[COLOURS]).price_fen == 11_000
    drafts[1] = a_draft("cheap", 1, price_fen=9_000, cost_fen=0, market_price_fen=None)
    product = a_product(variants=drafts, options=[COLOURS])
    assert (product.price_fen, product.market_price_fen) == (9_000, None)


WRONG_CHOICES = [
    ([], [a_draft("a"), a_draft("b")]),
    ([], [a_draft("a", 0)]),
    ([COLOURS], []),
    ([COLOURS], [a_draft("a")]),
    ([COLOURS], [a_draft("a", 2)]),
    ([COLOURS], [a_draft("a", -1)]),
    ([COLOURS], [a_draft("a", True)]),
    ([COLOURS], [a_draft("a", 0), a_draft("b", 0)]),
    ([COLOURS], [a_draft("a", 0), a_draft("a", 1)]),
    ([COLOURS, SIZES], [a_draft("a", 0)]),
    ([COLOURS] * 4, [a_draft("a", 0, 0, 0, 0)]),
    ([COLOURS | {"values": []}], [a_draft("a", 0)]),
    ([COLOURS | {"values": COLOURS["values"] * 2}], [a_draft("a", 0)]),
    ([COLOURS | {"more": "x"}], [a_draft("a", 0)]),
    ([COLOURS | {"zh": " "}], [a_draft("a", 0)]),
    ([COLOURS | {"values": [{"zh": 1, "en": ""}]}], [a_draft("a", 0)]),
    ("red", [a_draft("a")]),
    (["red"], [a_draft("a", 0)]),
]


@pytest.mark.parametrize(("options", "drafts"), WRONG_CHOICES)
def test_variants_that_do_not_agree_with_the_options_are_refused(
    options: Any, drafts: list[services.VariantDraft]
) -> None:
    with pytest.raises(ValidationError):
        services.save_product(slug="red", variants=drafts, now=NOW, **(RED | {"options": options}))
    assert not Product.objects.exists()


def test_a_product_has_at_most_a_hundred_variants() -> None:
    many = [{"zh": f"第{number}", "en": f"No. {number}"} for number in range(51)]
    options = [COLOURS, {"zh": "批次", "en": "Batch", "values": many}]
    drafts = [a_draft(f"s{number}", number % 2, number // 2) for number in range(101)]
    with pytest.raises(ValidationError, match="100"):
        a_product(variants=drafts, options=options)
    assert a_product(variants=drafts[:100], options=options).variants.count() == 100


def test_a_sku_belongs_to_one_product() -> None:
    a_product("red")
    with pytest.raises(ValidationError, match="red"):
        a_product("white", variants=[a_draft("red")])


def test_a_product_on_sale_has_a_variant_on_sale() -> None:
    with pytest.raises(ValidationError):
        a_product(variants=[a_draft("red", on_sale=False)])
    assert a_product(variants=[a_draft("red", on_sale=False)], on_sale=False).pk


@pytest.mark.parametrize(
    "fields",
    [
        {"name_zh": ""},
        {"market_price_fen": 9_999},
        {"price_fen": 0},
        {"price_fen": 10**30},
        {"cost_fen": -1},
        {"stock": -1},
        {"stock": 2**31},
        {"weight_grams": -1},
        {"limit_per_member": 0},
        {"limit_per_member": -1},
        {"zone_id": "nowhere"},
        {"merchant_id": "nobody"},
        {"category_id": 987},
        {"freight_rule_id": 987},
        {"description_zh": "长" * 60_001},
        {"description_zh": None},
        {"name_zh": "长" * 61},
        {"specs": [{"label": "x"}]},
        {"specs": {}},
        {"kind": "voucher"},
    ],
)
def test_an_ill_formed_product_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        a_product(**fields)
    assert not Product.objects.exists()


@pytest.mark.parametrize("field", ["prize_fen", "sold", "rating_sum", "terms", "created_at", "id"])
def test_a_misspelt_field_and_one_that_the_mall_counts_itself_are_refused(field: str) -> None:
    with pytest.raises(FieldDoesNotExist):
        a_product(**{field: 1})


def test_the_freight_rule_is_one_of_the_merchant() -> None:
    a_merchant("cellar")
    rule = FreightRule.objects.create(merchant_id="cellar", name="r", bands=[])
    with pytest.raises(ValidationError):
        a_product(freight_rule=rule)
    assert a_product(freight_rule=rule, merchant_id="cellar").freight_rule == rule


@pytest.mark.parametrize(
    ("field", "text", "word"),
    [
        ("name_zh", "稳赚红酒", "稳赚"),
        ("subtitle_en", "Its price only rises", "only rises"),
        ("unit_zh", "躺赚装", "躺赚"),
        ("description_zh", "买了就 躺 赚", "躺赚"),
        ("description_zh", "<p>买了就躺<strong>赚</strong></p>", "躺赚"),
        ("description_zh", "<p>躺<!-- x -->赚</p>", "躺赚"),
        ("description_zh", "<p>躺<br>赚</p>", "躺赚"),
        ("description_zh", "<p>躺&#36186;</p>", "躺赚"),
        ("description_zh", "躺<script>x</script>赚", "躺赚"),
        ("description_zh", "<table><tr><td>躺</td><td>赚</td></tr></table>", "躺赚"),
        ("description_zh", '<p>好</p><img src="/media/a.png" alt="躺赚">', "躺赚"),
        ("specs", [RED["specs"][0] | {"zh": "零风险"}], "零风险"),
        ("specs", [RED["specs"][0] | {"label_en": "Risk-free"}], "risk-free"),
        ("options", [COLOURS | {"en": "Get rich"}], "get rich"),
        ("options", [COLOURS | {"values": [{"zh": "保本", "en": ""}]}], "保本"),
    ],
)
def test_a_blocked_claim_is_refused_and_named(field: str, text: object, word: str) -> None:
    drafts = [a_draft("red", *([0] if field == "options" else []))]
    with pytest.raises(services.BlockedClaims) as refusal:
        a_product(variants=drafts, **{field: text})
    assert refusal.value.words == [word]
    assert not Product.objects.exists()


def test_the_operators_own_claims_are_refused_too() -> None:
    BlockedClaim.objects.create(phrase="祖传", added_at=now())
    with pytest.raises(services.BlockedClaims, match="祖传"):
        a_product(name_zh="祖传红酒")


def test_the_end_of_one_text_and_the_start_of_the_next_make_no_claim() -> None:
    assert a_product(name_zh="干红 稳", subtitle_zh="赚足口碑").pk
    assert a_product(description_zh="<p>口感稳</p><p>赚足口碑</p>").pk


def test_zones_and_categories_make_no_claims_either() -> None:
    with pytest.raises(services.BlockedClaims, match="保本"):
        services.save_zone(key="wine", tagline_zh="保本好酒")
    with pytest.raises(services.BlockedClaims, match="稳赚"):
        services.save_category(slug="wine", name_zh="稳赚", name_en="Wine")


def test_a_product_whose_cost_and_contributions_exceed_its_price_is_refused_with_the_gap() -> None:
    # Of ¥100 the wine zone takes 60; a cost of 40 just fits, a fen more does not.
    assert a_product(cost_fen=4_000).pk
    with pytest.raises(services.DoesNotFit) as refusal:
        a_product("dear", cost_fen=4_001)
    assert [(row.variant_sku, row.over_fen) for row in refusal.value.misfits] == [("dear", 1)]
    assert not Product.objects.filter(slug="dear").exists()


def test_every_variant_on_sale_must_fit() -> None:
    drafts = [a_draft("r", 0), a_draft("w", 1, cost_fen=5_000)]
    with pytest.raises(services.DoesNotFit) as refusal:
        a_product(variants=drafts, options=[COLOURS])
    assert [row.variant_sku for row in refusal.value.misfits] == ["w"]
    drafts[1] = a_draft("w", 1, cost_fen=5_000, on_sale=False)
    assert a_product(variants=drafts, options=[COLOURS]).pk


def test_in_a_profit_zone_the_profit_carries_the_contributions() -> None:
    assert a_product("kettle", zone_id="home", cost_fen=10_000).pk
    with pytest.raises(services.DoesNotFit):
        a_product("loss", zone_id="home", cost_fen=10_001)


def test_a_misfit_may_be_kept_off_sale_but_not_put_on_sale() -> None:
    draft = a_product("draft", cost_fen=9_000, on_sale=False)
    with pytest.raises(services.DoesNotFit):
        services.put_on_sale(product_id=draft.pk, now=NOW)
    assert not Product.objects.get(slug="draft").on_sale


def test_a_product_goes_off_sale_and_on_again() -> None:
    product = a_product()
    assert not services.take_off_sale(product_id=product.pk).on_sale
    assert selectors.product("red") is None
    assert services.put_on_sale(product_id=product.pk, now=NOW).on_sale
    assert selectors.product("red") is not None
    for change in (lambda: services.put_on_sale(product_id=-1, now=NOW),):
        with pytest.raises(services.Gone):
            change()
    with pytest.raises(services.Gone):
        services.take_off_sale(product_id=-1)


def test_nothing_is_sold_in_a_zone_that_the_scheme_does_not_know() -> None:
    Zone.objects.create(key="toys", name_zh="玩具", name_en="Toys")
    with pytest.raises(services.UnknownZone, match="toys"):
        a_product(zone_id="toys")
    assert a_product(zone_id="toys", on_sale=False).pk


@pytest.mark.parametrize("colour", ["red", "#FFF", "#12345g", "#0f7b5f;}"])
def test_a_zones_colour_is_a_plain_hex_colour(colour: str) -> None:
    with pytest.raises(ValidationError):
        services.save_zone(key="wine", colour=colour)


def test_the_database_itself_refuses_what_must_not_be() -> None:
    variant = the_variant(a_product())
    for wrong in ({"stock": -1}, {"price_fen": 0}, {"cost_fen": -1}, {"market_price_fen": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Variant.objects.filter(pk=variant.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Variant.objects.create(product=variant.product, sku="x", price_fen=1, cost_fen=1)


def test_categories_have_three_floors_and_no_circle() -> None:
    floors: list[Category | None] = [None]
    for slug in ("a", "b", "c"):
        floors.append(
            services.save_category(slug=slug, name_zh=slug, name_en=slug, parent=floors[-1])
        )
    for change in ({"slug": "d", "parent": floors[3]}, {"slug": "a", "parent": floors[3]}):
        with pytest.raises(ValidationError):
            services.save_category(name_zh="d", name_en="d", **change)
    services.save_category(slug="e", name_zh="e", name_en="e")
    with pytest.raises(ValidationError, match="3"):
        services.save_category(slug="a", parent=Category.objects.get(slug="e"))
    assert services.save_category(slug="b", parent=None).parent is None
    with pytest.raises(FieldDoesNotExist):
        services.save_category(slug="a", colour="red")


def test_uploads_become_pictures_and_names_of_stored_ones_stay() -> None:
    drafts = [a_draft("red", picture=an_upload(300, 300))]
    product = a_product(variants=drafts, picture=an_upload(), pictures=[an_upload(), an_upload()])
    names = [row.picture.name for row in product.pictures.all()]
    assert product.picture.name.endswith("-900x600.webp")
    assert str(the_variant(product).picture).endswith("-300x300.webp")
    assert all(map(default_storage.exists, [product.picture.name, *names]))
    product = a_product(variants=drafts, pictures=names[1:])
    assert [row.picture.name for row in product.pictures.all()] == names[1:]
    with pytest.raises(ValidationError):
        a_product(pictures=names * 7)


def test_what_is_refused_leaves_no_files() -> None:
    _, before = (
        default_storage.listdir("products") if default_storage.exists("products") else ([], [])
    )
    with pytest.raises(services.DoesNotFit):
        a_product(cost_fen=9_000, picture=an_upload())
    _, after = (
        default_storage.listdir("products") if default_storage.exists("products") else ([], [])
    )
    assert before == after
