"""Who may do what: read from the addresses themselves, so that none can be missing."""

from collections.abc import Iterator
from typing import NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver

from sharemall.console.roles import MAY
from sharemall.office.models import Role


class Row(NamedTuple):
    """A page by one method, the word that it needs, and whose role has it."""

    address: str
    name: str
    method: str
    word: str
    roles: frozenset[Role]


class Unguarded(Exception):
    """An address of the console that says nothing of who may use it."""


def rows() -> list[Row]:
    """Every address below /console/ by method. Raises Unguarded."""
    return [
        Row(address, name, method, word, MAY[word])
        for address, pattern, name in _patterns(get_resolver(), "", "")
        if address.startswith("console/")
        for method, word in _needed(pattern, address).items()
    ]


def _patterns(
    resolver: URLResolver, before: str, namespace: str
) -> Iterator[tuple[str, URLPattern, str]]:
    for pattern in resolver.url_patterns:
        address = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else namespace
            yield from _patterns(pattern, address, inner)
        else:
            yield address, pattern, f"{namespace}{pattern.name or ''}"


def _needed(pattern: URLPattern, address: str) -> dict[str, str]:
    view = pattern.callback
    needed: dict[str, str] | None = getattr(view, "needed", None)
    if needed is None:
        raise Unguarded(address)
    return needed
