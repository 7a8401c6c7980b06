"""Writes: the operator's blocked claims and the members' confirmations of the risk note."""

from datetime import datetime

from django.db import transaction

from sharemall.compliance import claims, notes
from sharemall.compliance.models import BlockedClaim, NoteConfirmation


class NoteOutdated(Exception):
    """The version that the member saw is not the one in force: show the new one and ask again."""


@transaction.atomic
def block_claim(*, phrase: str, now: datetime) -> BlockedClaim:
    """Refuse `phrase` in every consumer text saved from now on; a second call changes nothing.

    Raises ValueError if nothing is left of it to be found in a text.
    """
    if not claims.squeeze(phrase):
        raise ValueError("an empty phrase would refuse every text")
    claim, _ = BlockedClaim.objects.get_or_create(phrase=phrase.strip(), defaults={"added_at": now})
    return claim


@transaction.atomic
def confirm_note(*, member_id: int, version: int, language: str, now: datetime) -> None:
    """Record that the member confirmed the risk note; the first confirmation stands.

    Raises NoteOutdated if `version` is not the current one. Locks nothing: one row is inserted,
    and the unique constraint settles a race.
    """
    if version != notes.current().version:
        raise NoteOutdated(version)
    confirmation = NoteConfirmation(
        member_id=member_id, version=version, language=language, confirmed_at=now
    )
    NoteConfirmation.objects.bulk_create([confirmation], ignore_conflicts=True)
