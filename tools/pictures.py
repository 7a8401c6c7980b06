"""Takes the README's pictures of a running demo: `python tools/pictures.py http://127.0.0.1:8000`."""

import re
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
PHONE, DESKTOP = (390, 844), (1440, 900)
PHONE_PAGES = {
    "home-phone": "/",
    "product": "/products/air-fryer-5l/",
    "checkout": "/checkout/",
    "orders": "/orders/",
    "equity": "/equity/",
    "sell": "/equity/sell/quote/?part=50",
    "transparency": "/transparency/",
}
CONSOLE_PAGES = {
    "console": "/console/",
    "console-scheme": "/console/scheme/",
    "console-ledger": "/console/ledger/books/",
}
TOUR = ("home-phone", "product", "checkout")
SHEET = """
<style>
body { margin: 0; padding: 36px; display: flex; gap: 36px; background: #e9efec; width: max-content }
img { width: 390px; border-radius: 28px; box-shadow: 0 12px 40px rgb(16 60 48 / 22%) }
</style>
"""


def main(address: str) -> None:
    """Sign in as the first demo account and take every picture."""
    path = next(filter(None, map(shutil.which, CHROMIUM)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        phone = _page(browser, address, PHONE, scale=2)
        for name, place in PHONE_PAGES.items():
            phone.goto(address + place, wait_until="networkidle")
            phone.screenshot(path=FOLDER / f"{name}.png")
        desktop = _page(browser, address, DESKTOP, scale=1)
        desktop.goto(address, wait_until="networkidle")
        desktop.screenshot(path=FOLDER / "home.png")
        _console(browser, address)
        _compose(browser)
        browser.close()


def _console(browser: Browser, address: str) -> None:
    """The pages of the demo's owner, the second factor proved by the code that is shown."""
    page = _page(browser, address, DESKTOP, scale=1, phone="13800000009")
    page.goto(f"{address}/console/")
    shown = re.search(r"[0-9]{6}", page.locator(".notice").inner_text())
    assert shown is not None
    page.locator("#code").fill(shown[0])
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url(f"{address}/console/")
    for name, place in CONSOLE_PAGES.items():
        page.goto(address + place, wait_until="networkidle")
        page.screenshot(path=FOLDER / f"{name}.png")


def _page(
    browser: Browser,
    address: str,
    size: tuple[int, int],
    *,
    scale: int,
    phone: str = "13800000001",
) -> Page:
    """A signed-in page of this size."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, device_scale_factor=scale, locale="zh-CN"
    )
    page = context.new_page()
    page.goto(f"{address}/sign-in/")
    page.locator("#id_phone").fill(phone)
    page.locator("#id_password").fill("demo-2026")
    page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")
    return page


def _compose(browser: Browser) -> None:
    """The three phones of the tour side by side."""
    page = browser.new_page(viewport={"width": 1320, "height": 920})
    page.goto(FOLDER.as_uri())
    page.set_content(SHEET + "".join(f'<img src="{FOLDER.as_uri()}/{name}.png">' for name in TOUR))
    page.wait_for_load_state("networkidle")
    page.locator("body").screenshot(path=FOLDER / "tour.png")
    for name in ("home-phone", "checkout"):
        (FOLDER / f"{name}.png").unlink()


if __name__ == "__main__":
    main(*sys.argv[1:])
