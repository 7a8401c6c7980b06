"""The second factor: a code from the phone (TOTP), or one of ten recovery codes.

django-otp keeps the keys, checks the codes, and makes guessing slower with every wrong one; a
phone's clock is real, so codes go by the real time, whatever the mall's clock says.
"""

import secrets
from math import ceil

from django.db import transaction
from django.utils import timezone
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from sharemall.members.models import Member
from sharemall.office.refusals import Refusal, Refused

RECOVERY_CODES = 10
# Without letters that look alike.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def is_set_up(member: Member) -> bool:
    """Whether the member has a phone that makes its codes."""
    return bool(TOTPDevice.objects.filter(user=member, confirmed=True).exists())


@transaction.atomic
def begin(*, member: Member) -> TOTPDevice:
    """The key to be put into the phone; the same one until a code confirms it.

    Raises Refused (SET_UP_ALREADY).
    """
    Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    device = TOTPDevice.objects.filter(user=member).order_by("-confirmed").first()
    if device is not None and device.confirmed:
        raise Refused(Refusal.SET_UP_ALREADY)
    return device or TOTPDevice.objects.create(user=member, name="phone", confirmed=False)


def confirm(*, member: Member, code: str) -> tuple[TOTPDevice, list[str]]:
    """The phone makes the right codes: from now on it is asked for; its recovery codes.

    Raises Refused (SET_UP_ALREADY, WRONG_CODE, TOO_MANY_CODES).
    """
    device = begin(member=member)
    _check(TOTPDevice, device.pk, code)
    with transaction.atomic():
        TOTPDevice.objects.filter(pk=device.pk).update(confirmed=True)
        return device, renew_recovery_codes(member=member)


@transaction.atomic
def renew_recovery_codes(*, member: Member) -> list[str]:
    """Ten new codes, each good for one sign-in without the phone; the old ones are void."""
    Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    StaticDevice.objects.filter(user=member).delete()
    device = StaticDevice.objects.create(user=member, name="recovery")
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def recovery_codes_left(member: Member) -> int:
    """How many recovery codes the member can still use."""
    return int(StaticToken.objects.filter(device__user=member, device__confirmed=True).count())


def verify(*, member: Member, code: str) -> Device:
    """The device that this code is of. Each code counts once, however often it is sent.

    Raises Refused (WRONG_CODE, TOO_MANY_CODES).
    """
    written = code.replace(" ", "").replace("-", "").lower()
    is_of_phone = written.isdecimal() and len(written) == 6
    kind = TOTPDevice if is_of_phone else StaticDevice
    device = kind.objects.filter(user=member, confirmed=True).first()
    if device is None:
        raise Refused(Refusal.WRONG_CODE)
    return _check(kind, device.pk, written)


def reset(*, member: Member) -> None:
    """The phone is lost: at the next sign-in the member sets up another one."""
    with transaction.atomic():
        for kind in (TOTPDevice, StaticDevice):
            kind.objects.filter(user=member).delete()


def _check(kind: type[TOTPDevice] | type[StaticDevice], pk: int, code: str) -> Device:
    # The row is held: a code that is sent twice at once is taken once.
    with transaction.atomic():
        device = kind.objects.select_for_update().get(pk=pk)
        allowed, why = device.verify_is_allowed()
        right = allowed and bool(device.verify_token(code))
    if not allowed:
        wait = (why or {})["locked_until"] - timezone.now()
        raise Refused(Refusal.TOO_MANY_CODES, max(1, ceil(wait.total_seconds())))
    if not right:
        raise Refused(Refusal.WRONG_CODE)
    return device
