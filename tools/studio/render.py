"""Renders the demo's pictures: `python -m tools.studio.render [NAME ...] [--draft]`."""

import importlib
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageEnhance

from tools.studio import kit

FOLDER = Path(__file__).resolve().parent.parent.parent / "sharemall" / "demo" / "pictures"
ROOMS = ("drinks", "appliances", "digital", "fresh", "snacks", "home", "wear", "play", "town", "banners")
SAMPLES, DRAFT = 12, 6
QUALITY = 84


def main(words: list[str]) -> None:
    """Render what is named, or everything; a draft goes into a temporary folder, small."""
    here = Path(__file__).parent
    for room in ROOMS:
        if (here / f"{room}.py").exists():
            importlib.import_module(f"tools.studio.{room}")
    draft = "--draft" in words
    names = [word for word in words if not word.startswith("--")] or list(kit.SHOTS)
    folder = Path("/tmp/demo-pictures/draft") if draft else FOLDER  # noqa: S108
    folder.mkdir(exist_ok=True, parents=True)
    with tempfile.TemporaryDirectory() as work:
        for name in names:
            raw = Path(work) / f"{name}.png"
            kit.photograph(kit.SHOTS[name], raw, DRAFT if draft else SAMPLES)
            with Image.open(raw) as image:
                size = (kit.SHOTS[name].width, kit.SHOTS[name].height)
                full = image.convert("RGB").resize(size, Image.Resampling.LANCZOS)
                finished = ImageEnhance.Color(full).enhance(1.12)
                finished = ImageEnhance.Contrast(finished).enhance(1.08)
                finished.save(folder / f"{name}.webp", quality=QUALITY, method=6)


if __name__ == "__main__":
    main(sys.argv[1:])
