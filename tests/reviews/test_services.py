"""Writing, hiding and showing reviews, and every refusal."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from pytest_django import Settings

from sharemall.catalogue.models import Product
from sharemall.catalogue.pictures import UnreadablePicture
from sharemall.compliance.claims import BlockedClaims
from sharemall.members.models import Member
from sharemall.orders.models import Order, OrderLine
from sharemall.reviews import selectors, services
from sharemall.reviews.models import Review, ReviewPicture
from sharemall.reviews.services import Refusal, Refused
from tests.catalogue.goods import an_upload
from tests.coupons.given import at_once
from tests.reviews.given import NOW, a_member, a_product, an_order


@pytest.fixture(autouse=True)
def _media(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path


def write(order: Order, position: int = 1, **fields: Any) -> Review:
    given = {"member": order.member, "stars": 4, "text": "好喝", "now": NOW}
    return services.write(order_no=order.no, position=position, **(given | fields))


def refusal_of(order: Order, **fields: Any) -> Refusal:
    with pytest.raises(Refused) as refused:
        write(order, **fields)
    return refused.value.refusal


def rating() -> tuple[int, int]:
    product = Product.objects.get()
    return product.rating_sum, product.rating_count


def stored() -> list[str]:
    if not default_storage.exists("reviews"):
        return []
    return default_storage.listdir("reviews")[1]


@pytest.mark.django_db
def test_a_review_counts_in_the_products_rating() -> None:
    wine = a_product()
    first, second = an_order(a_member(), wine), an_order(a_member("bob"), wine)
    write(first, stars=5, text="  好喝\r\n还会买 ")
    write(second, stars=2, text="")
    assert rating() == (7, 2)
    review = Review.objects.get(line__order=first)
    assert (review.text, review.written_at, review.product) == ("好喝\n还会买", NOW, wine)


@pytest.mark.django_db
def test_each_line_of_an_order_is_reviewed_by_itself_and_once() -> None:
    order = an_order(a_member(), a_product("red"), a_product("white"))
    write(order, 1)
    write(order, 2)
    assert refusal_of(order, position=2) == Refusal.WRITTEN_ALREADY
    assert Review.objects.count() == 2


@pytest.mark.django_db
def test_pictures_are_drawn_anew_with_their_size() -> None:
    review = write(an_order(a_member(), a_product()), pictures=[an_upload(), an_upload(30, 20)])
    sizes = [(one.width, one.height, one.position) for one in review.pictures.all()]
    assert sizes == [(900, 600, 0), (30, 20, 1)]
    assert all(one.picture.name.endswith(".webp") for one in review.pictures.all())
    assert len(stored()) == 4  # the large one in three widths
    (shown,) = selectors.of_product(review.product_id).reviews
    assert [(one.pk, one.picture.name, one.width) for one in shown.shown_pictures] == [
        (one.pk, one.picture.name, one.width) for one in review.pictures.all()
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"stars": 0}, Refusal.BAD_STARS),
        ({"stars": 6}, Refusal.BAD_STARS),
        ({"stars": -1}, Refusal.BAD_STARS),
        ({"text": "好" * 501}, Refusal.TOO_LONG),
        ({"pictures": [None] * 7}, Refusal.TOO_MANY_PICTURES),
    ],
)
def test_an_ill_formed_review_is_refused(fields: dict[str, Any], reason: Refusal) -> None:
    assert refusal_of(an_order(a_member(), a_product()), **fields) == reason
    assert rating() == (0, 0)


@pytest.mark.django_db
def test_500_characters_are_enough_and_blanks_around_them_do_not_count() -> None:
    assert len(write(an_order(a_member(), a_product()), text=f" {'好' * 500}\0 ").text) == 500


@pytest.mark.django_db
@pytest.mark.parametrize(
    "state",
    [
        {"status": "received"},
        {"status": "shipped", "received_at": None, "shipped_at": NOW, "receive_by": NOW},
        {"status": "paid", "received_at": None},
    ],
)
def test_only_a_completed_order_is_reviewed(state: dict[str, Any]) -> None:
    if state.get("received_at", NOW) is None:
        state = state | {"returnable_until": None}
    order = an_order(a_member(), a_product(), **(state | {"completed_at": None, "due_fen": 0}))
    assert refusal_of(order) == Refusal.NOT_COMPLETED
    assert not Review.objects.exists()


@pytest.mark.django_db
def test_only_the_buyer_reviews_and_only_a_line_that_is_there() -> None:
    order = an_order(a_member(), a_product())
    for fields in ({"member": a_member("bob")}, {"position": 2}, {"position": 0}):
        with pytest.raises(OrderLine.DoesNotExist):
            write(order, **fields)


@pytest.mark.django_db
def test_a_blocked_claim_in_a_review_is_refused_and_named() -> None:
    with pytest.raises(BlockedClaims) as refusal:
        write(an_order(a_member(), a_product()), text="买了就躺 赚", pictures=[an_upload()])
    assert refusal.value.words == ["躺赚"]
    assert (rating(), stored()) == ((0, 0), [])


@pytest.mark.django_db
def test_a_picture_that_is_none_leaves_no_file_and_no_review() -> None:
    order = an_order(a_member(), a_product())
    drawing = ContentFile(b'<svg xmlns="http://www.w3.org/2000/svg"/>', name="a.svg")
    for bad in (ContentFile(b"no picture", name="a.png"), drawing):
        with pytest.raises(UnreadablePicture):
            write(order, pictures=[an_upload(), bad])
    assert (rating(), stored()) == ((0, 0), [])
    assert not Review.objects.exists()


@pytest.mark.django_db
def test_a_hidden_review_counts_no_longer_until_it_is_shown_again() -> None:
    wine = a_product()
    review = write(an_order(a_member(), wine), stars=5)
    write(an_order(a_member("bob"), wine), stars=1)
    for _ in range(2):
        assert not services.hide(review_id=review.pk).is_shown
        assert rating() == (1, 1)
    for _ in range(2):
        assert services.show(review_id=review.pk).is_shown
        assert rating() == (6, 2)
    with pytest.raises(Review.DoesNotExist):
        services.hide(review_id=0)


@pytest.mark.django_db(transaction=True)
def test_a_review_sent_twenty_times_at_once_is_written_once() -> None:
    order = an_order(a_member(), a_product())

    def attempt() -> str:
        try:
            write(order, stars=5, pictures=[an_upload(30, 20)])
        except Refused as refused:
            return refused.refusal.value
        return "written"

    results = at_once([attempt] * 20)
    assert Counter(results) == {"written": 1, "written_already": 19}
    assert rating() == (5, 1)
    assert ReviewPicture.objects.count() == len(stored()) == 1


@pytest.mark.django_db(transaction=True)
def test_fifty_buyers_reviewing_at_once_are_all_counted() -> None:
    wine = a_product()
    orders = [an_order(a_member(f"buyer{number}"), wine) for number in range(50)]
    at_once([lambda order=order: write(order, stars=3) for order in orders])
    assert rating() == (150, 50)


@pytest.mark.django_db(transaction=True)
def test_a_review_hidden_and_shown_at_once_is_counted_or_not() -> None:
    review = write(an_order(a_member(), a_product()), stars=5)
    hide = lambda: services.hide(review_id=review.pk)  # noqa: E731
    show = lambda: services.show(review_id=review.pk)  # noqa: E731
    at_once([hide, show] * 10)
    review.refresh_from_db()
    assert rating() == ((5, 1) if review.is_shown else (0, 0))


def test_a_name_is_shown_by_its_first_character() -> None:
    assert Review(member=Member(name="安然")).author == "安**"
