"""A run's events as a journal that `engine.replay` reads."""

import json
from datetime import date
from typing import TextIO

from sharemall.engine.amounts import decimal_string
from sharemall.engine.events import Event
from sharemall.engine.exact import Column
from sharemall.engine.issuing import NOBODY


class Journal:
    """Writes events in the order in which they are applied, with ids and times of its own.

    Without a file nothing is written. Members are called by their number, in every event.
    """

    def __init__(self, file: TextIO | None) -> None:
        self._file = file
        self._at = ""
        self._count = 0

    def day(self, date: date) -> None:
        """The day of the events to come."""
        self._at = f"{date}T23:59:59Z"

    def event(self, type: str, **fields: str) -> Event:
        """One event, written; what comes back is what the engine can apply."""
        self._count += 1
        event = {"id": f"e{self._count}", "type": type, "at": self._at, **fields}
        if self._file is not None:
            self._file.write(json.dumps(event) + "\n")
        return event

    def events(
        self, type: str, members: Column, quantity: str, micro: Column, **fields: str
    ) -> None:
        """One event a member, with its amount in the field `quantity`."""
        if self._file is not None:
            for member, amount in zip(members.tolist(), micro.tolist(), strict=True):
                given = {"member": name_of(member), quantity: decimal_string(amount)}
                self.event(type, **given, **fields)

    def sales(
        self, zone: str, buyers: Column, referrers: Column, paid: Column, cost: Column
    ) -> None:
        """Sales in one zone."""
        if self._file is None:
            return
        columns = buyers.tolist(), referrers.tolist(), paid.tolist(), cost.tolist()
        for buyer, referrer, paid_micro, cost_micro in zip(*columns, strict=True):
            amounts = {"paid": decimal_string(paid_micro), "cost": decimal_string(cost_micro)}
            referred = {} if referrer == NOBODY else {"referrer": name_of(referrer)}
            self.event("sale", member=name_of(buyer), zone=zone, **amounts, **referred)


def name_of(member: int) -> str:
    """A member's id."""
    return f"m{member}"
