"""What referrers got, and how far from the buyer anybody was ever paid."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet, Sum

from sharemall.ledger import models as rows
from sharemall.ledger.reasons import NUMBER, POOL_ACCOUNTS

REFERRAL = NUMBER["referral"]

# Entries are gathered where they lie; what they are compared with is on the coordinator. A step is
# from a buyer to the referrer that a sale of its names; whoever is not reached is at no depth.
DEPTHS = f"""
WITH RECURSIVE taken AS MATERIALIZED (
    SELECT position, account_id FROM ledger_entry
    WHERE reason IN ({NUMBER["sale"]}, {REFERRAL}) AND account_id > {len(POOL_ACCOUNTS)}
), sold AS MATERIALIZED (
    SELECT a.position, 'm:' || (e.payload::json ->> 'member') AS buyer,
           'm:' || (e.payload::json ->> 'referrer') AS referrer
    FROM ledger_application a JOIN ledger_event e ON e.id = a.event_id
    WHERE a.code = '' AND e.payload::json ->> 'type' = 'sale'
), step AS MATERIALIZED (
    SELECT DISTINCT buyer, referrer FROM sold WHERE referrer IS NOT NULL
), payout AS MATERIALIZED (
    SELECT buyer, k.key AS taker, count(*) AS times
    FROM taken t JOIN sold s USING (position) JOIN ledger_account k ON k.id = t.account_id
    WHERE k.key <> buyer GROUP BY buyer, k.key
), walk AS (
    SELECT p.buyer, p.taker, s.referrer AS at, 1 AS depth
    FROM payout p JOIN step s ON s.buyer = p.buyer
    UNION ALL
    SELECT w.buyer, w.taker, s.referrer, w.depth + 1
    FROM walk w JOIN step s ON s.buyer = w.at WHERE w.at <> w.taker
) CYCLE at SET is_closed USING way, found AS (
    SELECT buyer, taker, min(depth) AS depth FROM walk WHERE at = taker GROUP BY buyer, taker
)
SELECT coalesce(max(depth), 0), coalesce(sum(times), 0),
       coalesce(sum(times) FILTER (WHERE depth IS NULL), 0)
FROM payout LEFT JOIN found USING (buyer, taker)
"""


@dataclass(frozen=True, slots=True)
class PaidDepth:
    """How far from a buyer the sales of the whole journal ever paid.

    `greatest` is 1 where only direct referrers got anything, 0 where nobody did. Of the `payouts`
    to others than the buyers, `unrelated` went to whom no referral leads: there must be none.
    """

    greatest: int
    payouts: int
    unrelated: int

    @property
    def is_one_level(self) -> bool:
        return self.greatest <= 1 and not self.unrelated


def paid_depth() -> PaidDepth:
    """Read from the journal's sales and the entries they made. One query over all of both."""
    with connection.cursor() as cursor:
        cursor.execute(DEPTHS)
        greatest, payouts, unrelated = cursor.fetchone()
    return PaidDepth(int(greatest), int(payouts), int(unrelated))


def referred_shares(account: str, event_ids: Sequence[str]) -> dict[str, int]:
    """The micro-shares that each of these sales brought its referrer, where that is `account`.

    Sales that are not applied yet, or brought it nothing, are left out. Three queries.
    """
    positions = dict(
        rows.Application.objects.filter(event_id__in=event_ids, code="").values_list(
            "position", "event_id"
        )
    )
    found = _entries(account).filter(position__in=positions)
    return {
        positions[position]: shares
        for position, shares in found.values_list("position", "share_micro")
    }


def referred_total(account: str) -> int:
    """The micro-shares that others' sales ever brought a member. Two queries."""
    return _entries(account).aggregate(total=Sum("share_micro"))["total"] or 0


def _entries(account: str) -> QuerySet[rows.Entry]:
    number = rows.Account.objects.filter(key=f"m:{account}").values_list("id", flat=True).first()
    return rows.Entry.objects.filter(account_id=number or 0, reason=REFERRAL)
