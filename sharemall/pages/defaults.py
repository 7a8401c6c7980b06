"""What home shows below its top while the operator has set nothing."""

from sharemall.pages.models import HomeSection

_KIND = HomeSection.Kind
USUAL = (
    (_KIND.FLASH, 6),
    (_KIND.COUPONS, 6),
    (_KIND.ZONES, 12),
    (_KIND.SOLD, 6),
    (_KIND.NEW, 6),
)


def usual_sections() -> list[HomeSection]:
    """The usual sections, not saved."""
    return [
        HomeSection(kind=kind, many=many, position=position, is_on=True)
        for position, (kind, many) in enumerate(USUAL)
    ]
