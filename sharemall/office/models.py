"""Who works in the office, and the log of what was done there."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    """What somebody does here. What each role may do is in console/roles.py."""

    OWNER = "owner", _("Owner")
    OPERATIONS = "operations", _("Operations")
    FINANCE = "finance", _("Finance")
    SERVICE = "service", pgettext_lazy("office", "Service")
    AUDITOR = "auditor", _("Auditor")


class Post(models.Model):
    """A member's role in the office. Who has none is no staff; one may have several."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="posts")
    role = models.CharField(max_length=12, choices=Role)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "role"], name="post_once_a_member"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="post_of_a_known_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.role}"


class Action(models.Model):
    """Somebody set about something in the console, or (without a member) by a command.

    Rows are never changed or removed.
    """

    id = models.BigAutoField(primary_key=True)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    address = models.GenericIPAddressField(null=True)
    name = models.CharField(max_length=80)  # of the page: console-ship
    target = models.CharField(max_length=200)  # what the address names: no=2026…
    sent = models.JSONField()  # the form as it came, without secrets and files' content
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        indexes = [
            models.Index(fields=["member", "-id"], name="action_of_member"),
            models.Index(fields=["name", "-id"], name="action_by_name"),
            models.Index(fields=["at"], name="action_at"),
            models.Index(
                fields=["target"], opclasses=["varchar_pattern_ops"], name="action_on_target"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.target}"


class Outcome(models.Model):
    """How an action ended. One without an outcome was cut off: its process died."""

    class End(models.TextChoices):
        DONE = "done", pgettext_lazy("office", "Done")
        REFUSED = "refused", pgettext_lazy("office", "Refused")
        FORBIDDEN = "forbidden", _("Not allowed")
        FAILED = "failed", pgettext_lazy("office", "Failed")

    action = models.OneToOneField(Action, models.PROTECT, primary_key=True)
    end = models.CharField(max_length=10, choices=End)
    status = models.SmallIntegerField()  # of the answer
    note = models.TextField(blank=True)  # what the page said
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(end__in=["done", "refused", "forbidden", "failed"]),
                name="outcome_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action_id} {self.end}"
