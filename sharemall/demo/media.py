"""The demo's pictures in the media folder: the committed ones, in their widths, under fixed names.

They are drawn already (tools/studio), in the widths that `catalogue.pictures` keeps. So they are
copied, not drawn anew, and a second load writes no second file.
"""

import re
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

FOLDER = Path(__file__).parent / "pictures"
NARROW = re.compile(r"-(400|800)\.webp\Z")


def stored(name: str, folder: str) -> str:
    """The name in the media of a committed picture, which is put there if it is not yet.

    A drawing (SVG) keeps its name; a WebP's says its size, as those of uploads do.
    """
    path = FOLDER / name
    if path.suffix == ".svg":
        return _copied(path, f"{folder}/demo-{name}")
    with Image.open(path) as picture:
        width, height = picture.size
    kept = f"{folder}/demo-{path.stem}-{width}x{height}.webp"
    for narrower in narrower_of(path):
        found = NARROW.search(narrower.name)
        assert found is not None
        _copied(narrower, f"{kept.removesuffix('.webp')}-{found[1]}.webp")
    return _copied(path, kept)


def narrower_of(path: Path) -> list[Path]:
    """The committed narrower forms of a picture."""
    found = (path.with_name(f"{path.stem}-{width}.webp") for width in (400, 800))
    return [one for one in found if one.exists()]


def _copied(path: Path, name: str) -> str:
    if default_storage.exists(name):
        return name
    return default_storage.save(name, ContentFile(path.read_bytes()))
