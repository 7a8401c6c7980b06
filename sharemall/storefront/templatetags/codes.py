"""QR codes in templates."""

from django import template
from django.utils.safestring import SafeString

from sharemall.storefront import codes

register = template.Library()


@register.filter
def qr(text: str) -> SafeString:
    """The text as a QR code, silent to screen readers: say beside it what it is."""
    return codes.drawing(text)
