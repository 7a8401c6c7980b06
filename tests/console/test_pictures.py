"""Pictures of a product: put in, ordered, taken out, and refused where they are none."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sharemall.catalogue.models import Product
from tests.catalogue import goods
from tests.console import given

pytestmark = pytest.mark.django_db

URL = "/console/products/of/red/pictures/"


@pytest.fixture
def red(office: Client) -> Product:
    return goods.a_product("red")


def upload(name: str = "a.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, goods.an_upload(60, 40).read())


def names(product: Product) -> list[str]:
    product.refresh_from_db()
    first = [str(product.picture)] if product.picture else []
    return first + [str(row.picture) for row in product.pictures.order_by("position")]


def send(office: Client, **fields: Any) -> Any:
    sheet = given.fields_in(office.get("/console/products/of/red/"), "version")
    return office.post(URL, {"version": sheet["version"]} | fields)


def test_pictures_are_put_in_ordered_and_taken_out(office: Client, red: Product) -> None:
    assert send(office, uploads=[upload(), upload("b.jpg")]).status_code == 302
    first, second = names(red)
    assert first != second
    places = {"place_0": "2", "place_1": "1"}
    assert send(office, **places).status_code == 302
    assert names(red) == [second, first]
    assert send(office, place_0="1", place_1="2", gone_0="on").status_code == 302
    assert names(red) == [first]
    assert send(office, place_0="1", gone_0="on").status_code == 302
    assert names(red) == []


@pytest.mark.parametrize(
    "content",
    [b"", b"no picture", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", b"\xff\xd8"],
)
def test_what_is_no_picture_is_refused_and_the_others_wait(
    content: bytes, office: Client, red: Product
) -> None:
    bad = SimpleUploadedFile("bad.jpg", content)
    response = send(office, uploads=[upload(), bad])
    assert response.status_code == 422
    assert given.errors_at(response, "uploads") or "field-error" in response.content.decode()
    assert names(red) == []


def test_more_pictures_than_a_product_has_are_refused(office: Client, red: Product) -> None:
    response = send(office, uploads=[upload(f"{number}.jpg") for number in range(14)])
    assert "at most 13 pictures" in given.errors_at(response, "uploads")
    assert names(red) == []


@pytest.mark.parametrize("place", ["", "0", "-1", "x", "1e9"])
def test_a_place_that_is_none_is_refused(place: str, office: Client, red: Product) -> None:
    send(office, uploads=[upload()])
    response = send(office, place_0=place)
    assert response.status_code == 422
    assert given.errors_at(response, "place_0")
    assert len(names(red)) == 1


def test_a_change_in_between_is_told_here_too(office: Client, red: Product) -> None:
    goods.a_product("red", name_en="Changed")
    response = office.post(
        URL, {"version": "0" * 32, "uploads": [BytesIO(upload().read())]}, follow=True
    )
    assert "Somebody else has changed this product" in given.words(response)
    assert names(red) == []
