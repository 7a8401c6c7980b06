"""The brand as a page shows it: in the page's language, with the stylesheet of its colours."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from sharemall.brand.selectors import BrandView
from sharemall.catalogue.models import Zone
from sharemall.language import in_language
from sharemall.storefront.frame import Frame


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


def face(frame: Frame) -> Face:
    """The mall's face in the language of the page."""
    view = frame.brand
    return Face(
        name=in_language(view.name_zh, view.name_en),
        shares=in_language(view.shares_zh, view.shares_en),
        coins=in_language(view.coins_zh, view.coins_en),
        quota=in_language(view.quota_zh, view.quota_en),
        primary=view.primary,
        accent=view.accent,
        logo_url=view.logo_url,
        css=stylesheet(view, frame.zones),
    )


def stylesheet(brand: BrandView, zones: Iterable[Zone]) -> str:
    """The brand's and the zones' colours as CSS variables (checked hex colours only)."""
    rules = [f":root,[data-theme]{{--color-primary:{brand.primary};--color-accent:{brand.accent}}}"]
    rules += [f".zone-{zone.key}{{--zone:{zone.colour};--zone-tint:{zone.tint}}}" for zone in zones]
    return "\n".join(rules) + "\n"
