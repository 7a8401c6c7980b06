"""Drafts of the scheme, as far as simulations have to do with them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Draft:
    """A change of the scheme that is not in force yet: its number, its title, its scheme file."""

    number: int
    title: str
    text: str


def open_drafts() -> list[Draft]:
    """The drafts that a simulation can be run for, the newest first."""
    return []


def draft(number: int) -> Draft | None:
    """One of them; None if it is none (any more)."""
    return next((one for one in open_drafts() if one.number == number), None)
