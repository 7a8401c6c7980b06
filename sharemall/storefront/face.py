"""The brand as a page shows it: in the page's language, with the stylesheet of its colours."""

import hashlib
from dataclasses import dataclass

from django.utils.translation import get_language

from sharemall.catalogue import selectors as catalogue


@dataclass(frozen=True, slots=True)
class Face:
    """What templates call `brand`: texts are in the language of the page."""

    name: str
    shares: str
    coins: str
    quota: str
    primary: str
    accent: str
    logo_url: str
    css: str

    @property
    def css_version(self) -> str:
        """Changes whenever the colours do, so that browsers may keep the stylesheet for ever."""
        return hashlib.sha256(self.css.encode()).hexdigest()[:12]


def face() -> Face:
    """The mall's face in the language of the page."""
    english = (get_language() or "").startswith("en")
    return Face(
        name="Sharemall" if english else "权益商城",
        shares="growth points" if english else "增值积分",
        coins="constant points" if english else "恒定积分",
        quota="dividend quota" if english else "分红额度",
        primary="#0f7b5f",
        accent="#9a5b0c",
        logo_url="",
        css=stylesheet("#0f7b5f", "#9a5b0c"),
    )


def stylesheet(primary: str, accent: str) -> str:
    """The brand's and the zones' colours as CSS variables (checked hex colours only)."""
    rules = [f":root,[data-theme]{{--color-primary:{primary};--color-accent:{accent}}}"]
    rules += [
        f".zone-{zone.key}{{--zone:{zone.colour};--zone-tint:{zone.tint}}}"
        for zone in catalogue.zones()
    ]
    return "\n".join(rules) + "\n"
