"""The key of an account in the ledger, from what somebody would type."""

from sharemall.ledger import searching
from sharemall.ledger.reasons import POOL_ACCOUNTS
from sharemall.members.models import Member
from sharemall.merchants.models import Merchant


def account_key(text: str) -> str | None:
    """ "m:ann" for a member's account or phone, "s:farm" for a shop, ".reserve" as it is.

    A member goes before a shop of the same name; with its prefix a key is taken as it is. None if
    neither the mall nor the ledger knows it.
    """
    text = text.strip()
    if text in POOL_ACCOUNTS:
        return text
    if text[:2] in ("m:", "s:") and searching.is_account(text):
        return text
    phone = Member.objects.filter(phone=text).values_list("account", flat=True).first()
    if phone is not None:
        return f"m:{phone}"
    for key in (f"m:{text}", f"s:{text}"):
        if searching.is_account(key):
            return key
    if Member.objects.filter(account=text).exists():
        return f"m:{text}"
    return f"s:{text}" if Merchant.objects.filter(key=text).exists() else None
