"""`{% translate %}`, which looks plain sentences up at once: it writes what Django's own writes."""

import pytest
from django.template import Context, Template, engines
from django.template.library import Library
from django.templatetags import i18n
from django.utils import translation

from sharemall.storefront.templatetags import texts

SOURCES = [
    "{% translate 'Home' %}",
    '{% translate "Home" %}',
    "{% translate 'Home' as word %}[{{ word }}]",
    "{% translate 'No <b>such</b> sentence, 100% & more' %}",
    "{% translate 'No <b>such</b> sentence' as word %}{{ word }}",
    "{% translate word %}",
    "{% translate 'Home'|upper %}",
    "{% translate 'Home' noop %}",
    "{% translate 'Home' context 'of a bird' %}",
    "{% translate '' %}",
    "{% autoescape off %}{% translate word %}{% translate 'a & b' %}{% endautoescape %}",
]


def drawn(source: str, library: Library) -> str:
    engine = engines["django"].engine
    kept = engine.template_libraries["i18n"]
    engine.template_libraries["i18n"] = library
    try:
        template = Template("{% load i18n %}" + source, engine=engine)
    finally:
        engine.template_libraries["i18n"] = kept
    return template.render(Context({"word": "Cart <&>"}))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("source", SOURCES)
def test_a_sentence_is_what_django_writes(source: str, language: str) -> None:
    with translation.override(language):
        assert drawn(source, texts.register) == drawn(source, i18n.register)


def test_templates_load_it_and_a_sentence_follows_the_language_of_the_page() -> None:
    template = engines["django"].from_string("{% load i18n %}{% translate 'Home' %}")
    for language, word in [("zh-hans", "首页"), ("en", "Home"), ("zh-hans", "首页")]:
        with translation.override(language):
            assert template.render({}) == word
