"""The coupon centre and a member's coupons."""

from datetime import timedelta

import pytest
from django.test import Client

from sharemall.clock.services import now
from sharemall.coupons.models import Coupon, CouponClaim
from tests.catalogue.goods import a_merchant, open_mall
from tests.storefront.looking import a_coupon, a_member, html

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _mall() -> None:
    open_mall()


def test_the_coupon_centre_says_what_each_takes_off_and_from_what_on(client: Client) -> None:
    assert "暂时没有可领的优惠券" in html(client, "/coupons/")
    a_merchant("winery")
    a_coupon(name_zh="满减券")
    fields = {"off_fen": None, "off_nano": 150_000_000, "most_off_fen": 5_050}
    a_coupon(name_zh="折扣券", merchant_id="winery", **fields)
    page = html(client, "/coupons/")
    for text in ("满减券", "¥5", "满 ¥50 可用", "8.5折", "最多减 ¥50.50", "店铺winery", "全场通用"):
        assert text in page
    client.post("/language/", {"language": "en"})
    assert "−15%" in html(client, "/coupons/")


def test_a_coupon_is_claimed_once_and_then_stands_among_the_members_own(client: Client) -> None:
    coupon = a_coupon()
    client.force_login(a_member())
    assert "没有可用的优惠券" in html(client, "/coupons/mine/")
    response = client.post(f"/coupons/{coupon.pk}/claim/", {"next": "/"})
    assert response.headers["Location"] == "/"
    assert "领取成功" in html(client, "/")
    assert "已领取" in html(client, "/coupons/")
    page = html(client, "/coupons/mine/")
    assert "满减券" in page
    assert "去使用" in page


def test_claiming_by_htmx_answers_with_the_ticket_and_a_toast(client: Client) -> None:
    coupon = a_coupon()
    client.force_login(a_member())
    response = client.post(f"/coupons/{coupon.pk}/claim/", headers=HTMX)
    assert "已领取" in response.content.decode()
    assert '"kind": "good"' in response.headers["HX-Trigger"]
    again = client.post(f"/coupons/{coupon.pk}/claim/", headers=HTMX)
    assert '"kind": "bad"' in again.headers["HX-Trigger"]
    assert CouponClaim.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"left": 0}, "手慢了"),
        ({"is_open": False}, "停止发放"),
        ({"ends_at": -timedelta(minutes=1)}, "已过期"),
        ({"starts_at": timedelta(hours=1)}, "还没开始"),
    ],
)
def test_why_a_coupon_cannot_be_had_is_said_in_a_sentence(
    client: Client, changed: dict[str, object], sentence: str
) -> None:
    coupon = a_coupon()
    given = {
        name: now() + value if isinstance(value, timedelta) else value
        for name, value in changed.items()
    }
    Coupon.objects.filter(pk=coupon.pk).update(**given)
    client.force_login(a_member())
    client.post(f"/coupons/{coupon.pk}/claim/")
    assert sentence in html(client, "/coupons/mine/")
    assert not CouponClaim.objects.exists()


def test_claiming_needs_somebody_a_coupon_and_a_post(client: Client) -> None:
    coupon = a_coupon()
    assert client.post(f"/coupons/{coupon.pk}/claim/").headers["Location"].startswith("/sign-in/")
    assert client.get("/coupons/mine/").headers["Location"].startswith("/sign-in/")
    client.force_login(a_member())
    assert client.get(f"/coupons/{coupon.pk}/claim/").status_code == 405
    assert client.post("/coupons/999/claim/").status_code == 404
    assert client.post(f"/coupons/{2**70}/claim/").status_code == 404
    elsewhere = {"next": "https://evil.example/"}
    response = client.post(f"/coupons/{coupon.pk}/claim/", elsewhere)
    assert response.headers["Location"] == "/coupons/"


def test_used_and_past_coupons_stand_under_their_own_headings(client: Client) -> None:
    member = a_member()
    client.force_login(member)
    past, used = a_coupon(name_zh="过期的"), a_coupon(name_zh="用过的")
    for coupon in (past, used):
        client.post(f"/coupons/{coupon.pk}/claim/")
    Coupon.objects.filter(pk=past.pk).update(ends_at=now() - timedelta(minutes=1))
    CouponClaim.objects.filter(coupon=used).update(order_no="1", used_at=now())
    assert "没有可用的优惠券" in html(client, "/coupons/mine/?state=usable")
    page = html(client, "/coupons/mine/?state=used")
    assert "用过的" in page
    assert "过期的" not in page
    page = html(client, "/coupons/mine/?state=over")
    assert "过期的" in page
    assert "去使用" not in page
    assert "没有可用的优惠券" in html(client, "/coupons/mine/?state=%00&before=-1")
