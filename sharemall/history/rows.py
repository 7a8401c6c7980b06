"""A row of a foreign file as a `sale` event, or the reason why it is none.

What an order must be is not decided here: the engine judges each event on a scratch state.
Reasons name the field first and no value, so that equal faults can be counted.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from zoneinfo import ZoneInfo

from sharemall.engine.amounts import FEN_MICRO, UNACCEPTABLE, amount, decimal_string, scaled
from sharemall.engine.apply import apply
from sharemall.engine.scheme import Scheme
from sharemall.engine.state import State
from sharemall.engine.times import is_moment
from sharemall.history.lines import Row
from sharemall.history.mapping import ISO, Map, check_against
from sharemall.ledger import journal
from sharemall.ledger.events import Event, timestamp

# How the ids begin that the mall gives its own events.
OWN_IDS = ("case-", "close-", "coins-", "order-", "pay-", "refund-", "sell-", "till-")
FIELDS = ("id", "time", "member", "paid", "zone", "cost", "referrer", "merchant")
SKIPPED = ""  # in place of a reason: the order is not completed
MOST_PASSED = 1 << 16  # kept, as prices repeat
MOST_MEMBERS = 1000  # of the scratch state
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
        places = {field: header.index(name) for field, name in found.columns.items()}
        self._id, self._status = places["id"], places.get("status")
        # Behind a row's own values stand an empty one, for columns the file lacks, and the zone.
        absent = dict.fromkeys(FIELDS, self._width) | {"zone": self._width + 1}
        self._more = ["", found.zone]
        self._pick = itemgetter(*((absent | places)[field] for field in FIELDS))
        self._scheme = scheme
        self._own_zone = ZoneInfo(found.time_zone)
        self._latest = latest.astimezone(ZoneInfo(scheme.timezone))
        self._scratch = State.empty(scheme)
        self._passed: set[tuple[str, str, str | None, bool]] = set()

    def read(self, row: Row) -> Event | str:
        """The row's event; else SKIPPED or the reason why it is refused."""
        fields = row.fields
        if row.fault:
            return row.fault
        if len(fields) != self._width:
            if len(fields) < self._width or any(fields[self._width :]):
                return "row: not as many values as the header has columns"
            fields = fields[: self._width]
        if self._status is not None and self.skips(row):
            return SKIPPED
        return self._event(*map(str.strip, self._pick(fields + self._more)))

    def skips(self, row: Row) -> bool:
        """Whether the row's status says that its order is not completed."""
        if self._status is None or row.fault or len(row.fields) <= self._status:
            return False
        return row.fields[self._status].strip() not in self._map.completed

    def order_id(self, row: Row) -> str:
        """The order's id as the file has it; "" in a row that is not whole."""
        if row.fault or len(row.fields) < self._width:
            return ""
        return row.fields[self._id].strip()

    def event_id(self, row: Row) -> str:
        """The id that the row's event has, or would have."""
        return self._map.id_prefix + self.order_id(row)

    def _event(
        self,
        order_id: str,
        when: str,
        member: str,
        paid: str,
        zone: str,
        cost: str,
        referrer: str,
        merchant: str,
    ) -> Event | str:
        needed = (order_id, when, member, paid, zone)
        if "" in needed:
            return f"{FIELDS[needed.index('')]}: empty"
        at = self._time(when)
        if at is None:
            return "time: not of the form that the map says"
        if not at:
            return "time: in the future"
        used = self._map
        event = {
            "id": used.id_prefix + order_id,
            "type": "sale",
            "at": at,
            "member": used.member_prefix + member,
            "zone": used.zones.get(zone, zone),
        }
        for field, text in (("paid", paid), ("cost", cost)):
            if text:
                exact = _amount(text, used.in_fen)
                if exact is None:
                    return f"{field}: not a plain number"
                event[field] = exact
        if referrer:
            event["referrer"] = used.member_prefix + referrer
        if merchant:
            event["merchant"] = merchant
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
            moment = moment.astimezone(self._latest.tzinfo)
            at = timestamp(moment, self._scheme.timezone) if moment <= self._latest else ""
        except (ValueError, OverflowError):
            return None
        return at if not at or is_moment(at) else None

    def _fault(self, event: Event) -> str:
        """Why neither the mall nor the engine nor the database would take the event."""
        if event["id"].startswith(OWN_IDS):
            return "id: begins like one of the mall's own; id_prefix in the map sets it apart"
        try:
            journal.storable(event)
        except ValueError:
            return "row: an id or a name is too long, or has signs that cannot be stored"
        return self._verdict(event)

    def _verdict(self, event: Event) -> str:
        """The engine's objection, in words; "" if it has none.

        Everything else in the event being good, it can come from nothing but what is the key here.
        """
        by_itself = event.get("referrer") == event["member"]
        key = (event["zone"], event["paid"], event.get("cost"), by_itself)
        if key in self._passed:
            return ""
        code = apply(self._scratch, event)
        if code == "overflow" or len(self._scratch.members.rows) > MOST_MEMBERS:
            self._scratch = State.empty(self._scheme)
        # Whether a balance overflows is for the journal's own state to say.
        if code and code != "overflow":
            return _explained(code, event)
        if len(self._passed) < MOST_PASSED:
            self._passed.add(key)
        return ""


def _explained(code: str, event: Event) -> str:
    if code == "bad_amount":
        bad_cost = amount(event.get("cost", "0")) == UNACCEPTABLE
        return BAD_AMOUNT.format("cost" if bad_cost else "paid")
    return REASONS[code]


@lru_cache(maxsize=1 << 16)  # prices repeat
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
