"""Texts of the catalogue: descriptions made harmless, and claims refused in what is seen."""

import html
import re
from collections.abc import Iterable
from html.parser import HTMLParser

import nh3
from django.conf import settings

from sharemall.compliance import claims

BLOCKS = {
    *("p", "h2", "h3", "h4", "ul", "ol", "li", "table", "caption", "thead", "tbody", "tfoot"),
    *("tr", "blockquote", "figure", "figcaption", "hr"),
}
INLINE = {"br", "strong", "em", "b", "i", "u", "s", "sub", "sup", "small", "img", "th", "td"}
ATTRIBUTES = {
    "img": {"src", "alt", "width", "height"},
    "th": {"colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
OWN_FILE = re.compile(re.escape(settings.MEDIA_URL) + r"(?:[\w-]+[\w.-]*/)*[\w-][\w.-]*", re.ASCII)
PICTURE = re.compile(r'<img(?: [a-z]+="[^"]*")*>')


def sanitised(text: str) -> str:
    """A description as it may be shown: a few tags, pictures from the media folder, no links.

    Where no tag is left it is taken as plain: its paragraphs are what blank lines divide.
    """
    clean = _cleaned(text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n"))
    return clean if nh3.is_html(clean) else _cleaned(_paragraphs(html.unescape(clean)))


def seen(text: str) -> str:
    """What a reader sees of sanitised HTML: letters without tags, a line for each block.

    Only blocks divide: a claim is found through any other tag, a line break and table cells too.
    """
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return "".join(reader.parts)


def refuse_claims(texts: Iterable[str]) -> None:
    """Raises BlockedClaims if one of the texts makes one.

    Text by text: the end of one and the start of the next make no claim together.
    """
    claims.refuse(texts)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self.parts.append("\n")
        self.parts += [f"\n{value}\n" for name, value in attrs if name == "alt" and value]

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def _cleaned(text: str) -> str:
    clean = nh3.clean(
        text,
        tags=BLOCKS | INLINE,
        attributes=ATTRIBUTES,
        attribute_filter=_kept,
        generic_attribute_prefixes=set(),
        url_schemes=set(),
    )
    return PICTURE.sub(lambda found: found[0] if ' src="' in found[0] else "", clean).strip()


def _kept(tag: str, name: str, value: str) -> str | None:
    if name == "src":
        return value if OWN_FILE.fullmatch(value) else None
    if name in ("width", "height", "colspan", "rowspan"):
        return value if re.fullmatch(r"[0-9]{1,4}", value) else None
    return value


def _paragraphs(text: str) -> str:
    parts = (part.strip() for part in re.split(r"\n[ \t]*\n", text))
    return "".join(f"<p>{_lines(part)}</p>" for part in parts if part)


def _lines(part: str) -> str:
    return "<br>".join(html.escape(line, quote=False) for line in part.split("\n"))
