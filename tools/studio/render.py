"""Renders the demo's pictures: `python -m tools.studio.render [NAME ...] [--draft FOLDER]`."""

import argparse
import importlib
import tempfile
from pathlib import Path

from PIL import Image, ImageEnhance

from tools.studio import kit

PICTURES = Path(__file__).resolve().parent.parent.parent / "sharemall" / "demo" / "pictures"
SAMPLES, DRAFT = 10, 6
QUALITY = 84


def main() -> None:
    """Render what is named, or everything; a draft is coarser and goes into another folder."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("names", nargs="*")
    words.add_argument("--draft", type=Path, metavar="FOLDER")
    asked = words.parse_args()
    for room in sorted(Path(__file__).parent.glob("*.py")):
        if not room.stem.startswith("__") and room.stem != "render":
            importlib.import_module(f"tools.studio.{room.stem}")
    folder = asked.draft or PICTURES
    folder.mkdir(exist_ok=True, parents=True)
    with tempfile.TemporaryDirectory() as work:
        for name in asked.names or list(kit.SHOTS):
            raw = Path(work) / f"{name}.png"
            kit.photograph(kit.SHOTS[name], raw, DRAFT if asked.draft else SAMPLES)
            with Image.open(raw) as image:
                keep(
                    developed(image, kit.SHOTS[name]),
                    folder / f"{name}.webp",
                    kit.SHOTS[name].widths,
                )


def developed(image: Image.Image, shot: kit.Shot) -> Image.Image:
    """The rendered picture in its full size, with a little more colour and contrast."""
    full = image.convert("RGB").resize((shot.width, shot.height), Image.Resampling.LANCZOS)
    return ImageEnhance.Contrast(ImageEnhance.Color(full).enhance(1.12)).enhance(1.08)


def keep(picture: Image.Image, path: Path, widths: tuple[int, ...]) -> None:
    """Save as WebP, with the narrower forms beside it."""
    picture.save(path, quality=QUALITY, method=6)
    for width in widths:
        if width < picture.width:
            height = round(picture.height * width / picture.width)
            narrow = picture.resize((width, height), Image.Resampling.LANCZOS)
            narrow.save(path.with_name(f"{path.stem}-{width}.webp"), quality=QUALITY, method=6)


if __name__ == "__main__":
    main()
