"""The states of a change of the scheme: words and the chip's class."""

from django import template

from sharemall.schemes.words import STATES

register = template.Library()

CHIPS = {
    "submitted": "chip-gold",
    "published": "chip-gold",
    "in_force": "chip-primary",
    "refused": "chip-sale",
}


@register.filter
def state_name(state: str) -> str:
    """A state in words."""
    return str(STATES[state])


@register.filter
def state_chip(state: str) -> str:
    """The class of its chip."""
    return CHIPS.get(state, "")
