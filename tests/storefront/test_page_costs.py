"""What the pages of the catalogue cost: at most eight queries, whoever looks at whatever."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from sharemall.catalogue import selectors, services
from sharemall.catalogue.models import Product
from sharemall.clock.services import now
from sharemall.coupons import services as coupons
from sharemall.members.models import Member
from sharemall.reviews.models import Review, ReviewPicture
from tests.catalogue.goods import COLOURS, a_draft, a_product, open_mall, the_variant
from tests.reviews.given import an_order
from tests.storefront.looking import a_category, a_coupon, a_member, a_running_sale, html

pytestmark = pytest.mark.django_db

CHEAP = 1_000  # a cost that leaves room for reductions of a price of 10 000 fen
MOST = 8
PAGES = [
    *("/", "/?after=s0_0", "/zones/", "/zones/wine/", "/categories/", "/categories/cellar/"),
    *("/goods/", "/goods/?q=赤霞珠&zone=wine", "/goods/?category=cellar&least=1&stock=1"),
    *("/goods/?q=nothing&shop=platform", "/goods/?most=1&shop=platform", "/goods/?sort=sold"),
    *("/shops/platform/", "/products/red/", "/products/red/reviews/", "/coupons/"),
]
OWN = ["/favourites/", "/history/", "/coupons/mine/", "/coupons/mine/?state=used"]


@pytest.fixture(autouse=True)
def ann() -> Member:
    """A shop with everything in it that pages show, and a member who has used all of it."""
    open_mall()
    ann, cellar = a_member(), a_category("cellar", a_category("house"))
    for number in range(selectors.PAGE):
        a_running_sale(the_variant(a_product(f"p{number}", category=cellar, cost_fen=CHEAP)))
    drafts = [a_draft("r", 0, cost_fen=CHEAP), a_draft("w", 1, cost_fen=CHEAP)]
    red = a_product(category=cellar, options=[COLOURS], variants=drafts)
    a_running_sale(red.variants.all()[0])
    reviewed(red, ann)
    for number in range(3):
        coupons.claim(member=ann, coupon_id=a_coupon(name_zh=f"券 {number}").pk, now=now())
    for number, product in enumerate(Product.objects.all()):
        moment = now() + timedelta(seconds=number)
        services.save_favourite(member_id=ann.pk, product_id=product.pk, on=True, now=moment)
        services.note_visit(member_id=ann.pk, product_id=product.pk, now=moment)
    return ann


def reviewed(red: Product, ann: Member) -> None:
    """Two reviews with a picture each, of an order of the other product."""
    other = Product.objects.get(slug="p0")
    for line in an_order(ann, other, other).lines.all():
        review = Review.objects.create(
            line=line, product=red, member=ann, stars=5, text="好", written_at=now()
        )
        ReviewPicture.objects.create(review=review, picture="reviews/a.webp", width=4, height=3)
    Product.objects.filter(pk=red.pk).update(rating_count=2, rating_sum=10)


def looked_around(client: Client) -> Client:
    """The process has read the frame, and the browser has looked at a page."""
    html(client, "/offline/")
    html(client, "/zones/")
    return client


@pytest.mark.parametrize("path", PAGES)
def test_a_page_costs_a_visitor_at_most_eight_queries_however_much_is_on_it(
    client: Client, path: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    looked_around(client)
    with django_assert_max_num_queries(MOST):
        html(client, path)


@pytest.mark.parametrize("path", [*PAGES, *OWN])
def test_a_page_costs_a_member_at_most_eight_queries_session_and_visit_among_them(
    client: Client, ann: Member, path: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(ann)
    looked_around(client)
    with django_assert_max_num_queries(MOST):
        html(client, path)


def test_the_pictures_of_a_review_stand_on_the_page_of_its_product(client: Client) -> None:
    page = html(client, "/products/red/")
    assert page.count('src="/media/reviews/a.webp"') == 2
    assert 'width="4" height="3"' in page
