"""Whether a colour can be read: the contrast of WCAG 2, against white and its own pale tint."""

import re

from sharemall.brand.models import HEX_COLOUR

AA_CONTRAST = 4.5
# The pages put text of a brand colour on white and on a tint of it, which is this part colour.
TINT = 0.09


def is_colour(text: str) -> bool:
    """Whether the text is a colour as the brand keeps it: # and six digits, in lower case."""
    return re.fullmatch(HEX_COLOUR, text) is not None


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two hex colours, from 1 to 21."""
    lighter, darker = sorted((_luminance(_channels(one)), _luminance(_channels(other))))[::-1]
    return (lighter + 0.05) / (darker + 0.05)


def least_contrast(colour: str) -> float:
    """The lowest contrast that the pages give this colour, on white or on its tint."""
    tint = [round(255 - (255 - channel) * TINT) for channel in _channels(colour)]
    on_tint = contrast(colour, "#" + "".join(f"{channel:02x}" for channel in tint))
    return min(contrast(colour, "#ffffff"), on_tint)


def _channels(colour: str) -> list[int]:
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]


def _luminance(channels: list[int]) -> float:
    red, green, blue = (_linear(channel / 255) for channel in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)
