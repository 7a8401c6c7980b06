"""Parts of pages that are the same for everybody, drawn once and kept by the process.

`{% kept "name" value value %}…{% endkept %}` may show of a page nothing but its language, the
brand, the zones and the categories (`frame.py`), and the values that it names: they are what the
kept text is found by. What belongs to a request (its token against forgery, its address) or to a
moment stays outside.
"""

from collections import OrderedDict
from typing import Any

from django import template
from django.template.base import FilterExpression, Node, NodeList, Parser, Token
from django.template.context import Context
from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()
MOST = 1024  # texts of a process
PARTS = 2  # of the tag, at least: itself and a name

_texts: OrderedDict[tuple[Any, ...], SafeString] = OrderedDict()


class Kept(Node):
    """A part of a template, drawn anew only where the frame or a named value is another."""

    def __init__(self, nodelist: NodeList, name: str, values: list[FilterExpression]) -> None:
        self.nodelist, self.name, self.values = nodelist, name, values

    def render(self, context: Context) -> SafeString:
        edition = context.get("edition")
        if edition is None:  # nobody says when the frame changes
            return self.nodelist.render(context)
        values = tuple(value.resolve(context) for value in self.values)
        key = (self.name, edition, get_language(), get_script_prefix(), *values)
        found = _texts.pop(key, None)
        if found is None:
            found = self.nodelist.render(context)
        _texts[key] = found
        while len(_texts) > MOST:
            _texts.popitem(last=False)
        return found


@register.tag
def kept(parser: Parser, token: Token) -> Kept:
    """The tag; see above."""
    parts = token.split_contents()
    if len(parts) < PARTS:
        raise template.TemplateSyntaxError("kept needs a name")
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return Kept(nodelist, parts[1].strip("\"'"), [parser.compile_filter(one) for one in parts[2:]])
