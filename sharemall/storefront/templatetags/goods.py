"""Pieces of the pages that show goods: pictures in their sizes, counts, what a coupon takes off."""

from functools import lru_cache

from django import template
from django.core.files.storage import default_storage
from django.db.models.fields.files import FieldFile
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sharemall.catalogue import pictures
from sharemall.catalogue.models import Product
from sharemall.coupons.models import Coupon
from sharemall.figures import decimals
from sharemall.pages.models import Banner
from sharemall.storefront.cards import MiniCard, card_of, drawn
from sharemall.storefront.leading import href_of
from sharemall.storefront.templatetags.money import percent

register = template.Library()

# How wide a picture is shown, so that browsers choose the file: a card, one in a row to swipe
# through, a whole phone's width or half a desktop.
SIZES = {
    "card": "(min-width: 64rem) 280px, (min-width: 48rem) 33vw, 50vw",
    "small": "160px",
    "show": "(min-width: 64rem) 600px, 100vw",
}
# Banners are cut by the page: what is shown is a part of the file as high as the banner, so these
# are the widths of the whole file. A slide of home, the head of a zone's page, a tile of home.
BANNER_SIZES = {
    "slide": "(min-width: 64rem) 800px, 400px",
    "head": "(min-width: 64rem) 840px, 400px",
    "tile": "(min-width: 64rem) 400px, 260px",
    "bare": "(min-width: 64rem) 800px, 100vw",
}
DESKTOP = "(min-width: 64rem)"
WAN = 10_000
LATER = 'loading="lazy" decoding="async" fetchpriority="low"'
FULL_NANO = 1_000_000_000


@register.simple_tag
def product_card(product: Product, *, eager: bool = False) -> SafeString:
    """A product in a grid; `eager` where its picture is among the first that are seen."""
    return drawn(card_of(product, is_eager=eager is True))


@register.simple_tag
def mini_card(card: MiniCard) -> SafeString:
    """A small product in a row to swipe through."""
    return drawn(card)


@register.simple_tag
def picture(
    file: FieldFile | str, kind: str = "card", alt: str = "", *, eager: bool = False
) -> SafeString:
    """A square picture of goods in the size that the screen needs.

    `eager` for what a page shows first: it is asked for at once and before anything else.
    """
    return _picture(file if isinstance(file, str) else file.name or "", kind, alt, eager is True)


@lru_cache(maxsize=4096)
def _picture(name: str, kind: str, alt: str, eager: bool) -> SafeString:
    """A name tells a picture's content and size for ever: what is made of it is kept."""
    side = 800 if kind == "show" else 400
    many = pictures.srcset(name)
    sizes = format_html(' srcset="{}" sizes="{}"', many, SIZES[kind]) if many else ""
    how = 'fetchpriority="high"' if eager else LATER
    return format_html(
        '<img src="{}"{} alt="{}" width="{}" height="{}" {}>',
        default_storage.url(name),
        sizes,
        alt,
        side,
        side,
        SafeString(how),
    )


@register.simple_tag
def banner(file: FieldFile, kind: str) -> SafeString:
    """A zone's wide picture in the size that the screen needs; the head's is seen at once."""
    name = file.name or ""
    many = pictures.srcset(name)
    wide, high = pictures.size(name) or (1200, 480)
    return format_html(
        '<img src="{}"{} alt="" width="{}" height="{}" {}>',
        default_storage.url(name),
        format_html(' srcset="{}" sizes="{}"', many, BANNER_SIZES[kind]) if many else "",
        wide,
        high,
        SafeString('fetchpriority="high"' if kind == "head" else LATER),
    )


@register.simple_tag
def banner_slide(banner: Banner, *, eager: bool = False) -> SafeString:
    """The operator's banner on home; `eager` for the first, which is seen at once."""
    has_zone_tone = banner.tone == Banner.Tone.ZONE
    context = {
        "banner": banner,
        "zone_key": banner.target if has_zone_tone else "",
        "href": href_of(banner),
        "is_eager": eager is True,
    }
    return SafeString(get_template("shop/_banner.html").render(context))


@register.simple_tag
def banner_picture(banner: Banner, kind: str, *, eager: bool = False) -> SafeString:
    """The picture of the operator's banner: of the file that the screen's shape needs.

    Both files say their size, so that nothing moves when they come.
    """
    wide, tall = banner.picture.name or "", banner.picture_phone.name or ""
    how = SafeString('fetchpriority="high"' if eager is True else LATER)
    many, (width, height) = pictures.srcset(wide), pictures.size(wide) or (1200, 480)
    sizes = format_html(' srcset="{}" sizes="{}"', many, BANNER_SIZES[kind]) if many else ""
    shown = format_html(
        '<img src="{}"{} alt="{}" width="{}" height="{}" {}>',
        *(default_storage.url(wide), sizes, banner.alt, width, height, how),
    )
    if not tall:
        return shown
    width, height = pictures.size(tall) or (800, 480)
    return format_html(
        '<picture><source media="not all and {}" srcset="{}" sizes="100vw" '
        'width="{}" height="{}">{}</picture>',
        *(DESKTOP, pictures.srcset(tall), width, height, shown),
    )


@register.filter
def about(number: int) -> str:
    """A count as shops say it, floored: 12345 → 1.2万, 12.3k; below ten thousand exactly."""
    if number < WAN:
        return f"{number:,}"
    if (get_language() or "").startswith("en"):
        return decimals(number, 1000, 1) + "k"
    return decimals(number, WAN, 1) + "万"


@register.filter
def takes_off(coupon: Coupon) -> str:
    """What a coupon takes off, in few signs: ¥20, or 8.5折 (English: 15% off)."""
    if coupon.off_fen is not None:
        text = decimals(coupon.off_fen, 100, 2)
        return f"¥{text.removesuffix('.00')}"
    off_nano = coupon.off_nano or 0
    if (get_language() or "").startswith("en"):
        return f"−{percent(off_nano)}"
    rest = decimals(FULL_NANO - off_nano, FULL_NANO // 10, 2).rstrip("0").rstrip(".")
    return f"{rest}折"


@register.filter
def from_threshold(coupon: Coupon) -> str:
    """From what on a coupon counts, and how much it takes off at most."""
    threshold = whole_yuan(coupon.threshold_fen)
    if coupon.most_off_fen is None:
        return _("from %(threshold)s") % {"threshold": threshold}
    most = whole_yuan(coupon.most_off_fen)
    return _("from %(threshold)s, at most %(most)s") % {"threshold": threshold, "most": most}


@register.filter
def whole_yuan(amount_fen: int) -> str:
    """Fen as yuan without idle zeros: ¥199, ¥9.90."""
    return "¥" + decimals(amount_fen, 100, 2).removesuffix(".00")


@register.filter
def taken_percent(left: int, quantity: int) -> int:
    """How much of a quantity is gone, in whole percent, floored."""
    return (quantity - left) * 100 // quantity if quantity else 100
