"""What members confirmed, and which claims the operator refuses beside the built-in ones."""

from django.conf import settings
from django.db import models


class BlockedClaim(models.Model):
    """A phrase that no consumer text may contain, added by the operator to the built-in list."""

    phrase = models.CharField(max_length=60, unique=True)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(phrase=""), name="compliance_blocked_claim_not_empty"
            ),
        ]

    def __str__(self) -> str:
        return self.phrase


class NoteConfirmation(models.Model):
    """A member confirmed this version of the risk note, in this language, at this moment."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=10)
    confirmed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "version"], name="compliance_note_confirmed_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.version}"
