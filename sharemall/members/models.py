"""Members: one account per phone number; the account key is what the journal knows them by."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.indexes import BrinIndex
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language

from sharemall.members import regions

PHONE = RegexValidator(r"\A1[3-9][0-9]{9}\Z")


class MemberManager(BaseUserManager["Member"]):
    def create_user(self, phone: str, password: str | None = None, **fields: Any) -> "Member":
        """A member with this phone; without a password it cannot sign in."""
        member = self.model(phone=phone, **fields)
        member.set_password(password)
        member.save(using=self._db)
        return member


class Member(AbstractBaseUser):
    """A shopper. `account` is its id in the journal: never shown, never changed, never reused.

    `referrer` is fixed with the first order, at `first_ordered_at`, and never another one: the
    database refuses it.
    """

    phone = models.CharField(max_length=11, unique=True, validators=[PHONE])
    account = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=40)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False)
    joined_at = models.DateTimeField()
    referrer = models.ForeignKey("self", models.PROTECT, null=True, related_name="invitees")
    first_ordered_at = models.DateTimeField(null=True)

    objects: ClassVar[MemberManager] = MemberManager()

    USERNAME_FIELD = "phone"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        indexes = [
            models.Index(fields=["-joined_at", "-id"], name="member_list_by_day"),
            models.Index(
                fields=["name"], opclasses=["varchar_pattern_ops"], name="member_name_begins"
            ),
            models.Index(
                fields=["-id"], condition=models.Q(is_active=False), name="member_list_of_locked"
            ),
            models.Index(
                fields=["-id"], condition=models.Q(is_staff=True), name="member_list_of_staff"
            ),
            models.Index(
                fields=["referrer", "-id"],
                condition=models.Q(referrer__isnull=False),
                name="member_invitees",
            ),
            BrinIndex(fields=["joined_at"], name="member_joined", autosummarize=True),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(referrer=models.F("id")), name="member_not_its_own_referrer"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SignInFailure(models.Model):
    """A failed attempt to sign in: too many in a short time and the next ones must wait."""

    phone = models.CharField(max_length=11)
    address = models.GenericIPAddressField()
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["phone", "at"], name="failure_phone_at"),
            models.Index(fields=["address", "at"], name="failure_address_at"),
            models.Index(fields=["at"], name="failure_at"),
        ]

    def __str__(self) -> str:
        return f"{self.phone} {self.at:%Y-%m-%d %H:%M}"


class WeChatAccount(models.Model):
    """A member's account with WeChat, as the mall's official account knows it.

    An openid is somebody's for one official account (`app_id`) only.
    """

    member = models.OneToOneField(Member, models.PROTECT, related_name="wechat")
    app_id = models.CharField(max_length=64)
    openid = models.CharField(max_length=64)
    bound_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["app_id", "openid"], name="wechat_account_of_one"),
            models.CheckConstraint(condition=~models.Q(openid=""), name="wechat_account_is_one"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.app_id}"


class Device(models.Model):
    """A browser in which a member is signed in; without its session it is none any more."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="devices")
    session_key = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    address = models.GenericIPAddressField()
    signed_in_at = models.DateTimeField()
    seen_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.member_id} {self.name}"


class Address(models.Model):
    """Where a member's parcels go. Orders copy what they need: a member may remove it any time."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="addresses")
    name = models.CharField(max_length=40)
    phone = models.CharField(max_length=11, validators=[PHONE])
    district_code = models.CharField(max_length=6)
    detail = models.CharField(max_length=120)
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member"],
                condition=models.Q(is_default=True),
                name="address_one_default_a_member",
            ),
            models.CheckConstraint(
                condition=models.Q(district_code__regex=r"^[0-9]{6}$"),
                name="address_district_is_a_code",
            ),
            models.CheckConstraint(
                condition=~models.Q(name="") & ~models.Q(detail=""),
                name="address_says_who_and_where",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.detail}"

    @property
    def region(self) -> str:
        """Province, city and district in the language of the page; "" if they are no more."""
        try:
            return regions.full_name(self.district_code, get_language() or "")
        except regions.UnknownRegion:
            return ""
