"""Words of after-sale, for shoppers' and staff's pages."""

from django import template

from sharemall.aftersale import words
from sharemall.aftersale.models import Case, Step

register = template.Library()


@register.filter
def case_kind(case: Case) -> str:
    """What is asked for."""
    return str(words.KINDS[case.kind])


@register.filter
def case_reason(case: Case) -> str:
    """Why it is asked for."""
    return str(words.REASONS[case.reason])


@register.filter
def case_state(case: Case) -> str:
    """Where it stands."""
    return str(words.STATES[case.state][0])


@register.filter
def case_chip(case: Case) -> str:
    """The chip's class for where it stands."""
    return words.STATES[case.state][1]


@register.filter
def case_closed(case: Case) -> str:
    """Why nothing came of it, in a sentence; "" if that is not so."""
    return str(words.CLOSED.get(case.closed_because, ""))


@register.filter
def step_action(step: Step) -> str:
    """What happened."""
    return str(words.ACTIONS[step.action])


@register.filter
def step_actor(step: Step) -> str:
    """Who did it."""
    return str(words.ACTORS[step.actor])
