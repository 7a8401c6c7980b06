"""A member's question or complaint, and what both sides wrote about it."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Ticket(models.Model):
    """One question or complaint. `due_at` is by when the mall has to answer.

    `about` says where it was asked from: "order:<number>", "equity", "wallet", …; "" for nothing
    in particular.
    """

    class Kind(models.TextChoices):
        HELP = "help"
        COMPLAINT = "complaint"

    class State(models.TextChoices):
        OPEN = "open"  # the mall has to answer
        ANSWERED = "answered"
        CLOSED = "closed"

    no = models.CharField(max_length=20, unique=True)
    key = models.UUIDField()
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=10, choices=Kind)
    about = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    first_answer_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["member", "-id"], name="ticket_list_of_member"),
            models.Index(fields=["due_at"], condition=Q(state="open"), name="ticket_due_next"),
            models.Index(fields=["state", "-id"], name="ticket_list_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["member", "key"], name="ticket_form_sent_once"),
            models.CheckConstraint(
                condition=Q(due_at__gt=F("opened_at")), name="ticket_due_after_it_was_opened"
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False)
                | ~Q(state="closed") & Q(closed_at__isnull=True),
                name="ticket_closed_at_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.no

    def is_overdue(self, now: datetime) -> bool:
        """Whether the mall owes an answer longer than it may."""
        return self.state == self.State.OPEN and self.due_at <= now

    @property
    def order_no(self) -> str:
        """The number of the order it is about; "" if it is about none."""
        what, _colon, no = self.about.partition(":")
        return no if what == "order" else ""


class Entry(models.Model):
    """What somebody wrote to a ticket; `author` is None where the mall speaks by itself."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="entries")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, db_index=False
    )
    by_staff = models.BooleanField(default=False)
    text = models.CharField(max_length=2000)
    key = models.UUIDField(unique=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="ticket_entry_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.at:%Y-%m-%d %H:%M}"
