"""The browsers in which a member is signed in: seen, named, and signed out from afar."""

import re
from datetime import date, datetime
from importlib import import_module

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet

from sharemall.members.models import Device, Member
from sharemall.messages import services as messages

# In the order of asking: many browsers also name those that they descend from.
BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
UNKNOWN = "?"


def name_of(agent: str) -> str:
    """Browser and system as a person would say them: "Chrome, Windows"; "?" for what is unknown."""
    found = [
        next((name for mark, name in names if re.search(rf"\b{mark}", agent)), UNKNOWN)
        for names in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(found)


@transaction.atomic
def signed_in(
    *, member: Member, session_key: str, agent: str, address: str, today: date, now: datetime
) -> Device:
    """Note that the member signed in here; who has other devices is told of one of a new name."""
    mine = Device.objects.filter(member=member)
    mine.exclude(session_key__in=_living(mine)).delete()
    name = name_of(agent)
    names = set(mine.values_list("name", flat=True))
    device, is_new = Device.objects.update_or_create(
        session_key=session_key,
        defaults={
            "member": member,
            "name": name,
            "address": address,
            "signed_in_at": now,
            "seen_on": today,
        },
    )
    if is_new and names and name not in names:
        messages.send(
            member_id=member.pk,
            kind="signed_in",
            key=f"device-{device.pk}",
            facts={"device": name},
            link="/me/settings/devices/",
            now=now,
        )
    return device


def seen(*, session_key: str, today: date) -> None:
    """The device was used today."""
    Device.objects.filter(session_key=session_key, seen_on__lt=today).update(seen_on=today)


def moved(*, before: str, after: str) -> None:
    """The session of a device has another key now."""
    Device.objects.filter(session_key=before).update(session_key=after)


def devices(member: Member) -> list[Device]:
    """Where the member is signed in now, the newest first."""
    mine = Device.objects.filter(member=member)
    return list(mine.filter(session_key__in=_living(mine)).order_by("-signed_in_at", "-pk"))


def sign_out(*, member: Member, device_id: int) -> bool:
    """End the session of the member's own device; False if there is none such."""
    return _end(Device.objects.filter(member=member, pk=device_id)) > 0


def sign_out_others(*, member: Member, session_key: str) -> int:
    """End every session of the member's but this one; how many devices that was."""
    return _end(Device.objects.filter(member=member).exclude(session_key=session_key))


def sign_out_all(*, member: Member) -> int:
    """End every session of the member's; how many devices that was."""
    return _end(Device.objects.filter(member=member))


def left(*, session_key: str) -> None:
    """Signed out here, by the member itself."""
    Device.objects.filter(session_key=session_key).delete()


@transaction.atomic
def _end(found: QuerySet[Device]) -> int:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    ended = list(found.values_list("pk", "session_key"))
    for _pk, key in ended:
        store(key).delete()
    return Device.objects.filter(pk__in=[pk for pk, _ in ended]).delete()[0]


def _living(found: QuerySet[Device]) -> QuerySet[Session, str]:
    """The keys of sessions that are still there; an old one ends by itself when it is used."""
    keys = found.values("session_key")
    return Session.objects.filter(session_key__in=keys).values_list("session_key", flat=True)
