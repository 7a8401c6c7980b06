"""What stands beside the shop: pictures, the brand's colours, the demo's clock, errors."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client, RequestFactory
from pytest_django import Settings

from sharemall.brand.models import Brand
from sharemall.catalogue.services import save_zone
from sharemall.clock.services import now
from sharemall.ledger import selectors as ledger
from sharemall.storefront.templatetags.ui import drawings, icon
from sharemall.storefront.views.errors import server_error
from tests.catalogue.goods import a_product, buy, open_mall

# Services refuse a drawing with a script; this one hides what it does in an attribute.
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


@pytest.fixture
def _media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    (tmp_path / "secret.svg").write_bytes(SVG)


@pytest.mark.django_db
@pytest.mark.usefixtures("_media")
def test_a_picture_is_served_with_its_type_and_may_run_nothing(client: Client) -> None:
    open_mall()
    product = a_product(picture=ContentFile(SVG, name="red.svg"))
    response = client.get(product.picture.url)
    assert b"".join(response.streaming_content) == SVG
    response.close()
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    policy = response.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "script" not in policy


@pytest.mark.django_db
@pytest.mark.usefixtures("_media")
def test_a_picture_that_the_browser_has_is_not_sent_again(client: Client) -> None:
    open_mall()
    url = a_product(picture=ContentFile(SVG, name="red.svg")).picture.url
    first = client.get(url)
    first.close()
    again = client.get(url, headers={"If-Modified-Since": first.headers["Last-Modified"]})
    assert again.status_code == 304


@pytest.mark.django_db
def test_only_pages_depend_on_cookies_so_that_pictures_and_colours_are_kept(
    client: Client,
) -> None:
    assert "Cookie" in client.get("/").headers["Vary"]
    assert "Vary" not in client.get("/brand.css").headers


@pytest.mark.django_db
@pytest.mark.usefixtures("_media")
@pytest.mark.parametrize(
    "path",
    ["/media/none.svg", "/media/../secret.svg", "/media/%2e%2e/secret.svg", "/media/products/"],
)
def test_what_is_no_picture_of_the_mall_is_not_served(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.django_db
@pytest.mark.usefixtures("_media")
def test_other_files_in_the_media_folder_are_not_served(client: Client) -> None:
    default_storage.save("page.html", ContentFile(b"<h1>hi</h1>"))
    assert client.get("/media/page.html").status_code == 404


@pytest.mark.django_db
def test_the_brands_stylesheet_carries_its_colours_and_the_zones(client: Client) -> None:
    Brand.objects.create(primary="#123456")
    save_zone(key="wine", name_zh="酒水", name_en="Drinks", colour="#9b2740", tint="#fae7ea")
    response = client.get("/brand.css")
    assert response.headers["Content-Type"].startswith("text/css")
    sheet = response.content.decode()
    assert "--color-primary:#123456" in sheet
    assert ".zone-wine{--zone:#9b2740;--zone-tint:#fae7ea}" in sheet


@pytest.mark.django_db
def test_the_address_of_the_brands_stylesheet_changes_with_the_colours(client: Client) -> None:
    def address() -> str:
        return client.get("/").content.decode().split('href="/brand.css?')[1].split('"')[0]

    before = address()
    assert address() == before
    Brand.objects.create(primary="#123456")
    assert address() != before


@pytest.mark.django_db
def test_every_page_forbids_scripts_and_styles_that_are_not_the_malls_own(client: Client) -> None:
    response = client.get("/")
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    page = response.content.decode()
    assert " style=" not in page
    assert "<style" not in page
    assert page.count("<script ") == page.count("<script src=")


@pytest.mark.django_db(transaction=True)
def test_going_to_midnight_closes_the_day_and_a_second_click_does_not(client: Client) -> None:
    open_mall()
    buy("ann")
    page = client.get("/demo/").content.decode()
    midnight = page.split('name="midnight" value="')[1].split('"')[0]
    before = now()
    for _ in range(2):
        assert client.post("/demo/", {"midnight": midnight}).status_code == 302
    assert timedelta(0) < now() - before <= timedelta(days=1, minutes=1)
    assert ledger.balance("ann").dividends_micro > 0
    page = client.get("/demo/").content.decode()
    assert "当日已结算" in page
    assert "时钟没有再次拨动" in page


def test_the_page_of_a_broken_server_needs_neither_database_nor_session() -> None:
    response = server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "抱歉，页面出错了".encode() in response.content


def test_an_icon_is_silent_and_an_unknown_one_draws_a_shop() -> None:
    assert 'aria-hidden="true"' in icon("house")
    assert drawings()["store"] in icon("no-such-icon")
    assert "<script" not in icon("house", '"><script>')
