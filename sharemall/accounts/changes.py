"""Changing what a member signs in with. The pages let codes prove the phones first.

Each change is one transaction with the message that tells of it.
"""

from datetime import datetime

from django.contrib.auth import password_validation
from django.db import IntegrityError, transaction

from sharemall.accounts.refusals import Refusal, Refused
from sharemall.members.models import Member
from sharemall.members.selectors import masked_phone
from sharemall.messages import services as messages


def change_phone(*, member: Member, phone: str, now: datetime) -> None:
    """The member signs in with this phone from now on. Raises Refused (PHONE_TAKEN, SAME_PHONE)."""
    if member.phone == phone:
        raise Refused(Refusal.SAME_PHONE)
    try:
        with transaction.atomic():
            Member.objects.filter(pk=member.pk).update(phone=phone)
            _tell(member, "phone_changed", now, phone=masked_phone(phone))
    except IntegrityError:
        raise Refused(Refusal.PHONE_TAKEN) from None
    member.phone = phone


@transaction.atomic
def change_password(*, member: Member, password: str, now: datetime) -> None:
    """The member signs in with this password from now on; sessions made before end.

    Raises ValidationError for one that is easily guessed.
    """
    password_validation.validate_password(password, member)
    member.set_password(password)
    member.save(update_fields=["password"])
    _tell(member, "password_changed", now)


def _tell(member: Member, kind: str, now: datetime, **facts: str) -> None:
    messages.send(
        member_id=member.pk,
        kind=kind,
        key=f"{kind}-{now.timestamp()}",
        facts=facts,
        link="/me/settings/",
        now=now,
    )
