"""What the cashier offers: the means of the wallet, and the providers' ways that work here."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from sharemall.language import in_language
from sharemall.payments.providers import Place, Provider, Way
from sharemall.payments.registry import providers
from sharemall.payments.wallet import Means
from sharemall.storefront.face import Face
from sharemall.storefront.forms.paying import WALLET, Draft, yuan_of
from sharemall.storefront.templatetags.money import fen, points

PAYERS = "payer_ids"  # in the session: provider → the payer's number there
PHONES = ("Android", "iPhone", "Mobile", "HarmonyOS")


@dataclass(frozen=True, slots=True)
class WalletRow:
    """One means of the wallet: what is held of it and what stands in its field."""

    name: str
    label: str
    held: str
    typed: str
    fault: str


@dataclass(frozen=True, slots=True)
class OfferedWay:
    """One way of one provider, as a choice."""

    provider: str
    value: str
    name: str
    hint: str
    is_chosen: bool


def wallet_rows(draft: Draft, means: Means, brand: Face) -> list[WalletRow]:
    """The means that the member holds something of."""
    shares = _("%(shares)s, worth %(value)s after the fee") % {
        "shares": points(means.shares_micro),
        "value": fen(means.shares_fen),
    }
    labels = {
        "coins": (brand.coins, _("You have %(amount)s") % {"amount": fen(means.coins_fen)}),
        "balance": (
            _("Cash balance"),
            _("You have %(amount)s") % {"amount": fen(means.balance_fen)},
        ),
        "shares": (brand.shares, shares),
    }
    return [
        WalletRow(
            name=name,
            label=labels[name][0][:1].upper() + labels[name][0][1:],
            held=labels[name][1],
            typed=yuan_of(getattr(draft, f"{name}_fen")),
            fault=draft.faults.get(name, ""),
        )
        for name in WALLET
        if getattr(means, f"{name}_fen") or getattr(draft, f"{name}_fen") or name in draft.faults
    ]


def ways(request: HttpRequest, draft: Draft) -> list[OfferedWay]:
    """The ways that work in the shopper's browser; without a choice the first is chosen."""
    place = _place(request.headers.get("User-Agent", ""))
    found = [
        (provider, way)
        for provider in providers()
        for way in provider.ways
        if way.place in (Place.ANYWHERE, place)
        and (payer_id(request, provider.key) or not way.needs_payer_id)
    ]
    values = [_value(provider, way) for provider, way in found]
    chosen = f"{draft.provider}:{draft.way}"
    if chosen not in values:
        chosen = values[0] if values else ""
    return [
        OfferedWay(
            provider=provider.key,
            value=_value(provider, way),
            name=in_language(provider.name_zh, provider.name_en),
            hint=in_language(way.name_zh, way.name_en),
            is_chosen=_value(provider, way) == chosen,
        )
        for provider, way in found
    ]


def payer_id(request: HttpRequest, provider: str) -> str:
    """Who the shopper is at the provider, for ways inside its own app; "" if nobody told us.

    Whatever signs a shopper in through the provider keeps this in the session.
    """
    known = request.session.get(PAYERS, {})
    return str(known.get(provider, ""))


def _value(provider: Provider, way: Way) -> str:
    return f"{provider.key}:{way.key}"


def _place(agent: str) -> Place:
    if "MicroMessenger" in agent:
        return Place.WECHAT
    return Place.PHONE if any(word in agent for word in PHONES) else Place.COMPUTER
