"""Staff with a role, and a browser that has proved its second factor."""

import time

from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from sharemall.clock import services as clock
from sharemall.members.models import Member
from sharemall.office.models import Post, Role


def employ(member: Member, *roles: Role) -> Member:
    """Let the member work in these roles (the owner if none is named), with a phone for codes."""
    for role in roles or (Role.OWNER,):
        Post.objects.get_or_create(member=member, role=role, defaults={"given_at": clock.now()})
    Member.objects.filter(pk=member.pk).update(is_staff=True)
    TOTPDevice.objects.get_or_create(user=member, defaults={"name": "phone"})
    member.refresh_from_db()
    return member


def sign_in(client: Client, member: Member) -> Client:
    """The client as this member's browser, the second factor proved where there is one."""
    client.force_login(member)
    device = TOTPDevice.objects.filter(user=member, confirmed=True).first()
    if device is not None:
        session = client.session
        session[DEVICE_ID_SESSION_KEY] = device.persistent_id
        session.save()
    return client


def code_of(member: Member, *, later: int = 0) -> str:
    """The code that the member's phone shows, now or so many steps later."""
    device = TOTPDevice.objects.get(user=member)
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits)
    totp.time = time.time() + later * device.step
    return f"{totp.token():06d}"
