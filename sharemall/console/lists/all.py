"""Every work list, registered with the console's site."""

from sharemall.console.lists import audit

__all__ = ["audit"]
