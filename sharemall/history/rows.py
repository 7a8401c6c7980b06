"""A row of a foreign file as a `sale` event, or the reason why it is none.

What an order must be is not decided here: the engine judges each event on a scratch state.
Reasons name the field first and no value, so that equal faults can be counted.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from sharemall.engine.amounts import FEN_MICRO, UNACCEPTABLE, amount, decimal_string, scaled
from sharemall.engine.apply import apply
from sharemall.engine.scheme import Scheme
from sharemall.engine.state import State
from sharemall.engine.times import is_moment
from sharemall.history.lines import Row
from sharemall.history.mapping import ISO, REQUIRED, Map, check_against
from sharemall.ledger import journal
from sharemall.ledger.events import Event, timestamp

# How the ids begin that the mall gives its own events.
OWN_IDS = ("close-", "order-", "sell-")
SKIPPED = ""  # in place of a reason: the order is not completed
MEMBERS_AT_ONCE = 10_000
LONGEST_AMOUNT = 40  # characters; what is longer is none

BAD_AMOUNT = "{}: not an amount that the rules allow (above 0, in whole fen, at most 10^12 yuan)"
REASONS = {
    "unknown_zone": "zone: the scheme in force has no such zone",
    "self_referral": "referrer: the buyer itself",
    "bad_event": "cost: empty, and the zone counts profit",
}


class Reader:
    """Turns rows into events. Raises MapError if the file or the scheme lacks what the map names.

    Orders after `latest` lie in the future.
    """

    def __init__(self, found: Map, header: Sequence[str], scheme: Scheme, latest: datetime) -> None:
        check_against(found, header, scheme)
        self._map = found
        self._width = len(header)
        self._places = {field: header.index(name) for field, name in found.columns.items()}
        self._status = self._places.pop("status", None)
        self._scheme = scheme
        self._own_zone = ZoneInfo(found.time_zone)
        self._latest = latest
        self._scratch = State.empty(scheme)

    def read(self, row: Row) -> Event | str:
        """The row's event; else SKIPPED or the reason why it is refused."""
        fields = row.fields
        if row.fault:
            return row.fault
        if len(fields) != self._width and (len(fields) < self._width or any(fields[self._width :])):
            return "row: not as many values as the header has columns"
        if self.skips(row):
            return SKIPPED
        values = {field: fields[place].strip() for field, place in self._places.items()}
        for field in (*REQUIRED, "zone"):
            if not values.get(field, "a zone for all"):
                return f"{field}: empty"
        return self._event(values)

    def skips(self, row: Row) -> bool:
        """Whether the row's status says that its order is not completed."""
        if self._status is None or row.fault or len(row.fields) <= self._status:
            return False
        return row.fields[self._status].strip() not in self._map.completed

    def order_id(self, row: Row) -> str:
        """The order's id as the file has it; "" in a row that is not whole."""
        if row.fault or len(row.fields) < self._width:
            return ""
        return row.fields[self._places["id"]].strip()

    def event_id(self, row: Row) -> str:
        """The id that the row's event has, or would have."""
        return self._map.id_prefix + self.order_id(row)

    def _event(self, values: dict[str, str]) -> Event | str:
        at = self._time(values["time"])
        paid = _amount(values["paid"], self._map.in_fen)
        cost = _amount(values["cost"], self._map.in_fen) if values.get("cost") else ""
        if at is None:
            return "time: not of the form that the map says"
        if not at:
            return "time: in the future"
        if paid is None or cost is None:
            return f"{'paid' if paid is None else 'cost'}: not a plain number"
        prefix, zone = self._map.member_prefix, values.get("zone", self._map.zone)
        event = {
            "id": self._map.id_prefix + values["id"],
            "type": "sale",
            "at": at,
            "member": prefix + values["member"],
            "zone": self._map.zones.get(zone, zone),
            "paid": paid,
        }
        if cost:
            event["cost"] = cost
        if values.get("referrer"):
            event["referrer"] = prefix + values["referrer"]
        if values.get("merchant"):
            event["merchant"] = values["merchant"]
        return self._fault(event) or event

    def _time(self, text: str) -> str | None:
        """The event's `at`, in the scheme's time zone; None if it is none, "" in the future."""
        try:
            if self._map.time_format == ISO:
                moment = datetime.fromisoformat(text)
            elif text.isascii() or not any(sign.isdecimal() and sign > "9" for sign in text):
                moment = datetime.strptime(text, self._map.time_format)  # noqa: DTZ007
            else:  # strptime would take digits of any script
                return None
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=self._own_zone)
            return timestamp(moment, self._scheme.timezone) if moment <= self._latest else ""
        except (ValueError, OverflowError):
            return None

    def _fault(self, event: Event) -> str:
        """Why neither the mall nor the engine nor the database would take the event."""
        if event["id"].startswith(OWN_IDS):
            return "id: begins like one of the mall's own; id_prefix in the map sets it apart"
        try:
            journal.storable(event)
        except ValueError:
            return "row: an id or a name is too long, or has signs that cannot be stored"
        if len(self._scratch.members.rows) >= MEMBERS_AT_ONCE:
            self._scratch = State.empty(self._scheme)
        code = apply(self._scratch, event)
        if code == "overflow":  # of the scratch state; the journal's own is asked when it comes
            self._scratch = State.empty(self._scheme)
            return ""
        return self._explained(code, event) if code else ""

    def _explained(self, code: str, event: Event) -> str:
        if not is_moment(event["at"]):
            return "time: not one that the rules allow"
        if code == "bad_amount":
            return BAD_AMOUNT.format("cost" if _is_bad(event.get("cost", "0")) else "paid")
        return REASONS[code]


@lru_cache(maxsize=1 << 14)  # prices repeat
def _amount(text: str, in_fen: bool) -> str | None:
    """A file's amount as events carry it; None if it is no plain number.

    One that every event refuses comes back as it is, for the engine to refuse it.
    """
    if len(text) > LONGEST_AMOUNT:
        return None
    if in_fen:
        fen = scaled(text, 0)
        return None if fen is None or fen[1] else decimal_string(fen[0] * FEN_MICRO)
    micro = amount(text)
    if micro is None or micro == UNACCEPTABLE:
        return None if micro is None else text
    return decimal_string(micro)


def _is_bad(cost: str) -> bool:
    return amount(cost) == UNACCEPTABLE
