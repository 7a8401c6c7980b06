"""Products: made and changed by a form that refuses at the field, and never overwrites."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from sharemall.catalogue.models import Product, Variant
from sharemall.merchants.models import FreightRule
from tests.catalogue import goods
from tests.console import given

pytestmark = pytest.mark.django_db

NEW = "/console/products/new/"
URL = "/console/products/of/red/"


def test_a_new_product_is_made_with_two_variants(office: Client) -> None:
    form = given.TWO | {"specs": "净含量 | Volume | 750 毫升 | 750 ml", "limit_per_member": "３"}
    response = office.post(NEW, form)
    assert response.status_code == 302
    assert response.headers["Location"] == "/console/products/of/white/"
    product = Product.objects.get(slug="white")
    assert (product.name_en, product.on_sale, product.price_fen) == ("Chardonnay", False, 10_000)
    assert product.limit_per_member == 3
    assert product.specs[0] == {"label_zh": "净含量", "label_en": "Volume"} | {
        "zh": "750 毫升",
        "en": "750 ml",
    }
    rows = list(product.variants.values_list("sku", "choice", "price_fen", "cost_fen", "stock"))
    assert rows == [("white-1", [0], 10_000, 4_000, 5), ("white-2", [1], 18_000, 7_000, 0)]
    assert "Saved. Add its pictures below." in given.words(office.get(URL.replace("red", "white")))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"slug": ""}, "slug"),
        ({"slug": "a b"}, "slug"),
        ({"slug": "x" * 61}, "slug"),
        ({"merchant": "nobody"}, "merchant"),
        ({"zone": "nowhere"}, "zone"),
        ({"category": "7"}, "category"),
        ({"name_zh": ""}, "name_zh"),
        ({"name_zh": "长" * 61}, "name_zh"),
        ({"name_en": "a\0b"}, "name_en"),
        ({"returnable_days": "-1"}, "returnable_days"),
        ({"limit_per_member": "0"}, "limit_per_member"),
        ({"position": "1e9"}, "position"),
        ({"specs": "净含量 | 750"}, "specs"),
        ({"option_0_zh": "颜色"}, "option_0_values"),
        ({"option_0_values": "红"}, "option_0_zh"),
        ({"option_0_zh": "颜色", "option_0_values": "红\n红"}, "option_0_values"),
        ({"variant-0-price_fen": "1e9"}, "variant-0-price_fen"),
        ({"variant-0-price_fen": "0"}, "variant-0-price_fen"),
        ({"variant-0-price_fen": "-5"}, "variant-0-price_fen"),
        ({"variant-0-price_fen": "99999999999"}, "variant-0-price_fen"),
        ({"variant-0-cost_fen": "40.005"}, "variant-0-cost_fen"),
        ({"variant-0-market_price_fen": "99.99"}, "variant-0-market_price_fen"),
        ({"variant-0-stock": "9999999999"}, "variant-0-stock"),
        ({"variant-0-weight_grams": "1.5"}, "variant-0-weight_grams"),
        ({"variant-0-sku": ""}, "variant-0-sku"),
        ({"on_sale": "on", "variant-0-on_sale": ""}, "on_sale"),
        ({"name_zh": "稳赚白葡萄酒"}, "name_zh"),
        ({"description_en": "<p>Guaran<b>teed</b> to please</p>"}, "description_en"),
        ({"specs": "收益 | Yield | 保本 | safe"}, "specs"),
    ],
)
def test_a_fault_stands_at_its_field_and_nothing_is_saved(
    changed: dict[str, str], field: str, office: Client
) -> None:
    response = office.post(NEW, given.FORM | changed)
    assert response.status_code == 422
    assert given.errors_at(response, field).endswith(".")
    assert not Product.objects.exists()


def test_variants_must_tell_apart(office: Client) -> None:
    same = office.post(NEW, given.TWO | {"variant-1-choice_0": "0"})
    assert "Two rows make this choice." in given.errors_at(same, "variant-0-choice_0")
    twice = office.post(NEW, given.TWO | {"variant-1-sku": "white-1"})
    assert "Two rows have this SKU." in given.errors_at(twice, "variant-1-sku")
    unclear = office.post(NEW, given.TWO | {"variant-1-choice_0": "9"})
    assert "Choose one." in given.errors_at(unclear, "variant-1-choice_0")
    without = {key: value for key, value in given.TWO.items() if not key.startswith("option")}
    assert "Several variants need an option" in given.words(office.post(NEW, without))
    none = given.FORM | {"variant-rows": "2"}
    none |= {f"variant-0-{name}": "" for name in ("sku", "price_fen", "cost_fen")}
    assert "at least one variant" in given.words(office.post(NEW, none))
    assert not Product.objects.exists()


def test_a_sku_of_another_product_is_refused(office: Client) -> None:
    goods.a_product("red")
    response = office.post(NEW, given.FORM | {"variant-0-sku": "red"})
    assert "Another product has this SKU." in given.errors_at(response, "variant-0-sku")


def test_a_name_that_is_taken_overwrites_nothing(office: Client) -> None:
    goods.a_product("red")
    response = office.post(NEW, given.FORM | {"slug": "red"})
    assert response.status_code == 422
    assert "Another product has this" in given.words(response)
    assert Product.objects.get().name_en == "Cabernet Sauvignon"


def test_a_misfit_is_told_at_the_price_with_its_figures(office: Client) -> None:
    form = given.FORM | {"on_sale": "on", "variant-0-cost_fen": "41"}
    response = office.post(NEW, form)
    assert response.status_code == 422
    told = given.errors_at(response, "variant-0-price_fen")
    assert "Over by ¥1.00: it can be paid for as little as ¥100.00" in told
    assert "cost ¥41.00, contributions ¥60.00 and commission ¥0.00 come to ¥101.00" in told
    assert not Product.objects.exists()
    mended = office.post(NEW, form | {"variant-0-cost_fen": "40"})
    assert mended.status_code == 302
    assert Product.objects.get().on_sale


def test_coupons_count_for_what_fits(office: Client) -> None:
    given.a_coupon(off_fen=1_000)
    response = office.post(NEW, given.FORM | {"on_sale": "on"})
    told = given.errors_at(response, "variant-0-price_fen")
    assert "it can be paid for as little as" in told
    assert "¥100.00," not in told.split("cost")[0]


def test_off_sale_nothing_has_to_fit(office: Client) -> None:
    assert office.post(NEW, given.FORM | {"variant-0-cost_fen": "99"}).status_code == 302


def test_the_freight_rule_is_the_merchants_own(office: Client) -> None:
    farm = goods.a_merchant("farm")
    rule = FreightRule.objects.create(merchant=farm, name="far", bands=[])
    response = office.post(NEW, given.FORM | {"freight_rule": str(rule.pk)})
    assert "belongs to another merchant" in given.errors_at(response, "freight_rule")


def test_sending_the_sheet_back_changes_nothing(office: Client) -> None:
    goods.a_product("red", options=[goods.COLOURS], variants=[goods.a_draft("r", 0)])
    before = list(Product.objects.values()), list(Variant.objects.values())
    assert office.post(URL, given.sheet_of(office, "red")).status_code == 302
    assert (list(Product.objects.values()), list(Variant.objects.values())) == before


def test_what_is_changed_is_saved_and_stock_stays(office: Client) -> None:
    product = goods.a_product("red")
    sheet = given.sheet_of(office, "red")
    Variant.objects.update(stock=7)  # somebody bought meanwhile
    form = sheet | {"name_en": "Merlot", "variant-0-price_fen": "110", "variant-0-stock": "99"}
    assert office.post(URL, form).status_code == 302
    product.refresh_from_db()
    assert (product.name_en, product.price_fen) == ("Merlot", 11_000)
    assert given.stock_of(goods.the_variant(product)) == 7


def test_a_change_in_between_is_told_and_overwritten_by_nobody(office: Client) -> None:
    goods.a_product("red")
    sheet = given.sheet_of(office, "red")
    goods.a_product("red", name_en="Changed by a colleague")
    response = office.post(URL, sheet | {"name_en": "Mine"})
    assert response.status_code == 409
    assert "Somebody else has changed this product" in given.words(response)
    assert Product.objects.get().name_en == "Changed by a colleague"
    for version in ("", "x", "0" * 32):
        assert office.post(URL, sheet | {"version": version}).status_code == 409


def test_a_row_is_added_without_losing_what_was_typed(office: Client) -> None:
    response = office.post(NEW, given.TWO | {"do": "row", "name_zh": "只差一行"})
    assert response.status_code == 200
    fields = given.fields_in(response, "variant-rows")
    assert (fields["variant-rows"], fields["name_zh"]) == ("3", "只差一行")
    assert fields["variant-2-on_sale"] == "on"
    assert not Product.objects.exists()
    assert office.post(NEW, fields).status_code == 302
    assert Variant.objects.count() == 2


def test_rows_for_all_choices_are_added_once(office: Client) -> None:
    form = given.FORM | {
        "option_0_zh": "颜色",
        "option_0_values": "红 | Red\n白 | White",
        "option_1_zh": "容量",
        "option_1_values": "小\n大",
        "variant-0-choice_0": "0",
        "variant-0-choice_1": "0",
        "do": "choices",
    }
    fields = given.fields_in(office.post(NEW, form), "variant-rows")
    assert fields["variant-rows"] == "4"
    again = given.fields_in(office.post(NEW, fields | {"do": "choices"}), "variant-rows")
    assert again["variant-rows"] == "4"
    assert office.post(NEW, fields).status_code == 302
    choices = Variant.objects.order_by("position").values_list("choice", flat=True)
    assert list(choices) == [[0, 0], [0, 1], [1, 0], [1, 1]]


def test_more_rows_than_a_product_has_variants_are_not_made(office: Client) -> None:
    values = "\n".join(str(number) for number in range(90))
    form = given.FORM | {"option_0_zh": "号", "option_0_values": values, "variant-0-choice_0": "0"}
    form |= {"option_1_zh": "色", "option_1_values": "红\n白", "variant-0-choice_1": "0"}
    fields = given.fields_in(office.post(NEW, form | {"do": "choices"}), "variant-rows")
    assert fields["variant-rows"] == "100"
    for rows in ("", "-1", "x", "1e9", "99999999"):
        assert office.post(NEW, given.FORM | {"variant-rows": rows}).status_code in (302, 422)


def test_a_product_goes_off_sale_and_on_again(office: Client) -> None:
    product = goods.a_product("red")
    for on, text in (("0", "is off sale."), ("0", "is off sale."), ("1", "is on sale.")):
        assert text in given.words(office.post(URL + "sale/", {"on": on}, follow=True))
        product.refresh_from_db()
        assert product.on_sale == (on == "1")


def test_what_does_not_fit_is_not_put_on_sale(office: Client) -> None:
    goods.a_product("red", on_sale=False, cost_fen=5_000)
    response = office.post(URL + "sale/", {"on": "1"}, follow=True)
    assert "red: Over by ¥10.00" in given.words(response)
    assert not Product.objects.get().on_sale


def test_the_list_is_searched_and_filtered(office: Client) -> None:
    goods.a_product("red")
    goods.a_product("oven", zone_id="home", name_zh="烤箱", name_en="Oven", on_sale=False)
    for query, found in [
        ("", ["red", "oven"]),
        ("?q=赤霞珠", ["red"]),
        ("?q=oven", ["oven"]),
        ("?zone=home", ["oven"]),
        ("?state=on", ["red"]),
        ("?state=off&zone=wine", []),
        ("?merchant=platform&q=red", ["red"]),
        ("?zone=nowhere&category=x&before=x&state=7", ["red", "oven"]),
        ("?q=%00", ["red", "oven"]),
        ("?q=" + "x" * 5000, ["red", "oven"]),
    ]:
        response = office.get("/console/products/" + query)
        text = response.content.decode()
        shown = [slug for slug in ("red", "oven") if f"/console/products/of/{slug}/" in text]
        assert (response.status_code, shown) == (200, found), query


def test_a_long_list_costs_no_more_queries_and_goes_on(
    office: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(52):
        Product.objects.create(
            slug=f"p{number}",
            merchant_id="platform",
            zone_id="wine",
            name_zh=f"商品{number}",
            name_en=f"Product {number}",
            price_fen=100,
            created_at=goods.NOW,
        )
    office.get("/console/factor/own/")  # what is kept for all pages
    with django_assert_max_num_queries(12):
        first = office.get("/console/products/").content.decode()
    assert (first.count("/console/products/of/"), "of/p51/" in first) == (50, True)
    page = first.split('href="?before=')[1].split('"')[0]
    second = office.get(f"/console/products/?before={page}").content.decode()
    assert (second.count("/console/products/of/"), "of/p0/" in second) == (2, True)


def test_the_sheet_costs_few_queries(
    office: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    drafts = [goods.a_draft(f"v{number}", number) for number in range(2)]
    goods.a_product("red", options=[goods.COLOURS], variants=drafts)
    url = reverse("console-product", kwargs={"slug": "red"})
    office.get("/console/factor/own/")  # what is kept for all pages
    with django_assert_max_num_queries(18):
        office.get(url)
