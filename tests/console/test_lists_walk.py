"""The work lists in a browser: each narrowed, acted upon and exported; with the wrong role, not."""

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from sharemall.catalogue.models import Product
from sharemall.members.models import Member
from sharemall.office.models import Role
from sharemall.orders.models import Order
from tests.browser import assert_sound, complaints_of, overflow, sign_in
from tests.console import given, lists
from tests.console.lists import LISTS
from tests.office import given as staff

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(page: Page, live_server: LiveServer, boss: Member) -> Page:
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page.context, live_server, boss)
    return page


def test_every_list_is_sound_narrowed_and_exported(
    desk: Page, live_server: LiveServer, tmp_path: Path
) -> None:
    lists.one_of_each()
    complaints = complaints_of(desk)
    for name in LISTS:
        url = f"{live_server.url}{reverse(name)}"
        desk.goto(f"{url}?state=")
        desk.screenshot(path=tmp_path / f"{name}.png", full_page=True)
        assert_sound(desk)
        search = desk.get_by_role("searchbox")
        search.fill("没有这样的东西")
        search.press("Enter")
        expect(desk.get_by_text("没有找到").or_(desk.get_by_text("未找到")).first).to_be_visible()
        assert_sound(desk)
        with desk.expect_download() as download:
            desk.get_by_role("button", name="CSV", exact=True).click()
        assert download.value.suggested_filename.endswith(".csv")
        assert len(Path(download.value.path()).read_text("utf-8-sig").splitlines()) == 1
        desk.set_viewport_size({"width": 390, "height": 844})
        desk.goto(f"{url}?state=")
        desk.screenshot(path=tmp_path / f"{name}-phone.png", full_page=True)
        assert overflow(desk) == 0, name
        desk.set_viewport_size({"width": 1440, "height": 900})
    assert complaints == []


def test_chosen_products_go_off_sale_after_a_question(desk: Page, live_server: LiveServer) -> None:
    lists.one_of_each()
    desk.goto(f"{live_server.url}{reverse('console-products')}?state=on")
    count = Product.objects.filter(on_sale=True).count()
    desk.get_by_label("选择本页全部行").check()
    expect(desk.get_by_text(f"对所选的行 ({count})")).to_be_visible()
    desk.get_by_role("button", name="下架", exact=True).click()
    expect(desk.get_by_text("重新上架之前无法购买")).to_be_visible()
    assert_sound(desk)
    assert Product.objects.filter(on_sale=True).count() == count
    desk.get_by_role("button", name="下架", exact=True).click()
    expect(desk.get_by_text(f"下架：已完成 {count} 条。")).to_be_visible()
    assert not Product.objects.filter(on_sale=True).exists()


def test_orders_are_sent_from_rows_that_were_pasted(
    desk: Page, live_server: LiveServer, tmp_path: Path
) -> None:
    paid, unpaid = given.an_order(), given.an_order(status="unpaid")
    desk.goto(f"{live_server.url}{reverse('console-orders')}")
    desk.get_by_role("link", name="批量发货").click()
    assert_sound(desk)
    desk.get_by_label("或粘贴内容").fill(f"{paid.no}\t顺丰速运\tSF1\n{unpaid.no}\t顺丰速运\tSF2")
    desk.get_by_role("button", name="预览").click()
    expect(desk.get_by_text("无法发货：当前状态为“待付款”。")).to_be_visible()
    desk.screenshot(path=tmp_path / "report.png", full_page=True)
    assert_sound(desk)
    desk.get_by_role("button", name="导入 1 行").click()
    expect(desk.get_by_text("已导入 1 行，1 行未导入。")).to_be_visible()
    with desk.expect_download() as download:
        desk.get_by_role("link", name="下载未导入的行").click()
    assert unpaid.no in Path(download.value.path()).read_text("utf-8-sig")
    assert Order.objects.get(pk=paid.pk).status == "shipped"


def test_an_auditor_reads_and_exports_and_finds_no_action(
    page: Page, live_server: LiveServer, boss: Member
) -> None:
    auditor = staff.employ(given.a_member("eve"), Role.AUDITOR)
    lists.one_of_each()
    sign_in(page.context, live_server, auditor)
    page.set_viewport_size({"width": 1440, "height": 900})
    for name in LISTS:
        page.goto(f"{live_server.url}{reverse(name)}?state=")
        expect(page.get_by_role("button", name="XLSX")).to_be_visible()
        expect(page.get_by_role("checkbox")).to_have_count(0)
    response = page.goto(f"{live_server.url}{reverse('console-import-products')}")
    assert response is not None
    assert response.status == 403
