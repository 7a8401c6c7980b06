"""The pages of writing reviews: stars, words, pictures, and what is refused."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from sharemall.clock import services as clock
from sharemall.members.models import Member
from sharemall.orders import life
from sharemall.orders.models import Order
from sharemall.reviews.models import Review
from tests.orders import shop
from tests.orders.forms import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> Member:
    shop.open_mall()
    return shop.a_member("ann")


@pytest.fixture
def order(ann: Member) -> Order:
    """A completed order of one line."""
    now = clock.now()
    order = shop.place(ann, shop.a_product(), now=now)
    shop.pay(order, now)
    life.ship(no=order.no, carrier="SF", tracking_no="1", now=now)
    life.receive(member=ann, no=order.no, now=now)
    life.complete_due(now + timedelta(days=8))
    return Order.objects.get()


@pytest.fixture
def client(ann: Member) -> Client:
    """Ann's browser, in English."""
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(ann)
    return client


def where(order: Order) -> str:
    return f"/orders/{order.no}/review/1/"


def a_picture(name: str = "wine.png") -> SimpleUploadedFile:
    written = BytesIO()
    Image.new("RGB", (64, 48), "#7d1f33").save(written, "PNG")
    return SimpleUploadedFile(name, written.getvalue(), "image/png")


def test_a_review_with_pictures_is_written_once(client: Client, order: Order) -> None:
    assert "Dry red wine" in text_of(client.get("/me/reviews/to-write/"))
    form = {"stars": "4", "text": "Good\nwith cheese", "pictures": [a_picture(), a_picture()]}
    assert client.post(where(order), form).headers["Location"] == "/me/reviews/to-write/"
    review = Review.objects.get()
    assert (review.stars, review.pictures.count()) == (4, 2)
    text = text_of(client.get("/me/reviews/"))
    assert "Good<br>with cheese" in text
    assert "4.0 of 5 stars" in text
    assert client.get(where(order)).headers["Location"] == "/me/reviews/"
    assert client.post(where(order), form).headers["Location"] == "/me/reviews/"
    assert "Nothing to review" in text_of(client.get("/me/reviews/to-write/"))
    assert "Reviewed" in text_of(client.get(f"/orders/{order.no}/"))


@pytest.mark.parametrize("stars", ["", "0", "6", "-1", "abc", "9" * 30, "\0", "4.5"])
def test_stars_that_are_none_are_refused(client: Client, order: Order, stars: str) -> None:
    answer = client.post(where(order), {"stars": stars, "text": "kept"})
    assert answer.status_code == 422
    assert "Choose one to five stars." in text_of(answer)
    assert ">kept<" in text_of(answer)
    assert not Review.objects.exists()


def test_what_cannot_stand_in_a_review_is_said(client: Client, order: Order) -> None:
    refused = [
        ({"text": "x" * 501}, "A review can have at most 500 characters."),
        ({"text": "稳赚不赔，保本高收益"}, "These words may not stand in a review"),
        ({"pictures": [a_picture() for _ in range(7)]}, "at most 6 pictures"),
        (
            {"pictures": [SimpleUploadedFile("a.png", b"no picture")]},
            "no picture that can be shown",
        ),
        ({"pictures": [SimpleUploadedFile("a.svg", b"<svg/>")]}, "no picture that can be shown"),
    ]
    for fields, sentence in refused:
        answer = client.post(where(order), {"stars": "5", **fields})
        assert answer.status_code == 422
        assert sentence in text_of(answer)
    assert not Review.objects.exists()


def test_markup_in_a_review_stays_text(client: Client, order: Order) -> None:
    client.post(where(order), {"stars": "5", "text": "<script>alert(1)</script>\0"})
    assert "<script>alert" not in text_of(client.get("/me/reviews/"))


def test_a_line_that_does_not_exist_is_no_page(client: Client, order: Order) -> None:
    for position in (0, 2, 10**20):
        assert client.get(f"/orders/{order.no}/review/{position}/").status_code == 404


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, "1.5"])
def test_what_is_no_place_in_the_list_is_no_page(client: Client, before: str) -> None:
    for path in ("/me/reviews/", "/me/reviews/to-write/"):
        assert client.get(path, {"before": before}).status_code == 404
