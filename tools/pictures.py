"""Takes the pictures of the README from a running demo: `python tools/pictures.py [address]`.

The demo should be a fresh one (`make demo-reset`): what was done in it shows on the pictures.
"""

import base64
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
PHONE: ViewportSize = {"width": 390, "height": 844}
REGULAR = "13800000001"
# Name of the picture, path, and whether it is seen by the regular customer.
PAGES = (
    ("home", "/", False),
    ("product", "/products/{product}/", True),
    ("equity", "/equity/", True),
    ("sell", "/equity/sell/", True),
    ("honour", "/honour/", True),
    ("transparency", "/transparency/", False),
)
TOUR = ("home", "product", "equity")
TOUR_PAGE = """
<body style="margin:0;padding:56px;display:flex;gap:40px;justify-content:center;
background:linear-gradient(160deg,#e6f2ed,#f6f3ea)">{figures}</body>
"""
FIGURE = """
<img src="data:image/png;base64,{data}" width="390" height="844"
style="border-radius:34px;box-shadow:0 24px 60px #0a4d3c40;border:8px solid #12211c">
"""


def take(page: Page, address: str) -> None:
    """Every picture, one after the other, as a phone shows it."""
    product = _first_product(page, address)
    for name, path, as_member in PAGES:
        if as_member:
            _sign_in(page, address)
        page.goto(address + path.format(product=product), wait_until="networkidle")
        page.screenshot(path=PICTURES / f"{name}.png")


def tour(browser: Browser) -> None:
    """Three phones beside each other."""
    figures = "".join(
        FIGURE.format(data=base64.b64encode((PICTURES / f"{name}.png").read_bytes()).decode())
        for name in TOUR
    )
    page = browser.new_page(viewport={"width": 1420, "height": 972})
    page.set_content(TOUR_PAGE.format(figures=figures))
    page.screenshot(path=PICTURES / "tour.png")


def _first_product(page: Page, address: str) -> str:
    page.goto(address)
    link = page.locator("a[href^='/products/']").first.get_attribute("href")
    assert link is not None
    return link.strip("/").split("/")[1]


def _sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/me/")
    button = page.locator(f"form:has(input[value='{REGULAR}']) button").first
    if button.is_visible():
        button.click()
        page.wait_for_load_state()


def main() -> None:
    """Needs the tests' environment and a browser on the PATH."""
    address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport=PHONE, device_scale_factor=2, locale="zh-CN")
        take(page, address)
        tour(browser)
        browser.close()


if __name__ == "__main__":
    main()
