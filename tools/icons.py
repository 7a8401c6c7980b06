"""Draws the PNG icons of the installed shop from the default mark: `python tools/icons.py`."""

import shutil
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

FOLDER = (
    Path(__file__).resolve().parent.parent / "sharemall" / "storefront" / "static" / "storefront"
)
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
# Name: side in pixels, corner radius (of 512), part of the side that the mark takes. Systems that
# cut icons into shapes of their own keep the middle four fifths of a maskable one.
ICONS = {
    "icon-192": (192, 112, 0.62),
    "icon-512": (512, 112, 0.62),
    "icon-maskable": (512, 0, 0.5),
}
MARK = """
<path d="M186 196V166C186 62 326 62 326 166V196" fill="none" stroke="#fff" stroke-width="28"
  stroke-linecap="round"/>
<path d="M126 176H386Q404 176 405 194L420 400Q422 428 394 428H118Q90 428 92 400L107 194Q108 176 126
  176Z" fill="#fff"/>
<path fill="#0f7b5f" d="M250 314V236A78 78 0 1 0 328 314Z"/>
<path d="M262.5 301.5V223.5A78 78 0 0 1 340.5 301.5Z" fill="#e3a72f"/>
"""


def drawing(side: int, radius: int, part: float) -> str:
    """The icon as a page of its own size; the mark is 372 × 366, its middle (256, 259)."""
    scale = 512 * part / 372
    return f"""<style>body {{ margin: 0 }} svg {{ display: block }}</style>
<svg xmlns="http://www.w3.org/2000/svg" width="{side}" height="{side}" viewBox="0 0 512 512">
<defs><linearGradient id="ground" x1="0" y1="0" x2="1" y2="1">
<stop offset="0" stop-color="#14906f"/><stop offset="1" stop-color="#0a4d3c"/>
</linearGradient></defs>
<rect width="512" height="512" rx="{radius}" fill="url(#ground)"/>
<g transform="translate(256 256) scale({scale}) translate(-256 -259)">{MARK}</g></svg>"""


def main() -> None:
    """Writes every icon; the files are committed."""
    path = next(filter(None, map(shutil.which, CHROMIUM)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for name, (side, radius, part) in ICONS.items():
            page = browser.new_page(viewport={"width": side, "height": side})
            page.set_content(drawing(side, radius, part))
            picture = Image.open(BytesIO(page.screenshot(omit_background=True)))
            few = picture.quantize(128, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
            few.save(FOLDER / f"{name}.png", optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
