"""The form of an answer to a ticket."""

from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sharemall.tickets.services import LONGEST


class AnswerForm(forms.Form):
    """What the member is told; the key makes that a form counts once."""

    text = forms.CharField(
        label=pgettext_lazy("tickets", "Answer"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 5}),
        error_messages={"required": _("Write an answer.")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput())

    @classmethod
    def fresh(cls, key: UUID) -> "AnswerForm":
        """An empty form that was not sent yet."""
        return cls(initial={"key": key})
