"""Nobody but signed-in, active staff sees or moves anything below /staff/."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from sharemall.clock import services as clock
from sharemall.members.models import Member
from sharemall.staff.urls import urlpatterns
from tests.aftersale import given as aftersale
from tests.catalogue import goods
from tests.staff import given
from tests.till import desk

pytestmark = pytest.mark.django_db

NAMES = [str(pattern.name) for pattern in urlpatterns]
TILL = ["staff-till-payment", "staff-till-cancel", "staff-till-refund"]
CASES = [name for name in NAMES if name.startswith("staff-case")]
MOVES = [
    *("staff-ship", "staff-pictures", "staff-sale", "staff-flash-remove", "staff-coupon-close"),
    *("staff-review-show", "staff-refund-retry", "staff-case-answer", "staff-case-receipt"),
    *("staff-case-replace", "staff-case-decide", "staff-ticket-close", "staff-till-cancel"),
    "staff-till-refund",
]


@pytest.fixture
def urls(boss: Member) -> dict[str, str]:
    """Every address, each of something that is there."""
    product = goods.a_product("red")
    variant = goods.the_variant(product)
    flash = goods.a_flash_price(goods.the_variant(goods.a_product("blue", cost_fen=100)), 9_000)
    order = given.an_order()
    category = goods.services.save_category(slug="drinks", name_zh="饮品", name_en="Drinks")
    rule = goods.Merchant.objects.get(key="platform").freight_rules.create(
        name="standard",
        bands=[
            {
                "provinces": [],
                "first_grams": 1000,
                "first_fen": 800,
                "step_grams": 1000,
                "step_fen": 200,
            }
        ],
    )
    known = {
        "no": order.no,
        "slug": product.slug,
        "variant_id": variant.pk,
        "flash_id": flash.pk,
        "coupon_id": given.a_coupon().pk,
        "key": "platform",
        "rule_id": rule.pk,
        "review_id": given.a_review(order).pk,
    }
    rung_up = desk.rung_up(given.a_member("payer"), boss)
    case = aftersale.ask(given.an_order(status="shipped"), now=clock.now())
    ticket = {"no": given.a_ticket().no}
    of_case = {"no": case.no}
    special = {
        **{name: of_case for name in CASES if name != "staff-cases"},
        "staff-ticket": ticket,
        "staff-ticket-close": ticket,
        "staff-refund-retry": {"no": given.a_refund(order).no},
        "staff-category": {"slug": category.slug},
        **{name: {"no": rung_up.no} for name in TILL},
    }
    found = {}
    for pattern in urlpatterns:
        name = str(pattern.name)
        wanted = pattern.pattern.converters
        found[name] = reverse(
            name, kwargs={part: known[part] for part in wanted} | special.get(name, {})
        )
    return found


def test_every_address_is_walked(urls: dict[str, str]) -> None:
    assert set(urls) == set(NAMES)
    assert len(set(urls.values())) == len(urlpatterns)


def test_who_is_not_signed_in_is_sent_to_sign_in(urls: dict[str, str]) -> None:
    for url in urls.values():
        for method in (Client().get, Client().post):
            response = method(url)
            assert response.status_code == 302, url
            assert response.headers["Location"].startswith(reverse("sign-in") + "?next=/staff/")


def test_to_a_member_there_is_no_such_page(urls: dict[str, str]) -> None:
    client = Client()
    client.force_login(given.a_member("eve"))
    for url in urls.values():
        for method in (client.get, client.post):
            assert method(url).status_code == 404, url


def test_staff_see_every_page_and_move_nothing_by_a_link(
    urls: dict[str, str], office: Client
) -> None:
    for name, url in urls.items():
        assert office.get(url).status_code == (405 if name in MOVES else 200), url


def test_a_form_from_another_site_is_refused(urls: dict[str, str], boss: Member) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(boss)
    for url in urls.values():
        assert client.post(url, {"key": uuid4()}).status_code == 403, url


def test_a_form_without_anything_in_it_is_asked_again(urls: dict[str, str], office: Client) -> None:
    for name, url in urls.items():
        if name not in (*MOVES, "staff-cancel"):
            assert office.post(url).status_code in (405, 422), url


def test_staff_who_were_dismissed_are_out_at_once(office: Client, boss: Member) -> None:
    Member.objects.filter(pk=boss.pk).update(is_staff=False)
    assert office.get(reverse("staff")).status_code == 404
    Member.objects.filter(pk=boss.pk).update(is_staff=True, is_active=False)
    assert office.get(reverse("staff")).status_code == 302


def test_staff_find_their_pages_from_their_own_and_nobody_else_does(office: Client) -> None:
    assert 'href="/staff/"' in office.get(reverse("me")).content.decode()
    client = Client()
    client.force_login(given.a_member("eve"))
    assert "/staff/" not in client.get(reverse("me")).content.decode()


def test_what_is_not_there_is_no_page(office: Client) -> None:
    missing = {
        "no": "X1",
        "slug": "nothing",
        "variant_id": 10**30,
        "flash_id": 9,
        "coupon_id": 9,
        "key": "nobody",
        "rule_id": 9,
        "review_id": 9,
    }
    for pattern in urlpatterns:
        wanted = pattern.pattern.converters
        if wanted:
            url = reverse(str(pattern.name), kwargs={part: missing[part] for part in wanted})
            for method in (office.get, office.post):
                assert method(url).status_code in (404, 405), url


def test_pages_are_kept_nowhere(office: Client) -> None:
    assert "no-store" in office.get(reverse("staff-products")).headers["Cache-Control"]
