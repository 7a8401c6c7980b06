"""Printed matter of the scenes: labels, book covers, screens, tickets. All names are invented."""

import tempfile
from pathlib import Path
from typing import Self

from PIL import Image, ImageDraw, ImageFont

FONTS = Path("/usr/share/fonts/opentype/noto")
FOLDER = Path(tempfile.mkdtemp(prefix="studio-"))
SIMPLIFIED = 2  # the place of "SC" in Noto's collections


class Print:
    """A sheet to print on; coordinates are parts of its width and height, sizes of its height."""

    def __init__(self, width: int, height: int, ground: str = "#ffffff") -> None:
        self.sheet = Image.new("RGB", (width, height), ground)
        self.pen = ImageDraw.Draw(self.sheet)

    def text(
        self,
        words: str,
        x: float,
        y: float,
        size: float,
        colour: str = "#222222",
        face: str = "Sans",
        *,
        bold: bool = True,
        upright: bool = False,
    ) -> Self:
        """Words centred at (x, y); `upright` writes them from top to bottom."""
        path = FONTS / f"Noto{face}CJK-{'Bold' if bold else 'Regular'}.ttc"
        font = ImageFont.truetype(str(path), int(size * self.sheet.height), index=SIMPLIFIED)
        spot = (x * self.sheet.width, y * self.sheet.height)
        if upright:
            words = "\n".join(words)
        self.pen.multiline_text(spot, words, colour, font, anchor="mm", align="center", spacing=4)
        return self

    def _frame(self, x: float, y: float, w: float, h: float) -> tuple[float, float, float, float]:
        width, height = self.sheet.size
        return (x - w / 2) * width, (y - h / 2) * height, (x + w / 2) * width, (y + h / 2) * height

    def rect(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        colour: str | None,
        *,
        line: str | None = None,
        round: float = 0,
        stroke: int = 4,
    ) -> Self:
        """A rectangle about (x, y)."""
        self.pen.rounded_rectangle(
            self._frame(x, y, w, h), round * self.sheet.height, colour, line, stroke
        )
        return self

    def oval(self, x: float, y: float, w: float, h: float, colour: str) -> Self:
        """An ellipse about (x, y); for a circle give both as parts of the height."""
        self.pen.ellipse(self._frame(x, y, w, h), colour)
        return self

    def circle(self, x: float, y: float, size: float, colour: str) -> Self:
        """A circle with a diameter in parts of the height."""
        return self.oval(x, y, size * self.sheet.height / self.sheet.width, size, colour)

    def shape(self, points: list[tuple[float, float]], colour: str) -> Self:
        """A filled polygon."""
        width, height = self.sheet.size
        self.pen.polygon([(x * width, y * height) for x, y in points], colour)
        return self

    def shade(self, top: str, bottom: str) -> Self:
        """The whole sheet from one colour above to another below; before anything else."""
        ramp = Image.linear_gradient("L").resize(self.sheet.size)
        self.sheet.paste(
            Image.composite(
                Image.new("RGB", self.sheet.size, bottom),
                Image.new("RGB", self.sheet.size, top),
                ramp,
            )
        )
        return self

    def hills(self, colours: list[str], base: float, rise: float) -> Self:
        """Ranges of hills one before the other, from `base` down."""
        for number, colour in enumerate(colours):
            level = base + number * rise
            points = [(0.0, 1.0)]
            for step in range(25):
                x = step / 24
                wave = ((step * (5 + 2 * number) + number * 7) % 11) / 11 - 0.5
                points.append((x, level + wave * rise * 1.1))
            self.shape([*points, (1.0, 1.0)], colour)
        return self

    def save(self) -> Path:
        """The path of the printed sheet."""
        path = FOLDER / f"{len(list(FOLDER.iterdir()))}.png"
        self.sheet.save(path)
        return path
