"""Texts that are kept in both languages."""

from django.utils.translation import get_language


def in_language(zh: str, en: str) -> str:
    """The text in the language of the page; the Chinese one where the English is not there."""
    return en if en and (get_language() or "").startswith("en") else zh
