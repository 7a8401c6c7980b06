"""Who signs in by a code or through WeChat.

A code proves a phone: whoever signs in with one for the first time has an account by it. An openid
is bound to one member of the mall and the other way round; the database holds both.
"""

import os
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from sharemall.accounts.refusals import Refusal, Refused
from sharemall.members import official, services
from sharemall.members.models import Member, WeChatAccount
from sharemall.members.official import Official
from sharemall.members.official_sandbox import SandboxOfficial
from sharemall.messages import codes
from sharemall.messages import services as messages


def by_code(*, phone: str, digits: str, address: str, purpose: str, now: datetime) -> Member:
    """The member of the phone that the code proves; a new one if the phone has none.

    Wrong codes count as failed sign-ins of the phone and the address. Must not be called inside a
    transaction. Raises members.services.TooManyFailures, codes.WrongCode, codes.NoCode, Refused
    (CLOSED).
    """
    services.refuse_after_failures(phone, address, now)
    try:
        codes.check(phone=phone, purpose=purpose, digits=digits, now=now)
    except codes.WrongCode:
        services.count_failure(phone, address, now)
        raise
    member = Member.objects.filter(phone=phone).first() or _new(phone)
    if not member.is_active:
        raise Refused(Refusal.CLOSED)
    return member


def _new(phone: str) -> Member:
    name = _("Member %(digits)s") % {"digits": phone[-4:]}
    try:
        return services.register(phone=phone, password=None, name=name)
    except services.PhoneTaken:  # at the same moment
        return Member.objects.get(phone=phone)


def wechat() -> Official | SandboxOfficial | None:
    """The official account that members can sign in through; in the demo its stand-in."""
    real = official.opened()
    return SandboxOfficial() if real is None and settings.MODE == "demo" else real


def by_openid(*, app_id: str, openid: str) -> Member | None:
    """The active member that this openid is bound to. Raises Refused (CLOSED)."""
    account = WeChatAccount.objects.filter(app_id=app_id, openid=openid)
    found = account.select_related("member").first()
    if found is None:
        return None
    if not found.member.is_active:
        raise Refused(Refusal.CLOSED)
    return found.member


def bind(*, member: Member, app_id: str, openid: str, now: datetime) -> None:
    """Let the openid sign the member in from now on; the same again changes nothing.

    The member is told. Raises Refused (WECHAT_TAKEN, HAS_WECHAT).
    """
    try:
        with transaction.atomic():
            WeChatAccount.objects.create(member=member, app_id=app_id, openid=openid, bound_at=now)
            messages.send(
                member_id=member.pk,
                kind="wechat_bound",
                key=f"wechat-{now.timestamp()}",
                link="/me/settings/",
                now=now,
            )
    except IntegrityError:
        owner = WeChatAccount.objects.filter(app_id=app_id, openid=openid).first()
        if owner is None:
            raise Refused(Refusal.HAS_WECHAT) from None
        if owner.member_id != member.pk:
            raise Refused(Refusal.WECHAT_TAKEN) from None


def unbind(*, member: Member) -> bool:
    """WeChat does not sign the member in any more; False if it did not before."""
    return WeChatAccount.objects.filter(member=member).delete()[0] > 0


def openid_of(member: Member, app_id: str) -> str:
    """The member's openid for this official account; "" without one."""
    found = WeChatAccount.objects.filter(member=member, app_id=app_id)
    return found.values_list("openid", flat=True).first() or ""


def payer_ids(member: Member) -> dict[str, str]:
    """The member's numbers at payment providers, by the provider's name.

    WeChat Pay takes the openid that belongs to the application that its account names.
    """
    app_id = os.environ.get("SHAREMALL_WECHAT_APP_ID", "").strip()
    openid = openid_of(member, app_id) if app_id else ""
    return {"wechat": openid} if openid else {}
