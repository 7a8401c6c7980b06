"""Manifest, service worker, the page without a network; the edition of the frame."""

import json
from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from sharemall.brand.services import save_brand
from sharemall.catalogue.models import Zone
from sharemall.storefront.frame import frame
from sharemall.storefront.models import Edition
from tests.catalogue.goods import open_mall
from tests.storefront.looking import a_category, a_member, html

pytestmark = pytest.mark.django_db


def test_the_manifest_carries_the_brand_and_icons_that_are_there(client: Client) -> None:
    save_brand(name_zh="乐购", name_en="Joy", primary="#1f56a8")
    response = client.get("/manifest.webmanifest")
    assert response.headers["Content-Type"] == "application/manifest+json"
    manifest = response.json()
    assert (manifest["name"], manifest["theme_color"]) == ("乐购", "#1f56a8")
    assert manifest["display"] == "standalone"
    for icon in manifest["icons"]:
        path = finders.find(icon["src"].removeprefix("/static/"))
        assert isinstance(path, str)
        width, height = Image.open(BytesIO(Path(path).read_bytes())).size
        assert icon["sizes"] == f"{width}x{height}"
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}


def test_the_worker_keeps_static_files_and_the_offline_page_alone(client: Client) -> None:
    response = client.get("/sw.js")
    assert response.headers["Content-Type"].startswith("text/javascript")
    assert response.headers["Cache-Control"] == "no-cache"
    script = response.content.decode()
    kept = json.loads(script.split("const KEPT = ")[1].split(";")[0])
    assert "/offline/" in kept
    assert all(address.startswith("/static/") or address == "/offline/" for address in kept)
    assert "cache.put" not in script


def test_the_offline_page_is_the_same_for_everybody(client: Client) -> None:
    page = html(client, "/offline/")
    assert "没有网络连接" in page
    client.force_login(a_member(name="安然"))
    assert html(client, "/offline/") == page


def test_a_change_of_brand_zone_or_category_shows_on_the_next_page(client: Client) -> None:
    open_mall()
    before = frame()
    assert frame() is before
    save_brand(name_zh="乐购")
    a_category("cellar")
    Zone.objects.filter(key="wine").update(name_zh="美酒")  # by whatever means
    now = frame()
    assert now.brand.name_zh == "乐购"
    assert [row.slug for row in now.categories] == ["cellar"]
    assert now.zone("wine").name_zh == "美酒"  # type: ignore[union-attr]
    assert "乐购" in html(client, "/")


def test_the_frame_is_read_once_an_edition(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    open_mall()
    frame()
    with django_assert_num_queries(1):
        frame()


def test_without_an_edition_nothing_is_kept(client: Client) -> None:
    open_mall()
    Edition.objects.all().delete()
    assert frame() is not frame()
    assert html(client, "/")
