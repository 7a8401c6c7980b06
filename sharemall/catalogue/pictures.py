"""Pictures as they are uploaded, and as they are kept: small, upright and without a past.

A raster picture is drawn anew as WebP, in up to three widths, under a random name that says its
size: `products/3f…a9-1200x900.webp`, with `…-1200x900-400.webp` beside it. So pages know the
size and the widths from the name alone. A drawing (SVG) is kept as it is: it is served under a
policy that lets it run nothing.
"""

import re
import secrets
from io import BytesIO
from xml.parsers import expat

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from PIL import Image, ImageOps, UnidentifiedImageError

WIDTHS = (400, 800, 1200)
QUALITY = 82
MOST_BYTES = 12_000_000
MOST_DRAWING_BYTES = 500_000
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 12_000
FORMATS = ("PNG", "JPEG", "WEBP")
NAME = re.compile(r"(?P<stem>.+-(?P<width>\d{1,5})x(?P<height>\d{1,5}))\.webp", re.ASCII)


class UnreadablePicture(Exception):
    """What was uploaded is no picture that can be shown; the text says why."""


def store(upload: "File[bytes]", folder: str, *, drawings: bool = True) -> str:
    """Keep an uploaded picture in `folder` of the media; gives its name for a file field.

    PNG, JPEG and WebP, and SVG where `drawings` are welcome; what it is is read from its bytes,
    whatever it is called. Raises UnreadablePicture.
    """
    data = _read(upload)
    if drawings and _looks_drawn(data):
        return _keep(f"{folder}/{secrets.token_hex(12)}.svg", _checked_drawing(data))
    picture = _opened(data)
    stem = f"{folder}/{secrets.token_hex(12)}"
    widest = _at_width(picture, min(picture.width, WIDTHS[-1]))
    name = f"{stem}-{widest.width}x{widest.height}.webp"
    for width in WIDTHS:
        if width < widest.width:
            _keep(_narrower(name, width), _webp(_at_width(picture, width)))
    return _keep(name, _webp(widest))


def discard(name: str) -> None:
    """Remove a stored picture in all its widths: what it was uploaded for did not come about."""
    found = NAME.fullmatch(name)
    widths = [width for width in WIDTHS if found and width < int(found["width"])]
    for part in [name, *(_narrower(name, width) for width in widths)]:
        default_storage.delete(part)


def srcset(name: str) -> str:
    """The `srcset` of a stored picture, without looking at the disk; empty for a drawing."""
    found = NAME.fullmatch(name)
    if found is None:
        return ""
    widest = int(found["width"])
    narrower = [(width, _narrower(name, width)) for width in WIDTHS if width < widest]
    return ", ".join(
        f"{default_storage.url(part)} {width}w" for width, part in [*narrower, (widest, name)]
    )


def size(name: str) -> tuple[int, int] | None:
    """Width and height of a stored picture in pixels; None for a drawing."""
    found = NAME.fullmatch(name)
    return (int(found["width"]), int(found["height"])) if found else None


def narrowest(name: str) -> str:
    """The name of the smallest form of a stored picture, for a list; a drawing's own name."""
    found = NAME.fullmatch(name)
    return _narrower(name, WIDTHS[0]) if found and int(found["width"]) > WIDTHS[0] else name


def _narrower(name: str, width: int) -> str:
    return f"{name.removesuffix('.webp')}-{width}.webp"


def _read(upload: "File[bytes]") -> bytes:
    upload.seek(0)
    data = bytes(upload.read(MOST_BYTES + 1))
    if len(data) > MOST_BYTES:
        raise UnreadablePicture(f"larger than {MOST_BYTES // 1_000_000} MB")
    return data


def _opened(data: bytes) -> Image.Image:
    """The first frame, upright, in RGB or RGBA. Pillow's own limits stand behind ours."""
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as found:
            width, height = found.size
            if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
                raise UnreadablePicture(f"{width} × {height} pixels are too many")
            found.load()
            upright = ImageOps.exif_transpose(found)
            has_alpha = "A" in upright.getbands() or "transparency" in upright.info
            return upright.convert("RGBA" if has_alpha else "RGB")
    except UnidentifiedImageError:
        raise UnreadablePicture("not a PNG, JPEG or WebP picture") from None
    # What Pillow's readers raise for a damaged file is not one class (its documentation names
    # these and more); whatever it is, the upload is at fault.
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise UnreadablePicture("damaged") from error


def _at_width(picture: Image.Image, width: int) -> Image.Image:
    if width == picture.width:
        return picture
    height = max(1, round(picture.height * width / picture.width))
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def _webp(picture: Image.Image) -> bytes:
    drawn = BytesIO()
    # Metadata is written only when it is given: nothing of the camera or the place goes along.
    Image.frombytes(picture.mode, picture.size, picture.tobytes()).save(
        drawn, "WEBP", quality=QUALITY, method=4
    )
    return drawn.getvalue()


def _keep(name: str, data: bytes) -> str:
    return default_storage.save(name, ContentFile(data))


def _looks_drawn(data: bytes) -> bool:
    return data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def _checked_drawing(data: bytes) -> bytes:
    """The same bytes, if they are one SVG document without entities of its own."""
    if len(data) > MOST_DRAWING_BYTES:
        raise UnreadablePicture(f"a drawing larger than {MOST_DRAWING_BYTES // 1000} kB")
    roots: list[str] = []

    def begin(name: str, _attributes: dict[str, str]) -> None:
        roots.append(name)
        tag = name.rpartition(" ")[2].lower()
        if tag in ("script", "foreignobject"):
            raise UnreadablePicture(f"a drawing with {tag}")

    def refuse_types(*_arguments: object) -> None:
        raise UnreadablePicture("a drawing with a document type of its own")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = begin
    parser.StartDoctypeDeclHandler = refuse_types
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        raise UnreadablePicture("not a well-formed drawing") from None
    if roots[0] != "http://www.w3.org/2000/svg svg":
        raise UnreadablePicture("not a drawing")
    return data
