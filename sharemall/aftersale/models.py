"""Cases of after-sale: money back, goods back, another piece; and every step of each."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from sharemall.merchants.models import Merchant
from sharemall.orders.models import Order, OrderLine

MOST_PICTURES = 6
MOST_CHARACTERS = 500

WAITING = ["asked", "offered", "declined", "arbitration", "to_send", "sent_back", "resent"]
OPEN = [*WAITING, "paying"]


class Case(models.Model):
    """What a member asks for with some pieces of one line, from asking to its end.

    Amounts in fen: `asked_fen` for the pieces; `agreed_fen` of it was granted, with `freight_fen`
    of the order's freight; the three means say how it was refunded. The merchant may offer less:
    `offered_quantity` pieces and `offered_fen`; once the member `took_offer`, that is all that can
    be granted. `is_goodwill`: the order was completed before, so the merchant pays it of its own,
    as cash. `due_at` is when the case goes on by itself (deadlines.py). `attempt` counts the tries
    to pay a goodwill refund: the ids of the journal's events carry it; `refused_code` is why the
    last one was refused.
    """

    class Kind(models.TextChoices):
        REFUND = "refund"  # the money, and nothing is sent back
        RETURN = "return"  # the goods go back, then the money
        EXCHANGE = "exchange"  # the goods go back, then others come

    class Reason(models.TextChoices):
        UNWANTED = "unwanted"  # does not please, does not fit, one too many
        FAULTY = "faulty"
        DAMAGED = "damaged"  # on the way
        WRONG = "wrong"  # not what was ordered or described
        MISSING = "missing"  # less than was ordered
        NOT_ARRIVED = "not_arrived"
        OTHER = "other"

    class State(models.TextChoices):
        ASKED = "asked"  # the merchant has to answer
        OFFERED = "offered"  # the merchant offers less: the member has to answer
        DECLINED = "declined"  # the member may ask for arbitration
        ARBITRATION = "arbitration"  # the platform has to decide
        TO_SEND = "to_send"  # the member has to send the goods back
        SENT_BACK = "sent_back"  # the merchant has to confirm them
        RESENT = "resent"  # the member has to confirm the other piece
        PAYING = "paying"  # a goodwill refund is on its way through the journal
        REFUNDED = "refunded"
        EXCHANGED = "exchanged"
        CLOSED = "closed"  # nothing came of it: see `closed_because`

    class Closed(models.TextChoices):
        NOT = ""
        WITHDRAWN = "withdrawn"
        NOT_ANSWERED = "not_answered"  # a goodwill refund that the merchant did not agree to
        NOT_GIVEN = "not_given"  # likewise, it said no
        NOT_APPEALED = "not_appealed"  # declined, and the member left it at that
        NOT_SENT = "not_sent"  # the goods did not go back in time
        REJECTED = "rejected"  # by the platform

    no = models.CharField(max_length=36, unique=True)
    number = models.PositiveSmallIntegerField()
    order = models.ForeignKey(Order, models.PROTECT, related_name="cases")
    line = models.ForeignKey(OrderLine, models.PROTECT, related_name="cases")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="+")
    key = models.UUIDField()
    kind = models.CharField(max_length=10, choices=Kind)
    quantity = models.PositiveIntegerField()
    reason = models.CharField(max_length=12, choices=Reason)
    text = models.CharField(max_length=MOST_CHARACTERS, blank=True)
    state = models.CharField(max_length=12, choices=State)
    closed_because = models.CharField(max_length=12, choices=Closed, default=Closed.NOT, blank=True)
    is_goodwill = models.BooleanField()
    asked_fen = models.BigIntegerField()
    agreed_fen = models.BigIntegerField(default=0)
    offered_quantity = models.PositiveIntegerField(default=0)
    offered_fen = models.BigIntegerField(default=0)
    took_offer = models.BooleanField(default=False)
    freight_fen = models.BigIntegerField(default=0)
    coins_fen = models.BigIntegerField(default=0)
    balance_fen = models.BigIntegerField(default=0)
    provider_fen = models.BigIntegerField(default=0)
    attempt = models.PositiveIntegerField(default=0)
    refused_code = models.CharField(max_length=40, blank=True)
    return_to = models.CharField(max_length=200, blank=True)
    carrier = models.CharField(max_length=40, blank=True)
    tracking_no = models.CharField(max_length=40, blank=True)
    resent_carrier = models.CharField(max_length=40, blank=True)
    resent_tracking_no = models.CharField(max_length=40, blank=True)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["member", "-id"], name="case_list_of_member"),
            models.Index(fields=["state", "-id"], name="case_list_by_state"),
            models.Index(fields=["-asked_at", "-id"], name="case_list_by_day"),
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="case_due"),
            models.Index(fields=["id"], condition=Q(state="paying"), name="case_paying"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["member", "key"], name="case_form_sent_once"),
            models.UniqueConstraint(fields=["order", "number"], name="case_numbered_in_its_order"),
            models.UniqueConstraint(
                fields=["line"], condition=Q(state__in=OPEN), name="case_open_once_a_line"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, asked_fen__gte=0, freight_fen__gte=0)
                & Q(agreed_fen__gte=0, agreed_fen__lte=F("asked_fen")),
                name="case_amounts",
            ),
            models.CheckConstraint(
                condition=Q(offered_quantity=0, offered_fen=0, took_offer=False)
                | Q(offered_quantity__gt=0, offered_quantity__lte=F("quantity"))
                & Q(offered_fen__gte=0, offered_fen__lte=F("asked_fen")),
                name="case_offer_is_within_what_was_asked",
            ),
            models.CheckConstraint(
                condition=Q(took_offer=False) | Q(agreed_fen__lte=F("offered_fen")),
                name="case_grants_no_more_than_the_offer_taken",
            ),
            models.CheckConstraint(
                condition=~Q(state="offered") | Q(offered_quantity__gt=0, took_offer=False),
                name="case_offered_something",
            ),
            models.CheckConstraint(
                condition=Q(coins_fen__gte=0, balance_fen__gte=0, provider_fen__gte=0)
                & (
                    Q(
                        state="refunded",
                        agreed_fen=F("coins_fen")
                        + F("balance_fen")
                        + F("provider_fen")
                        - F("freight_fen"),
                    )
                    | ~Q(state="refunded") & Q(coins_fen=0, balance_fen=0, provider_fen=0)
                ),
                name="case_refunded_what_was_agreed",
            ),
            models.CheckConstraint(
                condition=Q(is_goodwill=False) | Q(coins_fen=0, provider_fen=0, freight_fen=0),
                name="case_goodwill_is_cash",
            ),
            models.CheckConstraint(
                condition=Q(state__in=WAITING, due_at__isnull=False)
                | ~Q(state__in=WAITING) & Q(due_at__isnull=True),
                name="case_waits_until_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, ended_at__isnull=True)
                | ~Q(state__in=OPEN) & Q(ended_at__isnull=False),
                name="case_ended_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(state="closed") & ~Q(closed_because="")
                | ~Q(state="closed") & Q(closed_because=""),
                name="case_closed_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="paying") | Q(is_goodwill=True), name="case_paying_is_goodwill"
            ),
        ]

    def __str__(self) -> str:
        return self.no

    @property
    def is_open(self) -> bool:
        """Whether something is still to come."""
        return self.state in OPEN

    @property
    def pieces(self) -> int:
        """How many pieces it is about: those asked for, or those of the offer that was taken."""
        return self.offered_quantity if self.took_offer else self.quantity

    @property
    def most_fen(self) -> int:
        """The most that can be granted for them."""
        return self.offered_fen if self.took_offer else self.asked_fen

    @property
    def can_appeal(self) -> bool:
        """Whether the platform may be asked. Goodwill that was never agreed to is the shop's."""
        if self.state == self.State.OFFERED:
            return not self.is_goodwill or bool(self.tracking_no)
        return self.state == self.State.DECLINED

    @property
    def refunded_fen(self) -> int:
        """What came back in all."""
        return self.coins_fen + self.balance_fen + self.provider_fen

    def late(self, now: datetime) -> bool:
        """Whether the time to act is over: the worker is about to do it."""
        return self.due_at is not None and self.due_at <= now


class Step(models.Model):
    """What happened to a case: who did what, when, and in what words."""

    class Actor(models.TextChoices):
        MEMBER = "member"
        MERCHANT = "merchant"
        PLATFORM = "platform"
        TIME = "time"  # a deadline was over

    class Action(models.TextChoices):
        ASKED = "asked"
        ACCEPTED = "accepted"
        OFFERED = "offered"
        TOOK = "took"  # the offer
        DECLINED = "declined"
        APPEALED = "appealed"
        GRANTED = "granted"  # by arbitration
        SENT_BACK = "sent_back"
        RESENT = "resent"
        CONFIRMED = "confirmed"
        NOT_PAID = "not_paid"  # the merchant's balance was too low
        REFUNDED = "refunded"
        EXCHANGED = "exchanged"
        CLOSED = "closed"

    case = models.ForeignKey(Case, models.PROTECT, related_name="steps")
    actor = models.CharField(max_length=10, choices=Actor)
    action = models.CharField(max_length=10, choices=Action)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    text = models.CharField(max_length=MOST_CHARACTERS, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.action} by {self.actor}"


class CasePicture(models.Model):
    """A picture that shows what is wrong, drawn anew from what was uploaded."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="pictures")
    picture = models.ImageField(upload_to="aftersale", width_field="width", height_field="height")
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return str(self.picture.name)
