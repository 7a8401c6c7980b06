"""Django's `url` for every template, with the addresses that were made kept.

An address is made of the name and the texts in it alone; a page has up to a hundred, and making
one costs several times what drawing it does. This library is a built-in (settings.py), so that
templates write `{% url %}` as ever.
"""

from collections.abc import Mapping
from functools import lru_cache

from django import template
from django.template import defaulttags
from django.template.base import FilterExpression, Node, Parser, Token
from django.template.context import Context
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.html import conditional_escape

register = template.Library()


class Link(Node):
    """What `{% url %}` writes, or keeps as a variable: empty then where there is no such page."""

    child_nodelists = ()

    def __init__(
        self,
        name: FilterExpression,
        args: list[FilterExpression],
        kwargs: Mapping[str, FilterExpression],
        asvar: str | None,
    ) -> None:
        self.name, self.args, self.kwargs, self.asvar = name, args, kwargs, asvar

    def render(self, context: Context) -> str:
        args = tuple(str(part.resolve(context)) for part in self.args)
        kwargs = tuple((key, str(part.resolve(context))) for key, part in self.kwargs.items())
        name = self.name.resolve(context)
        try:
            address = _address(get_urlconf(), get_script_prefix(), name, args, kwargs)
        except NoReverseMatch:
            if self.asvar is None:
                raise
            address = ""
        if self.asvar is None:
            return conditional_escape(address) if context.autoescape else address
        context[self.asvar] = address
        return ""


@register.tag
def url(parser: Parser, token: Token) -> Link:
    """As Django's own; there are no namespaces, so the page that is shown makes no difference."""
    node = defaulttags.url(parser, token)
    return Link(node.view_name, node.args, node.kwargs, node.asvar)


@lru_cache(maxsize=4096)
def _address(
    urlconf: str | None,
    prefix: str,
    name: str,
    args: tuple[str, ...],
    kwargs: tuple[tuple[str, str], ...],
) -> str:
    # The prefix is the server's and is looked up by `reverse` as well: here it is of the key.
    return reverse(name, urlconf, args or None, dict(kwargs) or None)
