"""The brand as a page shows it: in the page's language, with the stylesheet of its colours."""

import hashlib
from dataclasses import dataclass

from sharemall.brand import selectors as brands
from sharemall.catalogue import selectors as catalogue
from sharemall.catalogue.models import in_language


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
    view = brands.brand()
    return Face(
        name=in_language(view.name_zh, view.name_en),
        shares=in_language(view.shares_zh, view.shares_en),
        coins=in_language(view.coins_zh, view.coins_en),
        quota=in_language(view.quota_zh, view.quota_en),
        primary=view.primary,
        accent=view.accent,
        logo_url=view.logo_url,
        css=stylesheet(view.primary, view.accent),
    )


def stylesheet(primary: str, accent: str) -> str:
    """The brand's and the zones' colours as CSS variables (checked hex colours only)."""
    rules = [f":root,[data-theme]{{--color-primary:{primary};--color-accent:{accent}}}"]
    rules += [
        f".zone-{zone.key}{{--zone:{zone.colour};--zone-tint:{zone.tint}}}"
        for zone in catalogue.zones()
    ]
    return "\n".join(rules) + "\n"
