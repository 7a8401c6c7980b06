"""The pages of inviting others, the link on any page, and who may see what."""

from io import BytesIO
from xml.etree import ElementTree

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from sharemall.brand.models import Brand
from sharemall.compliance import claims
from sharemall.members.models import Member
from sharemall.referral import poster, selectors
from sharemall.referral.models import Referral, Trace
from sharemall.referral.poster import Line, Poster
from sharemall.storefront.urls_referral import urlpatterns
from tests.office import given as staff
from tests.orders import shop
from tests.referral.given import code_of, completed, follows, received

pytestmark = pytest.mark.django_db

NAMES = [str(pattern.name) for pattern in urlpatterns]
PASSWORD = "a long enough 1"


@pytest.fixture
def ann() -> Member:
    shop.open_mall()
    return shop.a_member("ann")


@pytest.fixture
def client(ann: Member) -> Client:
    client = Client()
    client.force_login(ann)
    return client


def register(client: Client, phone: str = "13912345678") -> Member:
    form = {"name": "李雷", "phone": phone, "password": PASSWORD}
    assert client.post("/register/", form).status_code == 302
    return Member.objects.get(phone=phone)


def text(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("name", NAMES)
def test_who_is_not_signed_in_is_sent_to_sign_in(name: str, ann: Member) -> None:
    response = Client().get(reverse(name))
    assert response.headers["Location"] == f"{reverse('sign-in')}?next={reverse(name)}"


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_sent_to_these_pages_and_nothing_of_them_is_kept(
    name: str, client: Client
) -> None:
    assert client.post(reverse(name)).status_code == 405
    response = client.get(reverse(name))
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("name", NAMES)
def test_before_the_mall_is_opened_the_pages_are_there(name: str) -> None:
    client = Client()
    client.force_login(shop.a_member("early"))
    assert client.get(reverse(name)).status_code == 200


def test_the_page_shows_the_link_and_says_what_it_does_not_bring(
    client: Client, ann: Member
) -> None:
    page = text(client, "/me/invite/")
    assert f"http://testserver/?r={code_of(ann)}" in page
    for words in ("只有一级", "退货期已过", "不是现金", "扣除手续费后可能更少", "¥3.00"):
        assert words in page
    assert claims.check(page) == []


def test_ones_own_invitees_are_listed_and_nobody_elses(client: Client, ann: Member) -> None:
    bob, cid = shop.a_member("bob"), shop.a_member("cid")
    red = shop.a_product()
    follows(bob, ann)
    follows(cid, bob)
    completed(shop.place(bob, red))
    completed(shop.place(cid, red))
    received(shop.place(bob, red))
    page = text(client, "/me/invitees/")
    assert "B**" in page
    assert "C**" not in page
    assert "Bob" not in page
    assert bob.phone not in page
    assert "已完成 1 单" in page
    assert "进行中 1 单" in page
    assert 'class="muted small">1</span>' in text(client, "/me/")


@pytest.mark.parametrize("mark", ["x", "-1", "1e9", "１", "9" * 40])
def test_a_mark_that_is_none_is_no_page(mark: str, client: Client) -> None:
    assert client.get("/me/invitees/", {"before": mark}).status_code == 404


def test_the_poster_is_a_picture_of_the_link_in_the_brands_colours(
    client: Client, ann: Member
) -> None:
    Brand.objects.create(id=1, name_zh="山<海>&商城", name_en="Hills", primary="#123456")
    response = client.get("/me/invite/poster.svg")
    root = ElementTree.fromstring(response.content)  # noqa: S314 our own drawing
    assert root.tag.endswith("svg")
    assert "山<海>&商城" in "".join(root.itertext())
    assert b"#123456" in response.content
    assert "sandbox" in response.headers["Content-Security-Policy"]
    response = client.get("/me/invite/poster.png")
    picture = Image.open(BytesIO(response.content))
    assert picture.size == (poster.WIDTH, poster.HEIGHT)
    assert picture.getpixel((5, 5)) == (0x12, 0x34, 0x56)


def test_both_posters_show_the_same_code() -> None:
    drawn = Poster(
        "https://mall.example/?r=ABCDEFGH", Line("M", "M"), Line("S", "S"), "#000", "#111"
    )
    picture = Image.open(BytesIO(drawn.png())).convert("L")
    rows = poster._modules(drawn.link)
    side = poster.CODE // len(rows)
    left, top = poster._place(len(rows) * side)
    seen = [
        bytes(
            picture.getpixel((left + x * side + side // 2, top + y * side + side // 2)) < 128
            for x in range(len(rows))
        )
        for y in range(len(rows))
    ]
    assert seen == rows
    assert drawn.svg().count("M") >= sum(len(poster._runs(row)) for row in rows)


def test_without_a_font_for_chinese_the_picture_has_the_english_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(poster, "_font_file", lambda: "")
    assert Line("商城", "Mall").drawn() == "Mall"
    drawn = Poster(
        "https://mall.example/", Line("商城", "Mall"), Line("扫", "Scan"), "#000", "#111"
    )
    assert Image.open(BytesIO(drawn.png())).size == (poster.WIDTH, poster.HEIGHT)


@pytest.mark.parametrize("path", ["/", "/goods/", "/coupons/", "/sign-in/", "/transparency/"])
def test_a_link_on_any_page_counts_for_who_registers_after_it(path: str, ann: Member) -> None:
    visitor = Client()
    page = visitor.get(path, {"r": code_of(ann)}).content.decode()
    assert "您是通过 A** 的链接来的" in page
    member = register(visitor)
    assert selectors.invited_by(member) == ann
    assert visitor.cookies["invited"].value == ""
    assert "您点开过 A** 的链接" in text(visitor, "/me/invite/")


def test_the_last_link_counts_also_for_who_signs_in(ann: Member) -> None:
    bob, cid = shop.a_member("bob"), register(Client())
    visitor = Client()
    for member in (ann, bob):
        visitor.get("/", {"r": code_of(member)})
    visitor.post("/sign-in/", {"phone": cid.phone, "password": PASSWORD})
    assert selectors.invited_by(cid) == bob
    visitor.get("/", {"r": code_of(ann)})
    assert selectors.invited_by(cid) == ann


@pytest.mark.parametrize(
    "code", ["", "x", "<script>alert(1)</script>", "\0", "A" * 3000, "%00", "ＡＡ", "';--"]
)
def test_a_hostile_code_is_let_go_and_keeps_the_one_before(code: str, ann: Member) -> None:
    visitor = Client()
    visitor.get("/", {"r": code_of(ann)})
    before = visitor.cookies["invited"].value
    response = visitor.get("/", {"r": code})
    assert response.status_code == 200
    assert b"alert(1)" not in response.content
    assert visitor.cookies["invited"].value == before


def test_a_cookie_that_is_not_ours_counts_for_nothing(ann: Member) -> None:
    visitor = Client()
    forged = signing.get_cookie_signer(salt="another").sign(code_of(ann))
    for number, value in enumerate((code_of(ann), forged, "x" * 5000)):
        visitor.cookies["invited"] = value
        assert selectors.invited_by(register(visitor, f"1391234567{number}")) is None
        visitor.post("/sign-out/")
    assert not Referral.objects.exists()


def test_ones_own_link_an_invitees_and_one_after_the_first_order_are_told(
    client: Client, ann: Member
) -> None:
    bob = shop.a_member("bob")
    red = shop.a_product()
    follows(bob, ann)
    shop.place(bob, red)
    assert "这是您自己的链接" in client.get("/", {"r": code_of(ann)}).content.decode()
    assert "直接或间接邀请来的" in client.get("/", {"r": code_of(bob)}).content.decode()
    other = Client()
    other.force_login(bob)
    cid = shop.a_member("cid")
    assert "邀请人不再变更" in other.get("/", {"r": code_of(cid)}).content.decode()
    assert "您的邀请人是 A**" in text(other, "/me/invite/")


def test_two_accounts_in_one_browser_are_seen_as_one_persons(ann: Member) -> None:
    browser = Client()
    first = register(browser)
    browser.post("/sign-out/")
    browser.get("/", {"r": code_of(first)})
    second = register(browser, "13912345679")
    shop.an_address(second)
    shop.place(second, shop.a_product())
    found = Referral.objects.get(pk=second.pk)
    assert (found.state, found.reason) == ("refused", "device")
    desk = staff.sign_in(Client(), staff.employ(shop.a_member("boss")))
    page = text(desk, "/console/referrals/")
    assert "两个账号用过同一浏览器" in page
    assert first.phone not in page


def test_the_device_cookie_is_signed_and_kept_as_a_hash(ann: Member) -> None:
    browser = Client()
    register(browser)
    cookie = browser.cookies["device"]
    assert cookie["httponly"]
    assert Trace.objects.filter(kind="device").count() == 1
    browser.cookies["device"] = "mine"
    browser.post("/sign-out/")
    register(browser, "13912345679")
    assert Trace.objects.filter(kind="device").values("mark").distinct().count() == 2


def test_a_page_without_a_link_asks_nothing_for_it(ann: Member) -> None:
    visitor = Client()
    for path in ("/transparency/", f"/transparency/?r={code_of(ann)}"):
        with CaptureQueriesContext(connection) as captured:
            visitor.get(path)
        asked = [one["sql"] for one in captured if "referral_link" in one["sql"]]
        assert len(asked) == (1 if "?r=" in path else 0)
