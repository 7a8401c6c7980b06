"""What the shop's pages cost the server, weigh, and how soon their largest part is seen.

`python -m bench.pages_web [--full]`
"""

import gzip
import os
import shutil
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from bench.server import mall
from bench.table import Table, main

PAGES = {
    "home": "/",
    "category": "/categories/c0/",
    "all goods": "/goods/",
    "search": "/goods/?q=%E8%8C%B6",
    "zone": "/zones/shop/",
    "product": "/products/p7/",
    "coupons": "/coupons/",
}
PRODUCTS = 240
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
# A phone on a slow line: bytes a second, milliseconds.
LINE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
SEEN = """
window.seen = 0; window.shifted = 0;
new PerformanceObserver((list) => { window.seen = list.getEntries().at(-1).startTime; })
  .observe({type: "largest-contentful-paint", buffered: true});
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({type: "layout-shift", buffered: true});
"""


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the table is what is told."""


def measure(full: bool) -> list[Table]:
    os.environ["SHAREMALL_MODE"] = "demo"
    with mall():
        collect()
        fill()
        tables = [cost(times=200 if full else 60)]
        if browser := next(filter(None, map(shutil.which, CHROMIUM)), None):
            with serving() as address:
                tables.append(looked_at(browser, address, times=9 if full else 5))
        return tables


def collect() -> None:
    """Static files hashed and compressed, as operators have them."""
    from django.core.management import call_command

    call_command("collectstatic", verbosity=0, interactive=False)


def fill() -> None:
    """A shop of a few hundred goods with pictures, two sales, coupons, and a member."""
    from datetime import timedelta

    from sharemall.catalogue import services
    from sharemall.catalogue.services import VariantDraft
    from sharemall.clock.services import now
    from sharemall.merchants import services as merchants

    moment = now()
    platform = merchants.platform(moment)
    zone = services.save_zone(key="shop", name_zh="好物", name_en="Goods")
    categories = [
        services.save_category(slug=f"c{number}", name_zh=f"分类{number}", name_en=f"C{number}")
        for number in range(8)
    ]
    names = [_picture(number) for number in range(12)]
    for number in range(PRODUCTS):
        services.save_product(
            slug=f"p{number}",
            merchant=platform,
            zone=zone,
            category=categories[number % 8],
            name_zh=f"高山云雾绿茶 {number} 号 250 克",
            name_en=f"Mountain green tea no. {number}, 250 g",
            subtitle_zh="明前采摘，手工炒制",
            description_zh="<p>清明前采摘，手工炒制。</p>" * 8,
            picture=names[number % 12],
            pictures=[names[(number + 1) % 12]],
            position=number,
            now=moment,
            variants=[
                VariantDraft(sku=f"p{number}", price_fen=9_900, cost_fen=1_000, stock=50),
            ],
        )
    for number in range(6):
        services.save_flash_price(
            variant_id=_variant(f"p{number}"),
            price_fen=8_800,
            quantity=100,
            starts_at=moment - timedelta(hours=1),
            ends_at=moment + timedelta(hours=9),
            now=moment,
        )
        services.issue_coupon(
            name_zh=f"满减券 {number}",
            name_en=f"Coupon {number}",
            funder="platform",
            threshold_fen=9_900,
            off_fen=500,
            quantity=100,
            starts_at=moment - timedelta(hours=1),
            ends_at=moment + timedelta(days=9),
            now=moment,
        )


def _variant(sku: str) -> int:
    from sharemall.catalogue.models import Variant

    return Variant.objects.get(sku=sku).pk


def _picture(number: int) -> str:
    """A picture that takes about as many bytes as a photograph of goods does."""
    from django.core.files.base import ContentFile
    from PIL import Image, ImageFilter

    from sharemall.catalogue import pictures

    noise = Image.effect_noise((45, 45), 50 + number).resize((1200, 1200), Image.Resampling.BICUBIC)
    drawn = BytesIO()
    Image.merge("RGB", [noise, noise.filter(ImageFilter.BLUR), noise]).save(drawn, "JPEG")
    return pictures.store(ContentFile(drawn.getvalue(), name="noise.jpg"), "products")


def cost(*, times: int) -> Table:
    """Queries and CPU of each page, by Django's own client: no socket, no browser."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from sharemall.members import services

    member = services.register(phone="13800138000", password="Jade-terraces-7", name="安安")  # noqa: S106
    visitor, signed_in = Client(SERVER_NAME="127.0.0.1"), Client(SERVER_NAME="127.0.0.1")
    signed_in.force_login(member)
    table = Table(
        "The shop's pages",
        ["page", "queries", "queries, signed in", "CPU, ms", "HTML, KB", "HTML gzip, KB"],
        asked="at most 8 queries and 10 ms of CPU",
        note=f"{PRODUCTS} goods with pictures, 6 of them in a sale, 6 coupons. CPU: the process's"
        f" own time of a whole request of a visitor, middleware and template included, median of"
        f" {times}; the database's is not in it. A member's own page of a product also notes"
        " the visit.",
    )
    for name, path in PAGES.items():
        for client in (visitor, signed_in):
            assert client.get(path).status_code == 200
        counts = []
        for client in (visitor, signed_in):
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(path)
            counts.append(len(queries))
        taken = [_cpu(visitor, path) for _time in range(times)]
        body = visitor.get(path).content
        table.add(
            name,
            *counts,
            f"{statistics.median(taken) * 1000:.1f}",
            f"{len(body) / 1000:.1f}",
            f"{len(gzip.compress(body, 6)) / 1000:.1f}",
        )
        assert answer.status_code == 200
    return table


def _cpu(client: Any, path: str) -> float:
    start = time.process_time()
    client.get(path)
    return time.process_time() - start


@contextmanager
def serving() -> Iterator[str]:
    """The shop at an address, by threads of this process."""
    from sharemall.wsgi import application

    server = make_server("127.0.0.1", 0, application, Server, Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def looked_at(browser_path: str, address: str, *, times: int) -> Table:
    """Weight and speed in a browser with an empty cache on a slow line."""
    from playwright.sync_api import sync_playwright

    table = Table(
        "The shop's pages in a browser",
        ["page", "code, KB", "requests", "largest paint, ms: median", "slowest", "layout shift"],
        asked="HTML, CSS and JavaScript under 100 KB, largest contentful paint under 1.5 s,"
        " no layout shift",
        note="A phone of 390 × 844 at 2×, nothing in its cache, 150 ms round trip, 1.6 Mbit/s down;"
        f" {times} times each, server and browser on the same machine. Code: what came over the"
        " line, compressed, without pictures. Pictures are smooth noise, 15 KB at 400 pixels: two"
        " to three times what the demo's take.",
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        for name, path in PAGES.items():
            runs = [_visit(browser, address + path) for _time in range(times)]
            painted = sorted(run["seen"] for run in runs)
            table.add(
                name,
                f"{max(run['code'] for run in runs) / 1000:.1f}",
                runs[0]["requests"],
                f"{statistics.median(painted):.0f}",
                f"{painted[-1]:.0f}",
                f"{max(run['shifted'] for run in runs):.4f}",
            )
        browser.close()
    return table


def _visit(browser: Any, address: str) -> dict[str, float]:
    """One visit with an empty cache."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, device_scale_factor=2, service_workers="block"
    )
    context.add_init_script(SEEN)
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", LINE)
    kinds: dict[str, str] = {}
    sizes: dict[str, float] = {}
    devtools.on(
        "Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]})
    )
    devtools.on(
        "Network.loadingFinished",
        lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}),
    )
    page.goto(address)
    page.wait_for_load_state("networkidle")
    found: dict[str, float] = page.evaluate("({seen: window.seen, shifted: window.shifted})")
    code = sum(
        size
        for request, size in sizes.items()
        if kinds.get(request) in ("Document", "Stylesheet", "Script")
    )
    context.close()
    return {**found, "code": code, "requests": len(kinds)}


if __name__ == "__main__":
    main(measure)
