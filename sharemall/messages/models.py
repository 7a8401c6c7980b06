"""What a member is told, what leaves the house, codes that prove a phone, and how far telling is.

A message keeps its facts as plain values; its words are made when it is read (`kinds`).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from sharemall.members.models import PHONE


class Message(models.Model):
    """One thing that a member is told. `facts` are amounts, numbers and names, never sentences.

    `key` names what it is about: the same key again is the same message. `link` is the path of a
    page of the mall.
    """

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=24)
    key = models.CharField(max_length=80)
    facts = models.JSONField(default=dict)
    link = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["member", "-id"], name="message_list_of_member"),
            models.Index(
                fields=["member"], condition=Q(read_at__isnull=True), name="message_unread"
            ),
            models.Index(fields=["at"], condition=Q(kind="dividend"), name="message_to_sweep"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["member", "key"], name="message_told_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Preference(models.Model):
    """What a member wants to be told. Without a row it is all but the dividends in WeChat."""

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", primary_key=True
    )
    dividends = models.BooleanField(default=True)
    wechat_orders = models.BooleanField(default=True)
    wechat_dividends = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.member_id)


class Outgoing(models.Model):
    """Something to be sent by SMS or WeChat: written where it is caused, sent by the worker.

    `address` is a phone number or an openid. `secret` is a code, gone once it is sent. What is not
    sent by `expires_at` is not sent at all.
    """

    class Channel(models.TextChoices):
        SMS = "sms"
        WECHAT = "wechat"

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"  # the sender says no, or it was tried too often
        EXPIRED = "expired"

    channel = models.CharField(max_length=8, choices=Channel)
    address = models.CharField(max_length=64)
    kind = models.CharField(max_length=24)
    key = models.CharField(max_length=100, unique=True)
    facts = models.JSONField(default=dict)
    secret = models.CharField(max_length=8, blank=True)
    link = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=Q(state="waiting"), name="outgoing_next"
            ),
            models.Index(fields=["at"], name="outgoing_age"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting") | Q(secret=""), name="outgoing_keeps_no_secret"
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | ~Q(state="sent") & Q(sent_at__isnull=True),
                name="outgoing_sent_at_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.key}"


class SentMessage(models.Model):
    """What the sandbox took: nobody got it. The demo shows it."""

    channel = models.CharField(max_length=8)
    address = models.CharField(max_length=64)
    text = models.CharField(max_length=500)
    link = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=100, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.channel} {self.address}"


class Code(models.Model):
    """Six digits that were sent to a phone, kept as a keyed hash; good for one use."""

    class Purpose(models.TextChoices):
        SIGN_IN = "sign_in"
        PROVE = "prove"  # the member's own phone, before its password or phone changes
        PHONE = "phone"  # a new phone of a member
        BIND = "bind"  # a WeChat account gets a phone

    phone = models.CharField(max_length=11, validators=[PHONE])
    purpose = models.CharField(max_length=8, choices=Purpose)
    address = models.GenericIPAddressField()
    hash = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["phone", "-at"], name="code_of_phone"),
            models.Index(fields=["address", "-at"], name="code_of_address"),
            models.Index(fields=["at"], name="code_age"),
        ]

    def __str__(self) -> str:
        return f"{self.phone} {self.purpose}"


class Told(models.Model):
    """How far a round over the ledger is: the closed day, and the last account of it."""

    name = models.CharField(primary_key=True, max_length=16)
    day = models.DateField()
    account_id = models.BigIntegerField(default=0)
    begun_at = models.DateTimeField(null=True)
    is_quiet = models.BooleanField(default=False)  # what was so before is noted, not told

    def __str__(self) -> str:
        return f"{self.name} {self.day} {self.account_id}"


class Standing(models.Model):
    """What a member was last told of its holdings: the honour level, and that its exit is near.

    The key is the account's number in the ledger.
    """

    account_id = models.BigIntegerField(primary_key=True)
    level = models.SmallIntegerField(default=0)
    is_near = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.account_id} V{self.level}"
