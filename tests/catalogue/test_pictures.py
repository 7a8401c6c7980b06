"""Uploads become small upright pictures without a past, or are refused."""

import re
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, PngImagePlugin

from sharemall.catalogue import pictures
from sharemall.catalogue.pictures import UnreadablePicture
from tests.catalogue.goods import an_upload

DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg"><circle r="4"/></svg>'


def opened(name: str) -> Image.Image:
    with default_storage.open(name) as file:
        return Image.open(BytesIO(file.read()))


def upload(data: bytes, name: str = "picture.png") -> "ContentFile[bytes]":
    return ContentFile(data, name=name)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_kept_as_webp_in_widths_that_are_not_larger_than_it(form: str) -> None:
    name = pictures.store(an_upload(900, 600, form=form), "tests")
    assert re.fullmatch(r"tests/[0-9a-f]{24}-900x600\.webp", name)
    sizes = {}
    for part in pictures.srcset(name).split(", "):
        url, width = part.split(" ")
        picture = opened(url.removeprefix("/media/"))
        sizes[width] = (picture.format, picture.size)
    assert sizes == {
        "400w": ("WEBP", (400, 267)),
        "800w": ("WEBP", (800, 533)),
        "900w": ("WEBP", (900, 600)),
    }
    assert pictures.size(name) == (900, 600)
    assert opened(pictures.narrowest(name)).width == 400


def test_a_large_picture_is_made_smaller_and_a_small_one_is_not_made_larger() -> None:
    assert pictures.size(pictures.store(an_upload(3000, 1500), "tests")) == (1200, 600)
    name = pictures.store(an_upload(120, 80), "tests")
    assert pictures.srcset(name) == f"/media/{name} 120w"
    assert pictures.narrowest(name) == name


def test_two_uploads_of_the_same_picture_have_names_of_their_own() -> None:
    assert pictures.store(an_upload(), "tests") != pictures.store(an_upload(), "tests")


def test_a_picture_is_turned_upright_and_forgets_where_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: turn it by a quarter
    exif[0x010F] = "Maker"
    exif.get_ifd(0x8825)[1] = "N"
    name = pictures.store(an_upload(900, 600, exif=exif.tobytes(), comment=b"secret"), "tests")
    picture = opened(name).convert("RGB")
    assert picture.size == (600, 900)
    red, _, blue = picture.getpixel((300, 100))  # type: ignore[misc]
    assert red > 150 > blue
    assert not opened(name).getexif()
    with default_storage.open(name) as file:
        data = file.read()
    assert b"Maker" not in data
    assert b"secret" not in data


def test_texts_in_a_png_are_dropped_and_its_transparency_is_kept() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "Somebody")
    drawn = BytesIO()
    Image.new("RGBA", (50, 50), (1, 2, 3, 0)).save(drawn, "PNG", pnginfo=notes)
    name = pictures.store(upload(drawn.getvalue()), "tests")
    assert opened(name).mode == "RGBA"
    assert "Author" not in opened(name).info


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "CMYK", "I;16"])
def test_every_kind_of_pixel_can_be_read(mode: str) -> None:
    drawn = BytesIO()
    Image.new(mode, (50, 40)).save(drawn, "JPEG" if mode == "CMYK" else "PNG")
    assert pictures.size(pictures.store(upload(drawn.getvalue()), "tests")) == (50, 40)


def _wide(width: int, height: int) -> bytes:
    drawn = BytesIO()
    Image.new("1", (width, height)).save(drawn, "PNG")
    return drawn.getvalue()


def _gif() -> bytes:
    drawn = BytesIO()
    Image.new("P", (5, 5)).save(drawn, "GIF")
    return drawn.getvalue()


BROKEN = [
    b"",
    b"not a picture",
    b"\x89PNG\r\n\x1a\n",
    an_upload().read()[:500],
    an_upload(form="PNG").read()[:-30],
    an_upload(form="WEBP").read()[:60],
    _gif(),
    _wide(12_001, 1),
    _wide(8_000, 8_000),
    b"%PDF-1.4",
    b"\xff\xd8" + b"\0" * 50,
]


@pytest.mark.parametrize("data", BROKEN)
def test_what_is_no_picture_or_too_large_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadablePicture):
        pictures.store(upload(data), "tests")


def test_too_many_bytes_are_refused() -> None:
    with pytest.raises(UnreadablePicture, match="12 MB"):
        pictures.store(upload(an_upload().read() + b"\0" * pictures.MOST_BYTES), "tests")


def test_a_drawing_is_kept_as_it_is_whatever_it_is_called() -> None:
    name = pictures.store(upload(DRAWING, "logo.png"), "tests")
    assert re.fullmatch(r"tests/[0-9a-f]{24}\.svg", name)
    with default_storage.open(name) as file:
        assert file.read() == DRAWING
    assert pictures.srcset(name) == ""
    assert pictures.size(name) is None
    assert pictures.narrowest(name) == name


def test_a_drawing_is_refused_where_none_is_welcome() -> None:
    with pytest.raises(UnreadablePicture):
        pictures.store(upload(DRAWING), "tests", drawings=False)


BAD_DRAWINGS = [
    b"<svg",
    b"<svg></svg>",
    b"<html xmlns='http://www.w3.org/1999/xhtml'></html>",
    b"<!DOCTYPE svg [<!ENTITY a 'b'>]>" + DRAWING,
    DRAWING.replace(b"<circle", b"<script>1</script><circle"),
    DRAWING.replace(b"<circle", b"<foreignObject/><circle"),
    DRAWING + DRAWING,
    DRAWING.replace(b"<circle", b"<!--" + b"x" * 500_000 + b"--><circle"),
]


@pytest.mark.parametrize("data", BAD_DRAWINGS)
def test_a_drawing_that_is_none_or_could_do_something_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadablePicture):
        pictures.store(upload(data), "tests")


@pytest.mark.parametrize("name", ["", "a.webp", "a-1x.webp", "a-1x1.png", "a-٣x٣.webp"])
def test_a_name_that_is_not_of_a_stored_picture_has_no_widths(name: str) -> None:
    assert pictures.srcset(name) == ""
    assert pictures.size(name) is None
    assert pictures.narrowest(name) == name
