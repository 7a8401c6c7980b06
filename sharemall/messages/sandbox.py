"""The sandbox: what is sent stays in the house and is shown on a page of the demo."""

from datetime import datetime

from django.db import transaction

from sharemall.messages.models import SentMessage
from sharemall.messages.senders import Letter

LONGEST = 500


class Sandbox:
    """Takes everything, of one channel, once a key."""

    def __init__(self, channel: str) -> None:
        self._channel = channel

    @transaction.atomic
    def send(self, letter: Letter, now: datetime) -> None:
        """Write it down."""
        SentMessage.objects.get_or_create(
            key=letter.key,
            defaults={
                "channel": self._channel,
                "address": letter.address,
                "text": f"【{letter.title}】{letter.text}"[:LONGEST],
                "link": letter.url,
                "at": now,
            },
        )
