"""Tables handed in: tried first, told row by row, the good rows go in, again nothing changes."""

import csv
from io import StringIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from sharemall.catalogue.models import Product, Variant
from sharemall.console.models import Import, StockChange
from sharemall.orders.models import Order
from tests.catalogue import goods
from tests.console import given

pytestmark = pytest.mark.django_db

TITLES = "slug,merchant,zone,name_zh,name_en,unit_zh,unit_en,on_sale,sku,price_fen,cost_fen,stock"
TEA = "tea,platform,wine,绿茶,Tea,盒,box,1,tea-1,100,40,5"


def hand_in(office: Client, kind: str, text: str | bytes) -> Any:
    content = text if isinstance(text, bytes) else text.encode()
    file = SimpleUploadedFile("table.csv", content)
    return office.post(reverse(f"console-import-{kind}"), {"file": file})


def tried(office: Client, kind: str, text: str | bytes) -> list[tuple[str, str]]:
    """State and faults of each row, nothing being changed."""
    response = hand_in(office, kind, text)
    assert response.status_code == 302, given.words(response)
    return told()


def told() -> list[tuple[str, str]]:
    return [(row["state"], " ".join(row["faults"])) for row in Import.objects.latest("id").report]


def carried_out(office: Client, kind: str, text: str | bytes) -> list[str]:
    """The states of the rows, done for real."""
    tried(office, kind, text)
    url = reverse(
        f"console-import-{kind}-one", kwargs={"import_id": Import.objects.latest("id").pk}
    )
    assert office.post(url).status_code == 302
    return [state for state, _why in told()]


def test_products_are_looked_at_first_and_then_go_in(office: Client) -> None:
    table = f"{TITLES}\n{TEA}\n"
    assert tried(office, "products", table) == [("new", "")]
    assert not Product.objects.exists()
    assert carried_out(office, "products", table) == ["new"]
    product = Product.objects.get()
    variant = product.variants.get()
    assert (product.name_zh, product.on_sale, variant.sku) == ("绿茶", True, "tea-1")
    assert (variant.price_fen, variant.cost_fen, variant.stock) == (10_000, 4_000, 5)


def test_the_same_file_again_changes_nothing(office: Client) -> None:
    table = f"{TITLES}\n{TEA}\n"
    carried_out(office, "products", table)
    before = Product.objects.values().get(), Variant.objects.values().get()
    assert carried_out(office, "products", table) == ["same"]
    assert (Product.objects.values().get(), Variant.objects.values().get()) == before


def test_half_bad_rows_leave_the_good_ones_and_are_listed(office: Client) -> None:
    table = "\n".join(
        [
            TITLES,
            TEA,
            "oven,platform,wine,烤箱,Oven,台,piece,1,oven-1,100,99,5",
            "gold,platform,wine,稳赚不赔,Gold,件,piece,0,gold-1,100,40,5",
            "x,nobody,nowhere,一,One,件,piece,maybe,x-1,free,40,5",
            "soup,platform,wine,汤,Soup,碗,bowl,1,soup-1,100,40,5",
            "soup,platform,home,汤,Soup,碗,bowl,1,soup-2,100,40,5",
            ",platform,wine,无,None,件,piece,1,,100,40,5",
        ]
    )
    reasons = [why for state, why in tried(office, "products", table) if state == "fault"]
    assert len(reasons) == 6
    for said in ("Over by", "No shop may say this", "1 or 0", "Another row", "says something else"):
        assert any(said in why for why in reasons), said
    assert carried_out(office, "products", table) == ["new", *["fault"] * 6]
    assert [one.slug for one in Product.objects.all()] == ["tea"]
    latest = Import.objects.latest("id")
    url = reverse("console-import-products-left", kwargs={"import_id": latest.pk})
    rows = list(csv.reader(StringIO(office.get(url).content.decode("utf-8-sig"))))
    assert (len(rows), rows[0][-1], rows[1][0]) == (7, "faults", "oven")
    mended = office.get(url).content.decode().replace(",99,5", ",40,5")
    assert tried(office, "products", mended)[0] == ("new", "")


def test_variants_are_chosen_by_the_values_of_options(office: Client) -> None:
    titles = f"{TITLES},option_1_zh,option_1_en,value_1_zh,value_1_en"
    rows = [
        f"{TEA},净含量,Weight,100 克,100 g",
        "tea,,,,,,,,tea-2,180,70,6,,,200 克,200 g",
    ]
    table = "\n".join([titles, *rows])
    assert carried_out(office, "products", table) == ["new", "new"]
    assert [one.name_zh for one in Variant.objects.order_by("position")] == ["100 克", "200 克"]
    assert carried_out(office, "products", table) == ["same", "same"]
    more = "\n".join([titles, "tea,,,,,,,,tea-3,300,90,7,,,500 克,500 g"])
    assert carried_out(office, "products", more) == ["changed"]
    assert Variant.objects.filter(on_sale=True).count() == 3


def test_an_empty_cell_leaves_what_is_there(office: Client) -> None:
    carried_out(office, "products", f"{TITLES}\n{TEA}\n")
    assert carried_out(office, "products", "slug,sku,price_fen\ntea,tea-1,120\n") == ["changed"]
    variant = Variant.objects.get()
    assert (variant.price_fen, variant.cost_fen, variant.stock) == (12_000, 4_000, 5)
    assert Product.objects.get().name_en == "Tea"


def test_the_template_is_read_in_both_languages(office: Client) -> None:
    goods.services.save_category(slug="drinks", name_zh="饮品", name_en="Drinks")
    url = reverse("console-import-products-template")
    for language in ("en", "zh-hans"):
        office.cookies["django_language"] = language
        assert tried(office, "products", office.get(url).content)[0][0] == "new", told()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "There is nothing in it."),
        (b"slug,sku\n", "There is nothing in it."),
        (b"slug,sku,colour\na,b,c\n", "Unknown columns: colour."),
        (b"slug,slug,sku\na,b,c\n", "A column stands there twice."),
        (b"slug\na\n", "These columns are missing: SKU."),
        (b"slug,sku\na,\0\n", "The file is no CSV."),
        (b"\xff\xfe\xff", "The file is no text"),
        (b"slug,sku\n" + b"a,b\n" * 2_001, "At most 2,000 rows"),
        (b"x" * 2_000_001, "The file is larger than 2 MB."),
    ],
)
def test_a_table_that_cannot_be_read_says_why(content: bytes, said: str, office: Client) -> None:
    response = hand_in(office, "products", content)
    assert response.status_code == 422
    assert said in given.words(response)
    assert not Import.objects.exists()


def test_what_a_chinese_spreadsheet_writes_is_read(office: Client) -> None:
    assert tried(office, "products", f"{TITLES}\n{TEA}\n".encode("gb18030")) == [("new", "")]
    assert tried(office, "products", f"{TITLES}\n{TEA}\n".replace(",", "\t")) == [("new", "")]


def test_stock_is_changed_or_counted_and_the_same_file_moves_nothing(office: Client) -> None:
    red = goods.the_variant(goods.a_product("red", stock=10))
    blue = goods.the_variant(goods.a_product("blue", stock=10))
    table = f"sku,change,counted,reason\n{red.sku},20,,delivery\n{blue.sku},,4,count\n"
    assert [state for state, _why in tried(office, "stock", table)] == ["changed", "changed"]
    assert given.stock_of(red) == 10
    assert carried_out(office, "stock", table) == ["changed", "changed"]
    assert (given.stock_of(red), given.stock_of(blue)) == (30, 4)
    assert carried_out(office, "stock", table) == ["same", "same"]
    assert (given.stock_of(red), StockChange.objects.count()) == (30, 2)


def test_stock_rows_that_make_no_sense_are_refused_each_for_its_reason(office: Client) -> None:
    red = goods.the_variant(goods.a_product("red", stock=10))
    blue = goods.the_variant(goods.a_product("blue", stock=10))
    rows = [f"{red.sku},1,,", f"{red.sku},2,,", f"{blue.sku},-11,,", "none,1,,", ",1,,"]
    reasons = [
        why
        for _state, why in tried(office, "stock", "\n".join(["sku,change,counted,reason", *rows]))
    ]
    for said, why in zip(
        ["Two rows", "Two rows", "Only 10", "no such SKU", "missing"], reasons, strict=True
    ):
        assert said in why
    for cells, said in (
        ("x,,", "whole number"),
        (",,", "either"),
        ("1,1,", "either"),
        ("1,,z", "reason"),
    ):
        text = f"sku,change,counted,reason\n{blue.sku},{cells}\n"
        assert said in tried(office, "stock", text)[0][1], cells
    assert not StockChange.objects.exists()


def test_orders_are_sent_from_a_pasted_list(office: Client) -> None:
    paid, unpaid = given.an_order(), given.an_order(status="unpaid")
    text = f"{paid.no}\t顺丰速运\tSF123\n{unpaid.no}\t顺丰速运\tSF124\nnothing\t顺丰速运\tSF125"
    url = reverse("console-import-parcels")
    assert office.post(url, {"pasted": text}).status_code == 302
    assert [state for state, _why in told()] == ["changed", "fault", "fault"]
    assert Order.objects.get(pk=paid.pk).status == "paid"
    found = Import.objects.get()
    one = reverse("console-import-parcels-one", kwargs={"import_id": found.pk})
    assert "Unpaid" in given.words(office.get(one))
    assert "1 rows went in, 2 did not" in given.words(office.post(one, follow=True))
    paid.refresh_from_db()
    assert (paid.status, paid.carrier, paid.tracking_no) == ("shipped", "顺丰速运", "SF123")
    assert "already" in given.words(office.post(one, follow=True))
    office.post(url, {"pasted": text})
    assert told()[0][0] == "same"


def test_an_order_in_two_parcels_or_with_a_bad_number_is_not_sent(office: Client) -> None:
    paid, other = given.an_order(), given.an_order()
    text = f"order,carrier,tracking\n{paid.no},A,1\n{paid.no},A,2\n{other.no},A,号\n{other.no},,1\n"
    assert {state for state, _why in tried(office, "parcels", text)} == {"fault"}
    text = f"order,carrier,tracking\n{other.no},,1\n"
    assert "Check the carrier" in tried(office, "parcels", text)[0][1]
    assert set(Order.objects.values_list("status", flat=True)) == {"paid"}


def test_a_form_with_neither_file_nor_rows_is_asked_again(office: Client) -> None:
    for kind in ("products", "stock", "parcels"):
        response = office.post(reverse(f"console-import-{kind}"))
        assert response.status_code == 422
        assert "Choose a file" in given.words(response)
