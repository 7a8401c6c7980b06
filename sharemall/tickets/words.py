"""The words of tickets: their kinds, what they are about, and why something was refused."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sharemall.tickets.models import Ticket
from sharemall.tickets.services import Refusal, Refused

KINDS: dict[str, str | Promise] = {
    Ticket.Kind.HELP: gettext_lazy("Question"),
    Ticket.Kind.COMPLAINT: gettext_lazy("Complaint"),
}
ABOUT: dict[str, str | Promise] = {
    "equity": gettext_lazy("What I hold"),
    "dividends": gettext_lazy("Dividends"),
    "wallet": gettext_lazy("Wallet"),
    "referral": gettext_lazy("My invitees"),
    "honour": gettext_lazy("Honour hall"),
    "transparency": gettext_lazy("Transparency"),
    "account": gettext_lazy("My account"),
}
REASONS: dict[Refusal, str | Promise] = {
    Refusal.BAD_KIND: gettext_lazy("Choose whether it is a question or a complaint."),
    Refusal.NO_TEXT: gettext_lazy("Write what it is about."),
    Refusal.CLOSED: gettext_lazy("This ticket is closed. Open a new one."),
    Refusal.NO_ANSWER: gettext_lazy("Answer it first."),
    Refusal.TOO_MANY_ENTRIES: gettext_lazy("This ticket is long enough. Open a new one."),
    Refusal.UNKNOWN: gettext_lazy("There is no such ticket."),
}


def sentence(refused: Refused) -> str:
    """Why a ticket's service did nothing."""
    if refused.refusal == Refusal.TOO_LONG:
        return _("At most %(most)d characters, please.") % refused.facts
    if refused.refusal == Refusal.TOO_MANY:
        return _("You have %(most)d open tickets. Close one of them first.") % refused.facts
    return str(REASONS[refused.refusal])


def about_words(about: str) -> str:
    """What a ticket is about, in the language of the page; "" for nothing in particular."""
    what, _colon, no = about.partition(":")
    if what == "order":
        return _("Order %(no)s") % {"no": no}
    return str(ABOUT.get(about, ""))
