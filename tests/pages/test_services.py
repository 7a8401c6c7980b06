"""Banners, sections and notices: what is saved, in which order, and what is refused where."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.files.base import ContentFile
from django.utils import translation

from sharemall.clock.services import now
from sharemall.compliance import services as compliance
from sharemall.pages import selectors, services
from sharemall.pages.errors import Conflict, Gone, StillShown
from sharemall.pages.models import Banner, HomeSection, Notice
from tests.catalogue.goods import NOW, a_product, an_upload, open_mall
from tests.pages.given import a_banner, a_notice, a_section
from tests.storefront.looking import a_category

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mall() -> None:
    open_mall()
    a_product("red")
    a_category("cellar")


def faults_of(call: Any, **fields: Any) -> dict[str, list[str]]:
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        call(**fields)
    return refused.value.message_dict


def test_a_banner_is_kept_with_its_pictures_behind_all_others() -> None:
    first = a_banner()
    second = a_banner(picture_phone=an_upload(), alt_zh="酒", alt_en="Wine")
    assert [row.pk for row in Banner.objects.all()] == [first.pk, second.pk]
    assert str(second.picture).startswith("banners/")
    assert str(second.picture_phone).startswith("banners/")
    assert str(second.picture) != str(second.picture_phone)


@pytest.mark.parametrize(
    ("leads_to", "target"),
    [
        ("nowhere", ""),
        ("coupons", ""),
        ("zone", "wine"),
        ("category", "cellar"),
        ("product", "red"),
        ("path", "/"),
        ("path", "/goods/?sort=new"),
        ("path", "/transparency/"),
    ],
)
def test_a_banner_leads_to_what_there_is(leads_to: str, target: str) -> None:
    assert a_banner(leads_to=leads_to, target=target).target == target


@pytest.mark.parametrize(
    ("leads_to", "target"),
    [
        ("zone", "nothing"),
        ("zone", ""),
        ("category", "nothing"),
        ("product", "nothing"),
        ("path", ""),
        ("path", "goods/"),
        ("path", "https://elsewhere.example/"),
        ("path", "//elsewhere.example/"),
        ("path", "/\\elsewhere.example/"),
        ("path", "/nothing-here/"),
        ("path", "/console/"),
        ("path", "/go\tods/"),
        ("path", "javascript:alert(1)"),
    ],
)
def test_a_banner_that_would_lead_astray_is_refused(leads_to: str, target: str) -> None:
    assert set(faults_of(a_banner, leads_to=leads_to, target=target)) == {"target"}
    assert not Banner.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field", "reason"),
    [
        ({"title_zh": "稳 赚好酒"}, "title_zh", "稳赚"),
        ({"line_zh": "好", "line_en": "risk-free wines"}, "line_en", "risk-free"),
        ({"alt_zh": "股票", "alt_en": "x"}, "alt_zh", "股票"),
        ({"title_en": "Stock options"}, "title_en", "Stock"),
        ({"title_en": ""}, "title_en", "both languages"),
        ({"title_zh": "", "title_en": "", "picture": None}, "picture", "write a title"),
        ({"title_zh": "", "title_en": ""}, "alt_zh", "what the picture shows"),
        ({"picture": None, "picture_phone": an_upload()}, "picture", "desktops"),
        ({"picture": ContentFile(b"<svg/>", "a.svg")}, "picture", "cannot be read"),
        ({"picture_phone": ContentFile(b"text", "a.png")}, "picture_phone", "cannot be read"),
        ({"title_zh": "字" * 21}, "title_zh", "20"),
        ({"tone": "zone", "leads_to": "coupons", "target": ""}, "tone", "leads to a zone"),
        ({"tone": "pink"}, "tone", "not a valid choice"),
        ({"starts_at": NOW, "ends_at": NOW}, "ends_at", "after it begins"),
    ],
)
def test_a_banner_with_a_fault_says_it_at_its_field(
    fields: dict[str, Any], field: str, reason: str
) -> None:
    told = faults_of(a_banner, **fields)
    assert list(told) == [field]
    assert reason in told[field][0]
    assert not Banner.objects.exists()


def test_what_is_refused_leaves_no_picture(tmp_path: Path) -> None:
    before = set(Path(settings.MEDIA_ROOT).glob("banners/*"))
    faults_of(a_banner, title_zh="稳赚")
    assert set(Path(settings.MEDIA_ROOT).glob("banners/*")) == before


def test_all_faults_are_told_at_once() -> None:
    told = faults_of(a_banner, title_zh="稳赚", title_en="", target="nothing")
    assert set(told) == {"title_zh", "title_en", "target"}


def test_the_operators_own_claims_are_refused_too_and_a_misspelt_field_is() -> None:
    compliance.block_claim(phrase="天天涨", now=now())
    assert "天天涨" in faults_of(a_banner, title_zh="天天涨的酒")["title_zh"][0]
    with pytest.raises(FieldDoesNotExist):
        a_banner(titel="x")


def test_who_was_slower_overwrites_nothing() -> None:
    row = a_banner()
    services.save_banner(banner_id=row.pk, revision=row.revision, title_zh="冬日好酒")
    with pytest.raises(Conflict):
        services.save_banner(banner_id=row.pk, revision=row.revision, title_zh="夏日好酒")
    row.refresh_from_db()
    assert row.title_zh == "冬日好酒"
    with pytest.raises(Gone):
        services.save_banner(banner_id=10**9, revision=1, title_zh="好酒")


def test_a_switch_counts_as_a_change_and_switching_again_as_none() -> None:
    row = a_notice()
    services.switch(kind="notices", pk=row.pk, on=True)
    assert services.save_notice(notice_id=row.pk, revision=1, text_zh="新的").revision == 2
    services.switch(kind="notices", pk=row.pk, on=False)
    with pytest.raises(Conflict):
        services.save_notice(notice_id=row.pk, revision=2, text_zh="更新的")
    with pytest.raises(Gone):
        services.switch(kind="banners", pk=row.pk, on=True)


def test_rows_change_places_with_their_neighbours() -> None:
    names = [a_banner(title_zh=name).title_zh for name in "甲乙丙"]
    assert names == list("甲乙丙")
    last = Banner.objects.last()
    assert last is not None
    services.move(kind="banners", pk=last.pk, up=True, place=3)
    assert [row.title_zh for row in Banner.objects.all()] == list("甲丙乙")
    with pytest.raises(Conflict):
        services.move(kind="banners", pk=last.pk, up=True, place=3)
    services.move(kind="banners", pk=last.pk, up=True, place=2)
    services.move(kind="banners", pk=last.pk, up=True, place=1)
    assert [row.title_zh for row in Banner.objects.all()] == list("丙甲乙")
    with pytest.raises(Gone):
        services.move(kind="sections", pk=last.pk, up=False, place=1)


def test_only_what_is_off_is_removed() -> None:
    row = a_section()
    with pytest.raises(StillShown):
        services.remove(kind="sections", pk=row.pk)
    services.switch(kind="sections", pk=row.pk, on=False)
    services.remove(kind="sections", pk=row.pk)
    assert not HomeSection.objects.exists()
    with pytest.raises(Gone):
        services.remove(kind="sections", pk=row.pk)


def test_the_usual_sections_are_written_down_once() -> None:
    services.adopt_usual_sections()
    services.adopt_usual_sections()
    assert [row.kind for row in HomeSection.objects.all()] == [
        "flash",
        "coupons",
        "zones",
        "sold",
        "new",
    ]
    assert selectors.sections_shown([]) != ()


@pytest.mark.parametrize(
    ("kind", "fields", "field"),
    [
        ("shelf", {}, "zone"),
        ("shelf", {"zone": "nothing"}, "zone"),
        ("products", {}, "products"),
        ("products", {"products": ["red", "red"]}, "products"),
        ("products", {"products": ["red", "nothing"]}, "products"),
        ("new", {"many": 0}, "many"),
        ("new", {"many": 25}, "many"),
        ("anything", {}, "kind"),
        ("new", {"title_zh": "保本好物", "title_en": "x"}, "title_zh"),
        ("new", {"title_zh": "新"}, "title_en"),
    ],
)
def test_a_section_with_a_fault_says_it_at_its_field(
    kind: str, fields: dict[str, Any], field: str
) -> None:
    assert list(faults_of(a_section, kind=kind, **fields)) == [field]
    assert not HomeSection.objects.exists()


def test_a_section_keeps_only_what_belongs_to_its_kind() -> None:
    shelf = a_section("shelf", zone="wine", products=["red"])
    assert (shelf.zone, shelf.products) == ("wine", [])
    chosen = services.save_section(
        section_id=shelf.pk, revision=1, kind="products", products=["red"]
    )
    assert (chosen.zone, chosen.products) == ("", ["red"])


def test_a_notice_says_something_in_both_languages_and_promises_nothing() -> None:
    assert list(faults_of(a_notice, text_en="")) == ["text_en"]
    assert "零风险" in faults_of(a_notice, text_zh="零·风·险")["text_zh"][0]
    assert list(faults_of(a_notice, where="nowhere")) == ["where"]
    assert not Notice.objects.exists()


def test_what_is_on_is_shown_in_its_time_only() -> None:
    moment, day = now(), timedelta(days=1)
    rows = {
        "shown": a_notice(starts_at=moment, ends_at=moment + day),
        "coming": a_notice(starts_at=moment + day),
        "over": a_notice(ends_at=moment),
        "off": a_notice(is_on=False),
    }
    assert {name: selectors.state(row, moment) for name, row in rows.items()} == {
        name: name for name in rows
    }
    assert selectors.running(rows.values(), moment) == [rows["shown"]]
