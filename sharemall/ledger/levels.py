"""Honour levels as they were at a position, worked back from the journal.

A level is looked at on every sale, the buyer's, and the referrer's if it got shares, with the
thresholds then in force; nothing else changes it. A sale that gave its buyer neither shares nor
quota has no entry of the buyer's. It can raise a level only where thresholds came down, or came at
all, since the buyer's last one: only then are such sales looked for among the events.
Source: rules.md, "sale", step 5.
"""

from dataclasses import dataclass
from itertools import pairwise

from django.db import connection
from django.db.backends.utils import CursorWrapper

from sharemall.ledger import copying, journal
from sharemall.ledger.models import Account
from sharemall.ledger.reasons import NUMBER, NUMBER_OF_POOL
from sharemall.ledger.versions import Versions

POOL_SIZE = len(NUMBER_OF_POOL)
SALE, REFERRAL = NUMBER["sale"], NUMBER["referral"]
LOOKED_AT = (SALE, REFERRAL)
# The text is only a first sieve: each event is parsed.
EMPTY = f"""
SELECT a.position, e.payload FROM (
    SELECT position FROM ledger_application WHERE position > %s AND position < %s AND code = ''
    EXCEPT
    SELECT position FROM ledger_entry WHERE position > %s AND position < %s
        AND reason = {SALE} AND account_id > {POOL_SIZE}
) bare
JOIN ledger_application a ON a.position = bare.position JOIN ledger_event e ON e.id = a.event_id
WHERE e.payload LIKE '%%"sale"%%' OR e.payload LIKE '%%\\\\u%%'
"""
# What each account held after whatever changed it, and the highest level of those moments that
# counted. `empty` are positions at which nothing moved and the level was looked at all the same.
AT_POSITION = f"""
SELECT account_id, max(width_bucket(running.held, v.thresholds)) AS level
FROM (
    SELECT account_id, position, reason, sum(share_micro)
        OVER (PARTITION BY account_id ORDER BY position, reason)::bigint AS held
    FROM (
        SELECT account_id, position, reason, share_micro
        FROM ledger_entry WHERE account_id > {POOL_SIZE} AND position < {{position}}
        UNION ALL
        SELECT account_id, position, {SALE}, 0 FROM ledger_empty
    ) moments
) running JOIN (VALUES {{versions}}) v(first, last, thresholds)
    ON running.position BETWEEN v.first AND v.last
WHERE reason IN ({SALE}, {REFERRAL}) GROUP BY account_id
"""
# Likewise while the thresholds never changed: who never gave up a share held most at its last sale,
# so that no moment of its life has to be looked at.
UNCHANGED = f"""
SELECT account_id, width_bucket(sum(share_micro)::bigint, {{thresholds}}) AS level
FROM ledger_entry WHERE account_id > {POOL_SIZE} AND position < {{position}}
GROUP BY account_id HAVING min(share_micro) >= 0 AND bool_or(reason IN ({SALE}, {REFERRAL}))
UNION ALL
SELECT account_id, max(width_bucket(held, {{thresholds}}))
FROM (
    SELECT account_id, reason, sum(share_micro)
        OVER (PARTITION BY account_id ORDER BY position, reason)::bigint AS held
    FROM ledger_entry WHERE position < {{position}} AND account_id IN (
        SELECT account_id FROM ledger_entry
        WHERE account_id > {POOL_SIZE} AND position < {{position}} AND share_micro < 0)
) running
WHERE reason IN ({SALE}, {REFERRAL}) GROUP BY account_id
"""


@dataclass(frozen=True, slots=True)
class EmptySale:
    """A sale at `position` that gave its buyer, an account by number, nothing."""

    account_id: int
    position: int


def at_position(cursor: CursorWrapper, known: Versions, position: int) -> str:
    """SQL for (account_id, level) just before `position`, of accounts that had a sale.

    It may read a temporary table of this transaction, which is made here.
    """
    first = known[0][1].honor_thresholds_micro
    if all(scheme.honor_thresholds_micro == first for _, scheme in known):
        return UNCHANGED.format(position=position, thresholds=_array(first))
    empty = empty_sales(known, position)
    cursor.execute(
        "CREATE TEMP TABLE ledger_empty (account_id bigint, position bigint) ON COMMIT DROP"
    )
    cursor.execute(
        "INSERT INTO ledger_empty SELECT * FROM unnest(%s::bigint[], %s::bigint[])",
        [
            copying.array(sale.account_id for sale in empty),
            copying.array(sale.position for sale in empty),
        ],
    )
    return AT_POSITION.format(position=position, versions=_thresholds(known))


def empty_sales(known: Versions, before: int) -> list[EmptySale]:
    """The sales before a position that gave their buyers nothing and may have raised a level."""
    after = _first_lowering(known)
    if after is None or after >= before:
        return []
    with connection.cursor() as cursor:
        cursor.execute(EMPTY, [after, before, after, before])
        bare = [(position, journal.parsed(payload)) for position, payload in cursor.fetchall()]
    sales = [(position, event) for position, event in bare if event["type"] == "sale"]
    keys = {f"m:{event['member']}" for _, event in sales}
    numbers = dict(Account.objects.filter(key__in=keys).values_list("key", "id"))
    return [EmptySale(numbers[f"m:{event['member']}"], position) for position, event in sales]


def _first_lowering(known: Versions) -> int | None:
    """The position of the first version with a threshold below what was in force before it."""
    for (_, before), (position, after) in pairwise(known):
        was, now = before.honor_thresholds_micro, after.honor_thresholds_micro
        if now and (not was or any(new < old for new, old in zip(now, was, strict=True))):
            return position
    return None


def _thresholds(known: Versions) -> str:
    """Rows of each scheme's first and last position and its thresholds."""
    ends = [position for position, _ in known[1:]] + [2**62]
    rows = (
        f"({position + 1}, {end}, {_array(scheme.honor_thresholds_micro)})"
        for (position, scheme), end in zip(known, ends, strict=True)
    )
    return ", ".join(rows)


def _array(thresholds: tuple[int, ...]) -> str:
    return f"'{copying.array(thresholds)}'::bigint[]"
