"""Links, who followed whose, and what tells two accounts of one person."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Link(models.Model):
    """A member's code; made when it is first asked for, and never another one."""

    member = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True)
    code = models.CharField(max_length=8, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.code


class Referral(models.Model):
    """Whose link a member followed last, and what became of that at its first order.

    Until then it is a candidate, and the next link takes its place. What is settled stays:
    `Member.referrer` is the referrer of a fixed one, and a refused one says why.
    """

    class State(models.TextChoices):
        CANDIDATE = "candidate"
        FIXED = "fixed"
        REFUSED = "refused"

    class Reason(models.TextChoices):
        NONE = ""
        SELF = "self"  # one's own link
        CIRCLE = "circle"  # the referrer was invited by the member, directly or further on
        CLOSED = "closed"  # the referrer's account is closed
        PHONE = "phone"  # both accounts have been seen with one phone
        DEVICE = "device"  # in one browser
        PAYER = "payer"  # paying from one account with a provider

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="referral"
    )
    referrer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.CANDIDATE)
    reason = models.CharField(max_length=10, choices=Reason, default=Reason.NONE, blank=True)
    followed_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["-member"], condition=Q(state="refused"), name="referral_refused"),
            models.Index(fields=["state", "-member"], name="referral_list_by_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="candidate", settled_at__isnull=True)
                | ~Q(state="candidate") & Q(settled_at__isnull=False),
                name="referral_settled_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(state="refused") & ~Q(reason="") | ~Q(state="refused") & Q(reason=""),
                name="referral_refused_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} by {self.referrer_id}: {self.state}"


class Trace(models.Model):
    """Something an account was seen with, as a keyed hash: two accounts with one are one person's.

    Phones and devices come from signing in, payers from what a provider says of a payment.
    """

    class Kind(models.TextChoices):
        PHONE = "phone"
        DEVICE = "device"
        PAYER = "payer"

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6, choices=Kind)
    mark = models.CharField(max_length=64)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "kind", "mark"], name="trace_of_a_member_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.kind}"


class DepthCheck(models.Model):
    """How far from a buyer the sales of the journal paid anybody, up to a position of it.

    `greatest` is 1 where only direct referrers got anything, 0 where nobody did; of the `payouts`
    to others than the buyers, `unrelated` went to whom no referral leads.
    """

    position = models.BigIntegerField()
    greatest = models.PositiveIntegerField()
    payouts = models.BigIntegerField()
    unrelated = models.BigIntegerField()
    checked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.greatest} up to {self.position}"
