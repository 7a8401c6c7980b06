"""Reads: merchants and their freight rules."""

from collections.abc import Collection

from sharemall.merchants.models import FreightRule, Merchant


def merchants() -> list[Merchant]:
    """The open shops, the oldest first."""
    return list(Merchant.objects.filter(is_open=True))


def merchant(key: str) -> Merchant | None:
    """An open shop by its key; None where there is none."""
    return Merchant.objects.filter(key=key, is_open=True).first()


def open_among(keys: Collection[str]) -> set[str]:
    """Those of these keys that are open shops'. No query without keys."""
    if not keys:
        return set()
    return set(Merchant.objects.filter(key__in=keys, is_open=True).values_list("key", flat=True))


def every_merchant() -> list[Merchant]:
    """All shops, closed ones too: for the platform's staff."""
    return list(Merchant.objects.all())


def freight_rules(merchant_key: str) -> list[FreightRule]:
    """A merchant's rules, the oldest first."""
    return list(FreightRule.objects.filter(merchant_id=merchant_key))
