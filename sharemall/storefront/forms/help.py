"""Forms of questions and complaints."""

from django import forms
from django.utils.translation import gettext_lazy

from sharemall.tickets.services import LONGEST
from sharemall.tickets.words import KINDS


class WriteForm(forms.Form):
    """What is written to a ticket; the key makes that a form counts once."""

    text = forms.CharField(
        label=gettext_lazy("What happened?"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 5}),
        error_messages={"required": gettext_lazy("Write what it is about.")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput())


class TicketForm(WriteForm):
    """A new ticket."""

    kind = forms.ChoiceField(choices=list(KINDS.items()), widget=forms.RadioSelect())
    about = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput())
