"""The demo's office: a colleague in every role, each with a phone that makes codes."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django_otp.plugins.otp_totp.models import TOTPDevice

from sharemall.demo import people
from sharemall.members.models import Member
from sharemall.office.models import Post, Role

# By phone: a name and a role. The owner is the demo's first member of the staff, people.STAFF.
COLLEAGUES = {
    "13800000010": ("小运", Role.OPERATIONS),
    "13800000011": ("小财", Role.FINANCE),
    "13800000012": ("小服", Role.SERVICE),
    "13800000013": ("小审", Role.AUDITOR),
}


def add_office(end: datetime) -> None:
    """Make the colleagues, their roles and their phones; again: nothing."""
    password = make_password(people.PASSWORD)
    colleagues = [
        Member(
            account=f"demo-{phone}",
            name=name,
            phone=phone,
            password=password,
            is_demo=True,
            is_staff=True,
            joined_at=end,
        )
        for phone, (name, _) in COLLEAGUES.items()
    ]
    Member.objects.bulk_create(colleagues, ignore_conflicts=True)
    roles = {phone: role for phone, (_, role) in COLLEAGUES.items()} | {people.STAFF: Role.OWNER}
    for member in Member.objects.filter(phone__in=roles, is_demo=True):
        Post.objects.get_or_create(
            member=member, role=roles[member.phone], defaults={"given_at": end}
        )
        if not TOTPDevice.objects.filter(user=member).exists():
            TOTPDevice.objects.create(user=member, name="phone", confirmed=True)
