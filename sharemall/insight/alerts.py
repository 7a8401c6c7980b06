"""What needs somebody, the most urgent first: each says what happened and what to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sharemall.catalogue import fit
from sharemall.engine.scheme import Scheme
from sharemall.insight.overview import Checked, checked
from sharemall.ledger import lag as lags
from sharemall.ledger import runs
from sharemall.ledger import selectors as ledger
from sharemall.ledger.lag import Lag
from sharemall.ledger.runs import Run
from sharemall.payments import troubles as money
from sharemall.payments.troubles import Troubles
from sharemall.schemes import selectors as schemes
from sharemall.schemes.selectors import AlertKind
from sharemall.tickets import selectors as tickets

LAG_SECONDS = 60  # the worker looks twice a second: after a minute it does not run
RUNNING_FOR = timedelta(minutes=30)  # a run without an end is dead after that
SOON = timedelta(hours=4)


class Kind(StrEnum):
    """What an alert is about; pages know where each leads to."""

    LATE_CLOSE = "late_close"
    FAILED_CLOSE = "failed_close"
    VERIFICATION = "verification"
    LAG = "lag"
    REFUNDS = "refunds"
    BILLS = "bills"
    UNEXPECTED = "unexpected"
    TICKETS = "tickets"
    MISFITS = "misfits"
    RULES = "rules"


@dataclass(frozen=True, slots=True)
class Alert:
    """`what` happened, and what is `to_do`; grave ones stop money or break a promise."""

    kind: Kind
    is_grave: bool
    what: str
    to_do: str
    day: str = ""  # the business day it is about, if it is about one


def alerts(now: datetime) -> list[Alert]:
    """All that needs somebody now, grave ones first. Raises LedgerClosed."""
    scheme = ledger.scheme()
    found = [
        *_late(now, scheme),
        *_failed_runs(now),
        *_verification(checked(), lags.day_of(now, scheme)),
        *_lagging(lags.lag(now), now),
        *_money(money.troubles(now)),
        *_tickets(now),
        *_misfits(now),
        *_rules(now),
    ]
    return sorted(found, key=lambda alert: not alert.is_grave)


def _late(now: datetime, scheme: Scheme) -> Iterator[Alert]:
    since = lags.late_since(now, scheme)
    if since is not None:
        yield Alert(
            Kind.LATE_CLOSE,
            True,
            _("%(day)s is over and not closed: nobody has its dividends yet.")
            % {"day": since.isoformat()},
            _("Look whether the worker runs. It closes the day by itself as soon as it does."),
            since.isoformat(),
        )


def _failed_runs(now: datetime) -> Iterator[Alert]:
    for run in runs.unfinished(now - runs.SINCE):
        if run.ended_at is None and now - run.started_at < RUNNING_FOR:
            continue
        yield Alert(
            Kind.FAILED_CLOSE,
            True,
            _("The close of %(day)s came to no end: %(fault)s")
            % {"day": run.day.isoformat(), "fault": _fault(run)},
            _("Nothing of it was written. Remove the cause, then let the worker close the day."),
            run.day.isoformat(),
        )


def _fault(run: Run) -> str:
    if run.ended_at is None:
        return _("the process died.")
    return run.fault or run.code


def _verification(last: Checked, today: date) -> Iterator[Alert]:
    if last.is_broken and last.failed is not None:
        yield Alert(
            Kind.VERIFICATION,
            True,
            _("The ledger does not add up: %(fault)s") % {"fault": last.failed.faults[0]},
            _("Stop what pays money out, keep the database as it is, and call the engineers."),
        )
        return
    closed = lags.unchecked_since(last.passed.position if last.passed else 0, today)
    if closed is not None:
        yield Alert(
            Kind.VERIFICATION,
            False,
            _("The ledger was not checked since the close of %(day)s.")
            % {"day": closed.isoformat()},
            _("Look whether the worker runs: it checks the ledger after every close."),
            closed.isoformat(),
        )


def _lagging(lag: Lag, now: datetime) -> Iterator[Alert]:
    seconds = lag.seconds(now)
    if seconds > LAG_SECONDS:
        yield Alert(
            Kind.LAG,
            True,
            ngettext(
                "%(count)s event waits to be applied, the first for %(minutes)s minutes.",
                "%(count)s events wait to be applied, the first for %(minutes)s minutes.",
                lag.pending,
            )
            % {"count": lag.pending, "minutes": seconds // 60},
            _("Look whether the worker runs. Nothing is lost: they are applied in their order."),
        )


def _money(found: Troubles) -> Iterator[Alert]:
    if found.failed_refunds:
        yield Alert(
            Kind.REFUNDS,
            True,
            ngettext(
                "%(count)s refund was refused by its provider.",
                "%(count)s refunds were refused by their provider.",
                found.failed_refunds,
            )
            % {"count": found.failed_refunds},
            _("Read what the provider said, put it right there, and send them again."),
        )
    if found.differences:
        yield Alert(
            Kind.BILLS,
            False,
            ngettext(
                "%(count)s difference between the providers' bills and our records in 30 days.",
                "%(count)s differences between the providers' bills and our records in 30 days.",
                found.differences,
            )
            % {"count": found.differences},
            _("Compare each with the provider's own record; a day's bill can be fetched again."),
        )
    if found.unexpected:
        yield Alert(
            Kind.UNEXPECTED,
            False,
            ngettext(
                "Money came %(count)s time in 30 days that no order was waiting for.",
                "Money came %(count)s times in 30 days that no order was waiting for.",
                found.unexpected,
            )
            % {"count": found.unexpected},
            _("It goes back by itself. See whether it did, and why it came."),
        )


def _tickets(now: datetime) -> Iterator[Alert]:
    overdue, soon = tickets.nearing(now, SOON)
    if overdue:
        yield Alert(
            Kind.TICKETS,
            True,
            ngettext(
                "%(count)s ticket has waited longer than it may.",
                "%(count)s tickets have waited longer than they may.",
                overdue,
            )
            % {"count": overdue},
            _("Answer them, the oldest first."),
        )
    if soon:
        yield Alert(
            Kind.TICKETS,
            False,
            ngettext(
                "%(count)s ticket has to be answered within four hours.",
                "%(count)s tickets have to be answered within four hours.",
                soon,
            )
            % {"count": soon},
            _("Answer them, the oldest first."),
        )


def _misfits(now: datetime) -> Iterator[Alert]:
    found = fit.check_scheme(ledger.scheme(), now)
    if found.products:
        yield Alert(
            Kind.MISFITS,
            True,
            ngettext(
                "%(count)s product on sale costs more than it brings: %(first)s.",
                "%(count)s products on sale cost more than they bring, the first: %(first)s.",
                found.products,
            )
            % {"count": found.products, "first": found.first[0].variant_sku},
            _("Raise its price, lower its discounts, or take it off sale."),
        )


def _rules(now: datetime) -> Iterator[Alert]:
    for found in schemes.alerts(now):
        title = {"title": found.change.title}
        if found.kind == AlertKind.REFUSED:
            yield Alert(
                Kind.RULES,
                True,
                _("The journal refused the new rules “%(title)s”: nothing has changed.") % title,
                _("Begin a new draft from the rules in force."),
            )
        elif found.kind == AlertKind.LATE:
            yield Alert(
                Kind.RULES,
                True,
                _("The new rules “%(title)s” have not taken effect at their moment.") % title,
                _("Look whether the worker runs. They take effect as soon as it does."),
            )
        else:
            yield Alert(
                Kind.RULES,
                False,
                _("The new rules “%(title)s” wait for a second person's approval.") % title,
                _("Read what they change, and decide. Who wrote in them cannot."),
            )
