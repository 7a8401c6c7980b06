"""Small pieces of the pages: icons and the like."""

import re
from functools import cache
from pathlib import Path

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

SPRITE = Path(__file__).resolve().parent.parent / "templates" / "components" / "icons.svg"


@cache
def drawings() -> dict[str, str]:
    """The inside of every icon by its name; the file is ours, so its markup is trusted."""
    symbols = re.findall(r'<symbol id="([^"]+)"[^>]*>(.*?)</symbol>', SPRITE.read_text("utf-8"))
    return dict(symbols)


@register.simple_tag
def icon(name: str, classes: str = "size-5") -> SafeString:
    """An icon drawn in the colour of the text around it, silent to screen readers.

    An unknown name draws a shop: an operator may name a zone's icon freely.
    """
    drawing = drawings().get(name) or drawings()["store"]
    return format_html(
        '<svg class="icon {}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        classes,
        mark_safe(drawing),  # noqa: S308 - from the project's own file, never from users
    )
