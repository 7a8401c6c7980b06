"""The codes of the demo's staff, so that the console can be tried without a phone.

Only accounts that the demo made, only in demo mode: nowhere else does a code show itself.
"""

import time

from django.conf import settings
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from sharemall.members.models import Member


def current_code(member: Member) -> str | None:
    """The code that this demo account's phone would show now."""
    if settings.MODE != "demo" or not member.is_demo:
        return None
    device = TOTPDevice.objects.filter(user=member, confirmed=True).first()
    if device is None:
        return None
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    totp.time = time.time()
    if totp.t() <= device.last_t:  # this one was used: the next is taken as well
        totp.drift += 1
    return f"{totp.token():0{device.digits}d}"
