"""Reads of members."""

from sharemall.members.models import Member


def demo_accounts() -> list[Member]:
    """The members that one click signs in, in demo mode only."""
    return list(
        Member.objects.filter(is_demo=True, is_active=True)
        .order_by("phone")
        .prefetch_related("posts")[:12]
    )


def demo_account(phone: str) -> Member | None:
    """The demo account of this phone."""
    return Member.objects.filter(is_demo=True, is_active=True, phone=phone).first()


def masked_phone(phone: str) -> str:
    """A phone number that its owner recognises and nobody else can read: 138****5678."""
    return f"{phone[:3]}****{phone[-4:]}"
