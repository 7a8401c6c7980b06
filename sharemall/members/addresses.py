"""A member's addresses: at most 20, and where there are any, exactly one is the default.

Writes lock the member's row and nothing else, so two of them at once follow each other.
"""

import unicodedata
from datetime import datetime
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from sharemall.members import regions
from sharemall.members.models import PHONE, Address, Member

MOST = 20
# Control and formatting characters, halves of pairs, ends of lines and paragraphs. Rare characters
# of place names that this Python does not know yet are none of these.
UNPRINTABLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


class AddressRefusal(StrEnum):
    """Every reason an address service may give."""

    UNKNOWN_ADDRESS = "unknown_address"  # the member has none with this id
    UNKNOWN_REGION = "unknown_region"  # no district or county has this code
    TOO_MANY = "too_many"
    BAD_NAME = "bad_name"  # empty, too long or with control characters; so are the next
    BAD_PHONE = "bad_phone"
    BAD_DETAIL = "bad_detail"


class AddressRefused(Exception):
    """A service refused and changed nothing."""

    def __init__(self, refusal: AddressRefusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


def addresses(member: Member) -> list[Address]:
    """The member's addresses: the default one first, then the newest."""
    return list(_of(member).order_by("-is_default", "-created_at", "-pk"))


def address(member: Member, id: int) -> Address | None:
    """The member's address with this id; None for another's."""
    return _of(member).filter(pk=id).first()


@transaction.atomic
def save(
    *,
    member: Member,
    address_id: int | None,
    name: str,
    phone: str,
    district_code: str,
    detail: str,
    is_default: bool,
    now: datetime,
) -> Address:
    """A new address, or what changes in the one with this id.

    The first one is the default, and a default one stays it until another is. Raises
    AddressRefused for every reason, having changed nothing.
    """
    texts = {
        "name": _text(name, 40, AddressRefusal.BAD_NAME),
        "phone": _phone(phone),
        "district_code": _district(district_code),
        "detail": _text(detail, 120, AddressRefusal.BAD_DETAIL),
    }
    _lock(member)
    found = _new(member, now) if address_id is None else _owned(member, address_id)
    for field, text in texts.items():
        setattr(found, field, text)
    found.save()
    if is_default or not _of(member).filter(is_default=True).exists():
        _prefer(found)
    return found


@transaction.atomic
def remove(*, member: Member, address_id: int) -> bool:
    """Remove the member's address; of the others the newest becomes the default if it was.

    A second call, or one for another's address, changes nothing and says False.
    """
    _lock(member)
    found = address(member, address_id)
    if found is None:
        return False
    found.delete()
    newest = _of(member).order_by("-created_at", "-pk").first()
    if found.is_default and newest is not None:
        _prefer(newest)
    return True


@transaction.atomic
def make_default(*, member: Member, address_id: int) -> Address:
    """Make this address the member's default. Raises AddressRefused (UNKNOWN_ADDRESS)."""
    _lock(member)
    found = _owned(member, address_id)
    _prefer(found)
    return found


def _of(member: Member) -> QuerySet[Address]:
    return Address.objects.filter(member=member)


def _lock(member: Member) -> None:
    """Others may still write rows that point to the member: an order need not wait for this."""
    Member.objects.select_for_update(no_key=True).get(pk=member.pk)


def _owned(member: Member, address_id: int) -> Address:
    found = address(member, address_id)
    if found is None:
        raise AddressRefused(AddressRefusal.UNKNOWN_ADDRESS)
    return found


def _new(member: Member, now: datetime) -> Address:
    if _of(member).count() >= MOST:
        raise AddressRefused(AddressRefusal.TOO_MANY)
    return Address(member=member, created_at=now)


def _prefer(chosen: Address) -> None:
    """The old default first: the database allows one at any moment."""
    _of(chosen.member).filter(is_default=True).exclude(pk=chosen.pk).update(is_default=False)
    chosen.is_default = True
    chosen.save(update_fields=["is_default"])


def _text(given: str, most: int, refusal: AddressRefusal) -> str:
    """The text without blanks around it, if it says something and can be printed on a parcel."""
    text = given.strip()
    if not 0 < len(text) <= most or any(unicodedata.category(one) in UNPRINTABLE for one in text):
        raise AddressRefused(refusal)
    return text


def _phone(given: str) -> str:
    text = given.strip()
    try:
        PHONE(text)
    except ValidationError:
        raise AddressRefused(AddressRefusal.BAD_PHONE) from None
    return text


def _district(given: str) -> str:
    code = given.strip()
    if not regions.is_district(code):
        raise AddressRefused(AddressRefusal.UNKNOWN_REGION)
    return code
