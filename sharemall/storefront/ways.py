"""Addresses of pages, put together."""

from urllib.parse import parse_qsl, urlencode


def with_query(page: str, **changes: object) -> str:
    """The page's address with these in its query; what was there under the same names goes."""
    path, _mark, query = page.partition("?")
    kept = [(name, value) for name, value in parse_qsl(query) if name not in changes]
    return f"{path}?{urlencode([*kept, *changes.items()])}"
