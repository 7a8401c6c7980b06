"""What a wind-up made of the coins in the escrow: cash, which goes where the coins were to go.

A wind-up pays out every account's coins as cash (rules.md), the escrow's as well. An event that
then takes coins out of it is refused. For each such event the same amount is moved as cash, once:
the ids of the two events are made from its id.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db import connection

from sharemall.engine.amounts import amount
from sharemall.ledger import events, journal
from sharemall.merchants.models import ESCROW

# Only an escrow that has cash was wound up, and only what came after that can have been refused.
_SHORT = """
SELECT v.payload
FROM (
    SELECT min(e.position) AS position
    FROM ledger_account a
    JOIN ledger_balance b ON b.account_id = a.id AND b.moved_micro > 0
    JOIN ledger_entry e ON e.account_id = a.id AND e.cash_micro > 0
    WHERE a.key = %s
) wound_up
JOIN ledger_application p ON p.position > wound_up.position AND p.code = 'insufficient_coins'
JOIN ledger_event v ON v.id = p.event_id
WHERE NOT EXISTS (SELECT FROM ledger_event c WHERE c.id = p.event_id || '.cash')
ORDER BY p.position
LIMIT 1000
"""


def pay_out_cash(now: datetime) -> int:
    """Journal as cash what the escrow owes in coins that it has no more; how often that was.

    For the worker. Where nothing was ever wound up, it looks at one balance.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SHORT, [f"s:{ESCROW}"])
        refused = [journal.parsed(payload) for (payload,) in cursor.fetchall()]
    owed = [event for event in refused if event.get("merchant") == ESCROW]
    journal.append_many(made for event in owed for made in _as_cash(event, now))
    return len(owed)


def _as_cash(event: events.Event, now: datetime) -> Iterator[events.Event]:
    """The cash leaves the escrow and reaches the member or the merchant of the coins."""
    micro = amount(event["coins"])
    assert micro is not None
    taker = {"member": event["member"]} if "member" in event else {"merchant": event["to"]}
    at, no = events.timestamp(now), event["id"]
    yield events.cash_out(
        id=f"{no}.cash-out", at=at, merchant=ESCROW, cash_micro=micro, reason="wind_up"
    )
    yield events.cash_in(id=f"{no}.cash", at=at, cash_micro=micro, reason="wind_up", **taker)
