"""The poster of a link: a QR code under the brand's name, in its colours, as SVG and as PNG."""

import os
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

import segno
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT, BAND = 750, 1000, 250
CODE = 540  # about as wide as the code is, its quiet zone included
MARGIN = 60
QUIET = 4  # modules of white around a code, as its standard asks
INK, PAPER, QUIET_INK = "#111111", "#ffffff", "#51605a"
# Fonts with Chinese signs where systems usually have them; SHAREMALL_FONT names another one.
FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/System/Library/Fonts/PingFang.ttc",
)


@dataclass(frozen=True, slots=True)
class Line:
    """A text; `plain` takes its place where no font has the signs of the other."""

    text: str
    plain: str

    def drawn(self) -> str:
        """What can be drawn here."""
        return self.text if self.text.isascii() or _font_file() else self.plain


@dataclass(frozen=True, slots=True)
class Poster:
    """What is drawn; colours as #rrggbb."""

    link: str
    name: Line
    call: Line
    primary: str
    accent: str

    def svg(self) -> str:
        """As a document of its own."""
        rows = _modules(self.link)
        side = CODE // len(rows)
        left, top = _place(len(rows) * side)
        squares = "".join(
            f"M{left + x * side} {top + y * side}h{length * side}v{side}h-{length * side}z"
            for y, row in enumerate(rows)
            for x, length in _runs(row)
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
            f'width="{WIDTH}" height="{HEIGHT}">'
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>'
            f'<rect width="{WIDTH}" height="{BAND}" fill="{self.primary}"/>'
            f'<rect y="{BAND}" width="{WIDTH}" height="10" fill="{self.accent}"/>'
            + _text(self.name.text, BAND // 2, _size(self.name.text, 76), PAPER)
            + f'<path d="{squares}" fill="{INK}"/>'
            + _text(self.call.text, 865, _size(self.call.text, 40), INK)
            + _text(self.link, 930, _size(self.link, 26), QUIET_INK)
            + "</svg>"
        )

    def png(self) -> bytes:
        """The same as a picture that can be sent on."""
        rows = _modules(self.link)
        side = CODE // len(rows)
        left, top = _place(len(rows) * side)
        picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
        draw = ImageDraw.Draw(picture)
        draw.rectangle((0, 0, WIDTH, BAND - 1), fill=self.primary)
        draw.rectangle((0, BAND, WIDTH, BAND + 9), fill=self.accent)
        for y, row in enumerate(rows):
            for x, length in _runs(row):
                start = (left + x * side, top + y * side)
                draw.rectangle((*start, start[0] + length * side - 1, start[1] + side - 1), INK)
        name, call = self.name.drawn(), self.call.drawn()
        for text, y, most, ink in (
            (name, BAND // 2, 76, PAPER),
            (call, 865, 40, INK),
            (self.link, 930, 26, QUIET_INK),
        ):
            font = _font(_size(text, most))
            draw.text((WIDTH // 2, y), text, fill=ink, font=font, anchor="mm")
        data = BytesIO()
        picture.save(data, "PNG", optimize=True)
        return data.getvalue()


def _modules(link: str) -> list[bytes]:
    """The code's rows, 1 for a dark module, with the white around it."""
    code = segno.make(link, error="m", micro=False)
    return [bytes(row) for row in code.matrix_iter(border=QUIET)]


def _runs(row: bytes) -> list[tuple[int, int]]:
    """Where dark modules begin in a row, and how many follow each other."""
    runs, x = [], 0
    for dark, modules in groupby(row):
        length = len(list(modules))
        if dark:
            runs.append((x, length))
        x += length
    return runs


def _place(side: int) -> tuple[int, int]:
    return (WIDTH - side) // 2, BAND + 30 + (CODE - side) // 2


def _size(text: str, most: int) -> int:
    """The largest size, up to `most`, at which the text fits: Chinese signs are twice as wide."""
    halves = sum(1 if sign.isascii() else 2 for sign in text)
    return min(most, (WIDTH - 2 * MARGIN) * 2 * 9 // (max(halves, 1) * 11))


def _text(text: str, y: int, size: int, ink: str) -> str:
    return (
        f'<text x="{WIDTH // 2}" y="{y}" font-size="{size}" fill="{ink}" text-anchor="middle" '
        f'dominant-baseline="central" font-family="sans-serif">{escape(text)}</text>'
    )


@lru_cache(maxsize=1)
def _font_file() -> str:
    """A font with Chinese signs; "" where there is none."""
    wanted = (os.environ.get("SHAREMALL_FONT", ""), *FONTS)
    return next((path for path in wanted if path and Path(path).is_file()), "")


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    path = _font_file()
    return ImageFont.truetype(path, size) if path else ImageFont.load_default(size)
