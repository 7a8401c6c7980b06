"""Words and icons of paying and of what goes back."""

from django import template
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sharemall.payments.models import Refund
from sharemall.storefront.templatetags.money import yuan

register = template.Library()

# By the provider's key: its name and the icon.
PROVIDERS = {
    "sandbox": (_("Sandbox"), "shield-check"),
    "wechat": (_("WeChat Pay"), "message-circle"),
    "alipay": (_("Alipay"), "credit-card"),
}
STATES = {
    "waiting": _("being prepared"),
    "sent": _("on the way"),
    "done": _("arrived"),
    "failed": _("delayed: the shop is looking into it"),
}


@register.filter
def provider_name(key: str) -> str:
    """What people call a payment provider."""
    return str(PROVIDERS[key][0]) if key in PROVIDERS else key


@register.filter
def provider_icon(key: str) -> str:
    """The icon of a payment provider."""
    return PROVIDERS[key][1] if key in PROVIDERS else "credit-card"


@register.filter
def refund_means(refund: Refund) -> str:
    """Where what was paid goes back to."""
    if refund.means == Refund.Means.BALANCE:
        return gettext("To the cash balance")
    if refund.means == Refund.Means.COINS:
        return gettext("To the coins")
    return gettext("Through %(provider)s") % {"provider": provider_name(refund.provider)}


@register.filter
def refund_state(refund: Refund) -> str:
    """How far a refund is."""
    return str(STATES[refund.status])


@register.filter
def yuan_up(amount_micro: int) -> str:
    """Micro-yuan rounded up to fen: what is taken away is never shown too small."""
    return yuan(-(-amount_micro // 10_000) * 10_000)
