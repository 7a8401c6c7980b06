"""How far from a buyer anybody was ever paid: looked up after each close, and kept to be shown.

The question reads the whole journal, so no page asks it.
"""

from datetime import datetime

from sharemall.ledger import referrals
from sharemall.ledger import selectors as ledger
from sharemall.ledger.moment import one_moment
from sharemall.ledger.referrals import PaidDepth
from sharemall.referral.models import DepthCheck


def check(now: datetime) -> PaidDepth:
    """Look it up as of one moment and put it on record. Raises LedgerClosed (ledger.selectors).

    Must not be called inside a transaction.
    """
    with one_moment():
        position, found = ledger.pool().position, referrals.paid_depth()
    DepthCheck.objects.create(
        position=position,
        greatest=found.greatest,
        payouts=found.payouts,
        unrelated=found.unrelated,
        checked_at=now,
    )
    return found
