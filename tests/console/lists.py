"""Every work list with a row in it, and the whole of what one says as a file."""

import csv
from io import BytesIO, StringIO
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import reverse

from sharemall.clock import services as clock
from sharemall.console.lists import all as registered
from sharemall.console.site import site
from sharemall.referral.models import Referral
from tests.aftersale import given as aftersale
from tests.catalogue import goods
from tests.console import given

assert registered  # by being loaded
LISTS = sorted(rows.page_name for rows in site._registry.values())
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def one_of_each(account: str = "ann") -> None:
    """A row for every list."""
    member = given.a_member(account)
    Referral.objects.create(
        member=given.a_member(f"{account}2"),
        referrer=member,
        state="refused",
        reason="self",
        followed_at=clock.now(),
        settled_at=clock.now(),
    )
    order = given.an_order(member)
    given.a_refund(order)
    given.a_notice(order.payment)
    given.a_difference()
    given.a_review(order)
    given.a_coupon()
    product = goods.a_product(f"p-{account}", cost_fen=100, stock=3)
    goods.a_flash_price(goods.the_variant(product), 9_000)
    goods.a_merchant(f"shop-{account}")
    aftersale.ask(given.an_order(member, status="shipped"), now=clock.now())
    given.a_ticket(account)


def act(client: Client, name: str, action: str, *keys: object, query: str = "", **more: str) -> Any:
    """What the list answers to an action on these rows."""
    sent = {"action": action, "row": [str(key) for key in keys], **more}
    return client.post(f"{reverse(name)}{query}", sent)


def let_go(response: Any) -> None:
    """What the server does when the browser went away; the test's own connection stays."""
    response._iterator.close()


def csv_of(client: Client, name: str, query: str = "") -> list[list[str]]:
    """The rows of a list as CSV, titles first."""
    response = client.post(f"{reverse(name)}{query}", {"action": "export", "as": "csv"})
    assert isinstance(response, StreamingHttpResponse)
    text = b"".join(response.streaming_content).decode()  # type: ignore[arg-type]
    assert text.startswith("\ufeff")
    return list(csv.reader(StringIO(text[1:], newline="")))


def xlsx_of(client: Client, name: str, query: str = "") -> list[list[str]]:
    """The rows of a list's first sheet; numbers as they are written in the file."""
    response = client.post(f"{reverse(name)}{query}", {"action": "export", "as": "xlsx"})
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    with ZipFile(BytesIO(content)) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314
    rows = []
    for row in sheet.iter(f"{MAIN}row"):
        cells = []
        for cell in row:
            place = ord(cell.attrib["r"][0]) - ord("A")
            cells += [""] * (place - len(cells))
            assert cell.find(f"{MAIN}f") is None
            cells.append("".join(cell.itertext()))
        rows.append(cells)
    return rows
