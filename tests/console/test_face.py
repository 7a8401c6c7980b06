"""The staff's pages of the mall's face: faults at their fields, conflicts, looks, order."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sharemall.brand.colours import least_contrast
from sharemall.brand.models import Brand
from sharemall.compliance import claims
from sharemall.members.models import Member
from sharemall.office.models import Action, Outcome, Role
from sharemall.pages import policies, services
from sharemall.pages.models import Banner, HomeSection, Notice, PolicyVersion
from tests.catalogue import goods
from tests.console.given import a_member
from tests.office import given as staff
from tests.pages import given

pytestmark = pytest.mark.django_db

WINES: dict[str, Any] = {
    "title_zh": "秋日好酒",
    "title_en": "Autumn wines",
    "tone": "zone",
    "leads_to": "zone",
    "zone": "wine",
    "revision": "0",
}
TEXTS = {"text_zh": "我们保存订单。", "text_en": "We keep orders."}


def page_of(
    client: Client, path: str, data: dict[str, Any] | None = None, status: int = 200
) -> str:
    response = client.get(path) if data is None else client.post(path, data)
    assert response.status_code == status, response.status_code
    return response.content.decode()


def test_a_banner_is_made_with_its_pictures_and_waits_to_be_switched_on(office: Client) -> None:
    files = {"picture": goods.an_upload(), "picture_phone": goods.an_upload()}
    page_of(office, "/console/banners/new/", WINES | files, 302)
    row = Banner.objects.get()
    assert (row.is_on, row.target, row.tone) == (False, "wine", "zone")
    assert row.picture
    assert row.picture_phone
    listed = page_of(office, "/console/banners/")
    assert "Autumn wines" in listed
    assert "Switch on" in listed
    page_of(office, f"/console/face/banners/{row.pk}/switch/", {"on": "1"}, 302)
    assert "Autumn wines" in page_of(office, "/")
    taken = {**WINES, "no_phone": "on", "revision": "2"}
    page_of(office, f"/console/banners/{row.pk}/", taken, 302)
    row.refresh_from_db()
    assert row.picture
    assert not row.picture_phone


def test_the_list_says_which_banners_lead_to_what_left_the_shop(office: Client) -> None:
    product = goods.a_product("red", cost_fen=1_000)
    given.a_banner(leads_to="product", target="red")
    for target in ("/shops/nobody/", "/policies/privacy/"):
        given.a_banner(leads_to="path", target=target)
    given.a_banner(leads_to="coupons", target="")
    given.a_banner(leads_to="path", target="/goods/")
    given.a_banner()
    listed = page_of(office, "/console/banners/")
    assert listed.count("Not in the shop") == 2
    goods.services.take_off_sale(product_id=product.pk)
    goods.services.save_zone(key="wine", on_sale=False)
    assert page_of(office, "/console/banners/").count("Not in the shop") == 4


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"title_zh": "稳赚好酒"}, "“稳赚” is a promise"),
        ({"title_en": "Our stock plan"}, "“stock” may not be shown"),
        ({"title_en": ""}, "both languages"),
        ({"leads_to": "path", "path": "//elsewhere.example/"}, "no page at this address"),
        ({"leads_to": "product", "product": "nothing"}, "no such product"),
        ({"zone": ""}, "no such zone"),
        ({"tone": "zone", "leads_to": "coupons"}, "leads to a zone"),
        ({"starts_at": "2026-03-02T10:00", "ends_at": "2026-03-01T10:00"}, "after it begins"),
        ({"starts_at": "soon"}, "Enter a day and a time"),
    ],
)
def test_a_banner_comes_back_with_each_fault_at_its_field(
    office: Client, sent: dict[str, str], told: str
) -> None:
    page = page_of(office, "/console/banners/new/", WINES | sent, 422)
    assert told in page
    assert "notice-bad" not in page  # none of them stands above the form, away from its field
    assert not Banner.objects.exists()


def test_a_file_that_is_no_picture_is_refused_at_its_field(office: Client) -> None:
    for name in ("picture", "picture_phone"):
        broken = goods.an_upload()
        broken.file.truncate(100)
        sent = WINES | {"picture": goods.an_upload(), name: broken}
        assert "cannot be read" in page_of(office, "/console/banners/new/", sent, 422)


def test_of_two_who_edit_at_once_the_second_is_told_and_overwrites_nothing(
    office: Client,
) -> None:
    banner, section, notice = given.a_banner(), given.a_section(), given.a_notice()
    cases: list[tuple[str, dict[str, Any]]] = [
        (f"/console/banners/{banner.pk}/", WINES),
        (f"/console/sections/{section.pk}/", {"kind": "sold", "many": "3"}),
        (
            f"/console/notices/{notice.pk}/",
            {"text_zh": "新", "text_en": "New", "where": "all", "level": "info"},
        ),
    ]
    for path, fields in cases:
        page_of(office, path, fields | {"revision": "1"}, 302)
        for revision in ("1", "", "x", "99999999999999"):
            page = page_of(office, path, fields | {"revision": revision}, 409)
            assert "Somebody else saved this" in page
    assert set(Banner.objects.values_list("revision", flat=True)) == {2}
    assert HomeSection.objects.get().revision == Notice.objects.get().revision == 2
    refused = Outcome.objects.filter(end=Outcome.End.REFUSED, status=409)
    assert refused.count() == 3 * 4


def test_a_look_leads_to_home_with_the_draft_and_saves_nothing(office: Client) -> None:
    row = given.a_banner()
    sent = WINES | {"title_en": "Never saved", "preview": "1", "revision": "1"}
    response = office.post(f"/console/banners/{row.pk}/", sent)
    assert response.status_code == 302
    assert "Never saved" in page_of(office, response.headers["Location"])
    assert "Never saved" not in page_of(office, "/")
    row.refresh_from_db()
    assert row.revision == 1
    page = page_of(office, f"/console/banners/{row.pk}/", sent | {"title_en": "risk-free"}, 422)
    assert "is a promise" in page


def test_home_is_taken_over_brought_in_order_and_thinned_out(office: Client) -> None:
    assert "Home shows the usual sections" in page_of(office, "/console/sections/")
    page_of(office, "/console/sections/usual/", {}, 302)
    first, second = HomeSection.objects.all()[:2]
    page_of(office, f"/console/face/sections/{second.pk}/move/", {"to": "up", "place": "2"}, 302)
    assert [row.pk for row in HomeSection.objects.all()[:2]] == [second.pk, first.pk]
    response = office.post(
        f"/console/face/sections/{second.pk}/move/", {"to": "up", "place": "2"}, follow=True
    )
    assert "changed by somebody else" in response.content.decode()
    response = office.post(f"/console/face/sections/{first.pk}/remove/", follow=True)
    assert "Switch it off first." in response.content.decode()
    page_of(office, f"/console/face/sections/{first.pk}/switch/", {"on": "0"}, 302)
    page_of(office, f"/console/face/sections/{first.pk}/remove/", {}, 302)
    assert not HomeSection.objects.filter(pk=first.pk).exists()
    for kind in ("sections", "nothing"):
        assert office.post(f"/console/face/{kind}/{first.pk}/remove/").status_code == 404
    # Notices have no order.
    notice = given.a_notice()
    assert office.post(f"/console/face/notices/{notice.pk}/move/").status_code == 404


def test_chosen_products_are_read_a_line_each(office: Client) -> None:
    goods.a_product("red")
    sent = {"kind": "products", "products": "red\r\nblue\r\n", "many": "6", "revision": "0"}
    assert "no such product: blue" in page_of(office, "/console/sections/new/", sent, 422)
    page_of(office, "/console/sections/new/", sent | {"products": " red \r\n\r\n"}, 302)
    assert HomeSection.objects.get().products == ["red"]


def test_a_policy_is_drafted_looked_at_and_published(office: Client, boss: Member) -> None:
    path = "/console/policies/privacy/"
    page_of(office, path, TEXTS | {"revision": "0"}, 302)
    assert PolicyVersion.objects.get().number is None
    page = page_of(office, path)
    look = page.split('href="/policies/privacy/?preview=')[1].split('"')[0]
    assert "We keep orders." in page_of(office, f"/policies/privacy/?preview={look}")
    assert "Somebody else saved this" in page_of(office, path, TEXTS | {"revision": "0"}, 409)
    refused = page_of(office, path, {**TEXTS, "text_en": "<b>risk</b>-free", "revision": "1"}, 422)
    assert "“risk-free” is a promise" in refused
    office.post(f"{path}publish/", {"revision": "9"})
    assert PolicyVersion.objects.get().number is None
    response = office.post(f"{path}publish/", {"revision": "1"}, follow=True)
    assert "version 1 is in force" in response.content.decode()
    assert PolicyVersion.objects.get().published_by == boss
    assert "We keep orders." in page_of(office, "/policies/privacy/")
    response = office.post(f"{path}publish/", {"revision": "0"}, follow=True)
    assert "no draft" in response.content.decode()


def test_a_policys_draft_is_thrown_away_by_who_saw_the_newest(office: Client, boss: Member) -> None:
    draft = given.a_draft(boss)
    response = office.post("/console/policies/privacy/discard/", {"revision": "7"}, follow=True)
    assert "changed by somebody else" in response.content.decode()
    sent = {"revision": str(draft.revision)}
    page_of(office, "/console/policies/privacy/discard/", sent, 302)
    assert not PolicyVersion.objects.exists()


BRAND = {
    "name_zh": "红酒商城",
    "name_en": "Red Wine Mall",
    "primary": "#7b1e3a",
    "accent": "#9a5b0c",
    "shares_zh": "增值积分",
    "shares_en": "value points",
    "coins_zh": "恒定积分",
    "coins_en": "constant points",
    "quota_zh": "分红额度",
    "quota_en": "dividend quota",
    "revision": "0",
}


def test_the_brand_is_changed_and_stands_on_every_page(office: Client) -> None:
    page_of(office, "/console/brand/", BRAND, 302)
    page = page_of(office, "/console/brand/")
    assert 'value="#7b1e3a"' in page
    assert f"contrast {least_contrast(BRAND['primary']):.1f}" in page
    assert "Red Wine Mall" in page_of(office, "/")
    assert "Somebody else saved this" in page_of(office, "/console/brand/", BRAND, 409)


def test_every_fault_of_the_brand_stands_at_its_field(office: Client) -> None:
    faulty = BRAND | {
        "name_zh": "稳赚商城",
        "primary": "#ffe066",
        "accent": "red",
        "shares_en": "stock points",
        "logo": goods.ContentFile(b"<svg/>", "logo.svg"),
    }
    page = page_of(office, "/console/brand/", faulty, 422)
    for told in ("“稳赚”", "too pale to read", "is no colour", "“stock”", "must be a PNG"):
        assert page.count(told) == 1
    for field in ("name_zh", "primary", "accent", "shares_en", "logo"):
        assert f'id="id_{field}_error"' in page
    assert "notice-bad" not in page
    assert not Brand.objects.exists()


def test_a_claim_is_blocked_for_good(office: Client) -> None:
    page_of(office, "/console/claims/", {"phrase": "天天涨"}, 302)
    page = page_of(office, "/console/claims/")
    assert "天天涨" in page
    assert "稳赚" in page
    assert claims.check("天 天 涨") == ["天天涨"]
    assert "on the list already" in page_of(office, "/console/claims/", {"phrase": "天天涨"}, 422)
    assert "Nothing of this" in page_of(office, "/console/claims/", {"phrase": " - - "}, 422)
    told = page_of(office, "/console/banners/new/", WINES | {"title_zh": "天天涨的酒"}, 422)
    assert "“天天涨” is a promise" in told


def test_what_was_done_is_in_the_log(office: Client) -> None:
    row = given.a_notice()
    page_of(office, f"/console/face/notices/{row.pk}/switch/", {"on": "0"}, 302)
    action = Action.objects.get(name="console-face-switch")
    assert f"row_id={row.pk}" in action.target
    assert action.outcome.end == Outcome.End.DONE


def test_who_may_only_look_sees_no_buttons(boss: Member) -> None:
    given.a_banner()
    services.adopt_usual_sections()
    draft = given.a_draft(boss)
    policies.publish(slug="privacy", revision=draft.revision, by=boss, now=draft.edited_at)
    client = staff.sign_in(Client(), staff.employ(a_member("auditor"), Role.AUDITOR))
    client.cookies["django_language"] = "en"
    for name in ("banners", "sections", "notices", "policies", "brand", "claims"):
        page = page_of(client, reverse(f"console-{name}"))
        main = page.split('class="console stack"')[1]
        assert 'method="post" action' not in main.replace('action="/sign-out/"', "")
        assert "btn-primary" not in main
    page = page_of(client, "/console/policies/privacy/")
    assert "Save the draft" not in page
    assert client.post("/console/brand/", BRAND).status_code == 403
