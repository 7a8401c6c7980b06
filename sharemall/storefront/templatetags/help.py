"""Words of questions and complaints."""

from datetime import datetime

from django import template
from django.utils.translation import gettext as _

from sharemall.tickets.models import Ticket
from sharemall.tickets.words import KINDS, about_words

register = template.Library()

CHIPS = {"open": "chip-gold", "answered": "chip-primary", "closed": ""}


@register.filter
def ticket_kind(kind: str) -> str:
    """Question or complaint."""
    return str(KINDS[kind])


@register.filter
def ticket_about(about: str) -> str:
    """What a ticket is about."""
    return about_words(about)


@register.filter
def ticket_state(ticket: Ticket, now: datetime) -> str:
    """How a ticket stands."""
    if ticket.is_overdue(now):
        return _("Overdue")
    words = {"open": _("We are on it"), "answered": _("Answered"), "closed": _("Ticket closed")}
    return words[ticket.state]


@register.filter
def ticket_chip(ticket: Ticket, now: datetime) -> str:
    """The class of the chip that says it."""
    return "chip-sale" if ticket.is_overdue(now) else CHIPS[ticket.state]
