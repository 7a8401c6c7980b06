"""Checking the whole ledger against itself: each check names the first row that is wrong.

The strongest check needs none of this code: `sharemall replay` of the exported journal must equal
`sharemall state`.
"""

from collections.abc import Callable, Iterator

from sharemall.clock.services import now
from sharemall.ledger import checks, selectors
from sharemall.ledger.chain import link
from sharemall.ledger.models import FailedVerification, Pool, Verification
from sharemall.ledger.moment import one_moment
from sharemall.ledger.transfer import applications


def verify(progress: Callable[[str], None] = lambda name: None) -> list[str]:
    """Every check's first fault; none means that all hold, either is put on record.

    Reads one moment's state. Raises LedgerClosed if there is no ledger.
    """
    faults: list[str] = []
    with one_moment() as cursor:
        pool = Pool.objects.first()
        if pool is None:
            raise selectors.LedgerClosed
        progress("chain")
        faults += _chain(pool)
        cap = selectors.scheme().share_cap_micro
        if pool.issued_micro > cap:
            faults.append(f"shares: {pool.issued_micro} were issued, the cap is {cap}")
        for name, statement, sentence in checks.CHECKS:
            progress(name)
            cursor.execute(statement)
            found = cursor.fetchone()
            if found is not None:
                faults.append(f"{name}: {sentence.format(*found)}")
    if faults:
        FailedVerification.objects.create(position=pool.position, verified_at=now(), faults=faults)
    else:
        Verification.objects.create(position=pool.position, hash=pool.hash, verified_at=now())
    return faults


def _chain(pool: Pool) -> Iterator[str]:
    """The first break of the hash chain, if any."""
    digest, last = bytes(32), 0
    for position, event_id, code, reserve, outstanding, stored, payload in applications():
        digest = link(digest, position, code, reserve, outstanding, payload)
        if position != last + 1:
            yield f"chain: position {last + 1} is missing"
            return
        if digest != bytes(stored):
            yield f"chain: position {position} (event {event_id}) does not match its hash"
            return
        last = position
    if last != pool.position or digest != bytes(pool.hash):
        yield f"chain: it ends at position {last}, the pool stands at {pool.position}"
