"""Pages of reviews, and of what is still to be reviewed."""

import pytest
from pytest_django import DjangoAssertNumQueries

from sharemall.orders.models import Order
from sharemall.reviews import selectors, services
from sharemall.reviews.models import Review
from tests.reviews.given import NOW, a_member, a_product, an_order

pytestmark = pytest.mark.django_db


def write(order: Order, position: int = 1, stars: int = 5) -> Review:
    return services.write(
        member=order.member, order_no=order.no, position=position, stars=stars, text="好", now=NOW
    )


def test_a_products_reviews_come_newest_first_page_by_page_without_hidden_ones(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    red, white = a_product("red"), a_product("white")
    ann = a_member()
    written = [write(an_order(ann, red)) for _ in range(6)]
    write(an_order(ann, white))
    services.hide(review_id=written[2].pk)
    expected = [written[place] for place in (5, 4, 3, 1, 0)]
    with django_assert_num_queries(1):
        first = selectors.of_product(red.pk, limit=3)
        assert {review.author for review in first.reviews} == {"安**"}
        assert [review.shown_pictures for review in first.reviews] == [[], [], []]
    second = selectors.of_product(red.pk, first.before, 3)
    assert first.reviews + second.reviews == expected
    assert second.before is None


def test_a_last_page_that_is_full_has_no_next_one() -> None:
    wine, ann = a_product(), a_member()
    for _ in range(2):
        write(an_order(ann, wine))
    assert selectors.of_product(wine.pk, limit=2).before is None
    assert selectors.of_product(0) == selectors.Page([], None)


def test_lines_of_completed_orders_wait_for_a_review() -> None:
    red, white = a_product("red"), a_product("white")
    ann, bob = a_member(), a_member("bob")
    order, other = an_order(ann, red, white), an_order(ann, red)
    an_order(bob, red)
    an_order(ann, red, status="received", completed_at=None, due_fen=0)
    write(order, 2)
    first_line, second_line = order.lines.all()
    (other_line,) = other.lines.all()
    assert selectors.to_write(ann.pk).lines == [other_line, first_line]
    page = selectors.to_write(ann.pk, limit=1)
    assert (page.lines, page.before) == ([other_line], other_line.pk)
    assert selectors.to_write(ann.pk, page.before, 1) == selectors.Lines([first_line], None)
    assert selectors.count_to_write(ann.pk) == 2
    assert selectors.reviewed([first_line, second_line, other_line]) == {second_line.pk}


def test_a_members_own_reviews_are_found_hidden_ones_too() -> None:
    red, ann = a_product(), a_member()
    order = an_order(ann, red)
    mine = write(order)
    write(an_order(a_member("bob"), red))
    services.hide(review_id=mine.pk)
    assert selectors.mine(ann.pk) == selectors.Page([mine], None)
    assert selectors.of_line(ann.pk, order.no, 1) == mine
    assert selectors.of_line(ann.pk, order.no, 2) is None
    assert selectors.of_line(a_member("eve").pk, order.no, 1) is None
