"""Django's `i18n` for every template, with plain sentences looked up at once.

Nearly every `{% translate %}` is a sentence without filters. Django makes a lazy text of it,
resolves, localises and escapes that; a page has up to a hundred, and looking one up is a fifth
of all this. settings.py puts this library in the place of Django's: templates load `i18n` as ever.
"""

from django import template
from django.template.base import Node, Parser, Token
from django.template.context import Context
from django.templatetags import i18n
from django.utils.safestring import SafeString
from django.utils.translation import gettext

register = template.Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


class Sentence(Node):
    """A sentence of the template itself, in the language of the page; or kept as a variable."""

    child_nodelists = ()

    def __init__(self, message: str, asvar: str | None) -> None:
        # The catalogues have the per cent signs of templates doubled.
        self.message, self.asvar = message.replace("%", "%%"), asvar

    def render(self, context: Context) -> SafeString:
        # Safe like all text of a template and its translation.
        text = SafeString(gettext(self.message).replace("%%", "%"))
        if self.asvar is None:
            return text
        context[self.asvar] = text
        return SafeString("")


@register.tag("translate")
def translate(parser: Parser, token: Token) -> Node:
    """As Django's own, which also does what is not a plain sentence."""
    node = i18n.do_translate(parser, token)
    expression = node.filter_expression
    message = expression.var.literal
    if expression.filters or node.noop or node.message_context or not isinstance(message, str):
        return node
    return Sentence(message, node.asvar)
