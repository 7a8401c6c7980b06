"""Reads: who has confirmed the risk note."""

from sharemall.compliance import notes
from sharemall.compliance.models import NoteConfirmation


def note_confirmed(member_id: int) -> bool:
    """Whether the member confirmed the current version of the risk note."""
    return NoteConfirmation.objects.filter(
        member_id=member_id, version=notes.current().version
    ).exists()
