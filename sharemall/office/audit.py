"""The audit log: what somebody set about, written before it happens, and how it ended.

Two rows, because an action is not one transaction: where the process dies in between, the first
one stays alone and says so. The database refuses to change or remove either.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.http import QueryDict

from sharemall.clock import services as clock
from sharemall.members.models import Member
from sharemall.office.models import Action, Outcome

SECRET = re.compile(r"password|token|secret|\Acode\Z", re.IGNORECASE)
HIDDEN = "•••"
LONGEST = 500  # of one value; a product's whole text is in the product
MOST_VALUES = 400


def begin(
    *,
    member: Member,
    address: str | None,
    name: str,
    target: Mapping[str, Any],
    asked: QueryDict,
    sent: QueryDict,
    files: Mapping[str, Any],
    now: datetime,
) -> Action:
    """Note what the member is about to do. Call it outside any transaction.

    `target` is what the address names, in short; `asked` what stands behind its question mark
    (what a list is narrowed to is part of what is exported), `sent` the form.
    """
    return Action.objects.create(
        member=member,
        address=address or None,
        name=name,
        target=_named(target),
        sent={f"?{name}": value for name, value in _shown(asked, {})} | dict(_shown(sent, files)),
        at=now,
    )


def end(action: Action, *, end: Outcome.End, status: int, note: str, now: datetime) -> None:
    """Note how it ended."""
    Outcome.objects.create(action=action, end=end, status=status, note=note, at=now)


@contextmanager
def by_command(*, name: str, target: Mapping[str, str]) -> Iterator[None]:
    """Note what is done from the command line, where nobody is signed in."""
    started = Action.objects.create(name=name, target=_named(target), sent={}, at=clock.now())
    yield
    end(started, end=Outcome.End.DONE, status=0, note="", now=clock.now())


def _named(target: Mapping[str, Any]) -> str:
    return ", ".join(f"{key}={value}" for key, value in target.items())[:200]


def _shown(sent: QueryDict, files: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for number, (field, values) in enumerate(sent.lists()):
        if field == "csrfmiddlewaretoken":
            continue
        if number >= MOST_VALUES:
            yield "…", f"{len(sent) - MOST_VALUES}"
            return
        value = HIDDEN if SECRET.search(field) else ", ".join(map(str, values))
        # PostgreSQL's JSON cannot hold a null character.
        yield field[:80].replace("\0", "�"), value[:LONGEST].replace("\0", "�")
    for field, file in files.items():
        yield field, f"{file.name} ({file.size})"
