"""Small pieces of the pages: icons and the like."""

import re
from functools import cache, lru_cache
from pathlib import Path

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

register = template.Library()

SPRITE = Path(__file__).resolve().parent.parent / "templates" / "components" / "icons.svg"


@cache
def drawings() -> dict[str, str]:
    """The inside of every icon by its name; the file is ours, so its markup is trusted."""
    symbols = re.findall(r'<symbol id="([^"]+)"[^>]*>(.*?)</symbol>', SPRITE.read_text("utf-8"))
    return dict(symbols)


@register.simple_tag
@lru_cache(maxsize=512)
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


STAR = "m12 2.6 2.9 5.9 6.5.9-4.7 4.6 1.1 6.5-5.8-3.1-5.8 3.1 1.1-6.5L2.6 9.4l6.5-.9z"
STAR_STEP = 26  # from the left edge of one star to that of the next
MOST_STARS = 5


@register.simple_tag
def stars(rating_sum: int, rating_count: int = 1, classes: str = "") -> SafeString:
    """Five stars filled to the average of `rating_count` ratings (floored to a tenth)."""
    tenths = rating_sum * 10 // rating_count if rating_count else 0
    label = _("%(stars)s of 5 stars") % {"stars": f"{tenths // 10}.{tenths % 10}"}
    row = format_html_join(
        "",
        '<path transform="translate({} 0)" d="{}"/>',
        ((number * STAR_STEP, STAR) for number in range(MOST_STARS)),
    )
    # Half of a star is a star seen through half a window: nested pictures cut off what is outside.
    return format_html(
        '<svg class="stars {}" viewBox="0 0 128 24" role="img" aria-label="{}">'
        '<g class="stars-ground">{}</g>'
        '<svg width="{}" height="24"><g class="stars-full">{}</g></svg></svg>',
        classes,
        label,
        row,
        tenths // 10 * STAR_STEP + tenths % 10 * 24 // 10,
        row,
    )


@register.filter
def average(rating_sum: int, rating_count: int) -> str:
    """The average of ratings, floored to one place: 4.8."""
    tenths = rating_sum * 10 // rating_count if rating_count else 0
    return f"{tenths // 10}.{tenths % 10}"
