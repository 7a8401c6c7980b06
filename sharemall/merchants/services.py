"""Writes: merchants and what they charge for sending. What shoppers read is checked for claims."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from sharemall.compliance import claims
from sharemall.merchants.freight import check_bands
from sharemall.merchants.models import PLATFORM, FreightRule, Merchant
from sharemall.saving import made_or_changed

TEXTS = ("name_zh", "name_en", "intro_zh", "intro_en")
OWN_SHOP = {"name_zh": "平台自营", "name_en": "The mall's own shop"}


@made_or_changed
def save_merchant(*, key: str, now: datetime, **fields: Any) -> Merchant:
    """Make or change a merchant: the fields that are given, the others stay.

    Raises BlockedClaims for its texts; ValidationError for ill-formed fields (the escrow's key, a
    commission of the platform's own shop); FieldDoesNotExist for a misspelt one. Locks its row.
    A higher commission is the caller's to check against the goods (catalogue.fit).
    """
    merchant = Merchant.objects.select_for_update(no_key=True).filter(key=key).first()
    merchant = merchant or Merchant(key=key, joined_at=now)
    _take_over(merchant, fields)
    merchant.full_clean(validate_unique=False)
    claims.refuse(getattr(merchant, name) for name in TEXTS)
    merchant.save()
    return merchant


def platform(now: datetime) -> Merchant:
    """The platform's own shop, made at `now` if it is not there yet."""
    merchant, _ = Merchant.objects.get_or_create(
        key=PLATFORM, defaults={**OWN_SHOP, "joined_at": now}
    )
    return merchant


@transaction.atomic
def save_freight_rule(
    *, merchant_key: str, name: str, rule_id: int | None = None, **fields: Any
) -> FreightRule:
    """Make a rule of a merchant, or change the one of this id, or else the one of this name.

    Raises ValidationError for ill-formed fields (`bands`: a sentence for each fault) and for a
    name that another rule of the merchant has; FreightRule.DoesNotExist for another's id;
    Merchant.DoesNotExist; FieldDoesNotExist. Locks the merchant's row, then the
    rule's.
    """
    # A second form that makes the rule waits here, and finds it.
    merchant = Merchant.objects.select_for_update(no_key=True).get(key=merchant_key)
    mine = FreightRule.objects.select_for_update(no_key=True).filter(merchant=merchant)
    if rule_id is None:
        rule = mine.filter(name=name).first() or FreightRule(merchant=merchant)
    else:
        rule = mine.get(pk=rule_id)
    _take_over(rule, {"name": name} | fields)
    if faults := check_bands(rule.bands, rule.unserved):
        raise ValidationError({"bands": faults})
    rule.full_clean()
    rule.save()
    return rule


def _take_over(row: Merchant | FreightRule, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        row._meta.get_field(name)  # a misspelt field is refused, not kept beside the others
        setattr(row, name, value)
