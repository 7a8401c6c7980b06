"""The daily comparison of a provider's bill with what the mall has on record.

A trade of the mall is a Notice of money that came (a payment that a trade paid has one), a refund
one that the provider has or has done. Both sides are laid beside each other by trade number and
refund number. What the mall heard of a day later than the provider is found all the same.
"""

import logging
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

from django.db import transaction
from django.db.models import QuerySet

from sharemall.payments.days import SHANGHAI, bounds, day_of
from sharemall.payments.models import BillCheck, BillDifference, Notice, Refund
from sharemall.payments.providers import BillLine, Provider, RefusedByProvider, Unreachable
from sharemall.payments.registry import providers

READY_AT = time(10)  # providers promise a day's bill for this time of the next day
DAYS_BACK = 7  # how far a check reaches back, and how many missed days are caught up on
TRY_AGAIN = timedelta(minutes=10)
AT_ONCE = 5_000

Kind = BillDifference.Kind
Key = tuple[str, str]  # trade number and refund number, which is empty for a payment

log = logging.getLogger(__name__)
_next_tries: dict[tuple[str, date], datetime] = {}


@dataclass(frozen=True, slots=True)
class Entry:
    """A payment or refund of one side; `since` is the day of the mall on which it was begun."""

    payment_no: str
    amount_fen: int
    since: date | None = None


def check_day(provider: Provider, day: date, now: datetime) -> BillCheck:
    """Compare the bill of a business day and keep the differences; running it again replaces them.

    Raises Unreachable and RefusedByProvider of the provider; then nothing is changed. Asks the
    provider before it begins its transaction.
    """
    lines = provider.bill(day, now)
    there = _sides(lines)
    here = _of_day(provider.key, day)
    here |= _of_keys(provider.key, there.keys() - here.keys())
    unseen = {key: entry for key, entry in here.items() if key not in there}
    there |= _in_earlier_bills(provider, day, unseen, now)
    return _store(provider.key, day, lines, list(_compare(here, there)), now)


def due(now: datetime) -> int:
    """Compare one bill that is ready and not yet compared; 1 if it was, else 0. For the worker.

    One a call, the newest first, since it may wait for the network. A bill that cannot be had now
    is asked for again in ten minutes.
    """
    local = now.astimezone(SHANGHAI)
    ready = local.date() - timedelta(days=1 if local.time() >= READY_AT else 2)
    days = [ready - timedelta(days=back) for back in range(DAYS_BACK)]
    checked = set(BillCheck.objects.filter(day__in=days).values_list("provider", "day"))
    for day in days:
        for provider in providers():
            bill = (provider.key, day)
            if bill not in checked and _next_tries.get(bill, now) <= now:
                _next_tries[bill] = now + TRY_AGAIN
                return int(_check(provider, day, now))
    return 0


def _check(provider: Provider, day: date, now: datetime) -> bool:
    try:
        check = check_day(provider, day, now)
    except (Unreachable, RefusedByProvider) as fault:
        log.warning("The bill of %s for %s cannot be compared: %s", provider.key, day, fault)
        return False
    if count := check.differences.count():
        log.error("The bill of %s for %s has %s differences", provider.key, day, count)
    return True


def _sides(lines: Iterable[BillLine]) -> dict[Key, Entry]:
    """Lines of one trade or refund that come twice are added up: they are a difference then."""
    found: dict[Key, Entry] = {}
    for line in lines:
        key = (line.trade_no, line.refund_no)
        before = found[key].amount_fen if key in found else 0
        found[key] = Entry(line.payment_no, before + line.amount_fen)
    return found


def _of_day(provider: str, day: date) -> dict[Key, Entry]:
    """What the mall heard of on that day."""
    notices = Notice.objects.filter(provider=provider, received_at__range=bounds(day))
    refunds = Refund.objects.filter(provider=provider, done_at__range=bounds(day))
    return dict(
        [
            *_payments(notices.filter(succeeded=True)),
            *_refunds(refunds.filter(status=Refund.Status.DONE)),
        ]
    )


def _of_keys(provider: str, keys: Set[Key]) -> dict[Key, Entry]:
    """What the mall heard of on other days, of these trades and refunds."""
    found: dict[Key, Entry] = {}
    for some in _batches(key for key in keys if not key[1]):
        notices = Notice.objects.filter(provider=provider, trade_no__in=[key[0] for key in some])
        found.update(_payments(notices.filter(succeeded=True)))
    for some in _batches(key for key in keys if key[1]):
        refunds = Refund.objects.filter(provider=provider, no__in=[key[1] for key in some])
        at_provider = (Refund.Status.SENT, Refund.Status.DONE)
        found.update(_refunds(refunds.filter(status__in=at_provider)))
    return {key: entry for key, entry in found.items() if key in keys}


def _payments(notices: QuerySet[Notice]) -> Iterator[tuple[Key, Entry]]:
    columns = ("trade_no", "payment__no", "amount_fen", "payment__created_at")
    for trade_no, payment_no, fen, created_at in notices.values_list(*columns):
        yield (trade_no, ""), Entry(payment_no, fen, day_of(created_at))


def _refunds(refunds: QuerySet[Refund]) -> Iterator[tuple[Key, Entry]]:
    columns = ("trade_no", "no", "payment__no", "amount_fen", "created_at")
    for trade_no, refund_no, payment_no, fen, created_at in refunds.values_list(*columns):
        yield (trade_no, refund_no), Entry(payment_no, fen, day_of(created_at))


def _in_earlier_bills(
    provider: Provider, day: date, unseen: dict[Key, Entry], now: datetime
) -> dict[Key, Entry]:
    """What the mall heard of on `day` and the provider did before it, in the bills before it.

    Money that came before midnight and was told after it; refunds that took days.
    """
    begun = min((entry.since for entry in unseen.values() if entry.since), default=day)
    found: dict[Key, Entry] = {}
    for back in range(1, min((day - begun).days, DAYS_BACK) + 1):
        if len(found) == len(unseen):
            break
        sides = _sides(provider.bill(day - timedelta(days=back), now))
        found.update({key: sides[key] for key in unseen.keys() & sides.keys()})
    return found


def _compare(here: dict[Key, Entry], there: dict[Key, Entry]) -> Iterator[BillDifference]:
    for key in sorted(here.keys() | there.keys()):
        ours, theirs = here.get(key), there.get(key)
        if ours is None:
            yield _difference(Kind.MISSING_HERE, key, ours, theirs)
        elif theirs is None:
            yield _difference(Kind.MISSING_THERE, key, ours, theirs)
        elif ours.amount_fen != theirs.amount_fen:
            yield _difference(Kind.AMOUNT, key, ours, theirs)


def _difference(kind: Kind, key: Key, ours: Entry | None, theirs: Entry | None) -> BillDifference:
    trade_no, refund_no = key
    known = ours or theirs
    return BillDifference(
        kind=kind,
        is_refund=bool(refund_no),
        payment_no=known.payment_no if known else "",
        trade_no=trade_no,
        refund_no=refund_no,
        here_fen=ours.amount_fen if ours else None,
        there_fen=theirs.amount_fen if theirs else None,
    )


@transaction.atomic
def _store(
    provider: str,
    day: date,
    lines: list[BillLine],
    differences: list[BillDifference],
    now: datetime,
) -> BillCheck:
    """Locks the day's row, so that of two checks at once the later one stands whole."""
    check, _ = BillCheck.objects.update_or_create(
        provider=provider,
        day=day,
        defaults={
            "checked_at": now,
            "lines": len(lines),
            "paid_fen": sum(line.amount_fen for line in lines if not line.is_refund),
            "refunded_fen": sum(line.amount_fen for line in lines if line.is_refund),
        },
    )
    check.differences.all().delete()
    for difference in differences:
        difference.check_of = check
    BillDifference.objects.bulk_create(differences)
    return check


def _batches(keys: Iterable[Key]) -> Iterator[list[Key]]:
    """Parts of a long bill that one query can name."""
    rest = iter(keys)
    while some := list(islice(rest, AT_ONCE)):
        yield some
