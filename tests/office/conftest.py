"""The office's owner, and its browser."""

from tests.console.conftest import boss, office

__all__ = ["boss", "office"]
