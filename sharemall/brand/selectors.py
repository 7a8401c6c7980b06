"""Reading the brand: one query by its key, so that a change shows on the next page everywhere."""

from dataclasses import dataclass

from sharemall.brand.models import Brand


@dataclass(frozen=True, slots=True)
class BrandView:
    """The brand in both languages; `logo_url` is "" without a logo."""

    name_zh: str
    name_en: str
    shares_zh: str
    shares_en: str
    coins_zh: str
    coins_en: str
    quota_zh: str
    quota_en: str
    primary: str
    accent: str
    logo_url: str
    revision: int


def brand() -> BrandView:
    """The mall's brand, or the default one. One query."""
    row = Brand.objects.filter(id=1).first() or Brand()
    return BrandView(
        name_zh=row.name_zh,
        name_en=row.name_en,
        shares_zh=row.shares_zh,
        shares_en=row.shares_en,
        coins_zh=row.coins_zh,
        coins_en=row.coins_en,
        quota_zh=row.quota_zh,
        quota_en=row.quota_en,
        primary=row.primary,
        accent=row.accent,
        logo_url=row.logo.url if row.logo else "",
        revision=row.revision,
    )
