"""The worker: applies what the journal has pending, all the time, and closes days and orders.

Pages apply their own events at once; the worker takes what nobody waits for, and midnight.
"""

import logging
import signal
import sys
import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta

from sharemall.cli import place
from sharemall.cli.serving import check_live

LOG = logging.getLogger(__name__)
# How long an event that nobody waits for may lie there. Each look is one short query.
PAUSE_SECONDS = 0.5
# How long events gather under a flow: a batch of a hundred costs little more than one of ten, and
# whoever waits for an answer finds the writer's lock free.
GATHER_SECONDS = 0.02
# How late an unpaid order may close, a received one complete, or a refund be sent.
ROUND_EVERY = timedelta(seconds=10)
# How late a member may be told of a step of its order.
NEWS_EVERY = timedelta(seconds=2)


def work(*, supervised: bool) -> None:
    """Work until asked to stop; when supervised, until whoever started it is gone too."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if supervised:
        threading.Thread(target=_stop_with_parent, args=[stop], daemon=True).start()
    check_live()
    place.enter()
    beside = [
        threading.Thread(target=_repeat, args=[do_long_work, NEWS_EVERY, stop]),
        threading.Thread(target=_repeat, args=[ask_providers, ROUND_EVERY, stop]),
        threading.Thread(target=_repeat, args=[tell_news, NEWS_EVERY, stop]),
    ]
    for thread in beside:
        thread.start()
    try:
        _loop(stop)
    finally:
        stop.set()
        for thread in beside:
            thread.join()


def _stop_with_parent(stop: threading.Event) -> None:
    """The parent holds the other end of stdin; however it ends, its end closes."""
    sys.stdin.buffer.read()
    stop.set()


def _loop(stop: threading.Event) -> None:
    from sharemall.clock.services import now
    from sharemall.ledger import closing, selectors, writer

    last_looked: date | None = None
    last_round: datetime | None = None
    while not stop.is_set():
        moment = now()
        if last_round is None or moment - last_round >= ROUND_EVERY:
            do_round(moment)
            last_round = moment
        today = selectors.business_day(moment)
        if today != last_looked:
            if closing.close_due(moment):
                _verify()
            last_looked = today
        stop.wait(GATHER_SECONDS if writer.advance() else PAUSE_SECONDS)


def do_round(moment: datetime) -> None:
    """What is due for orders now; a part that fails stops no other part."""
    from sharemall.aftersale import deadlines, granting
    from sharemall.orders import cart, life, paying
    from sharemall.payments import escrow
    from sharemall.schemes import effect
    from sharemall.till import refunding
    from sharemall.till import services as till

    _each(
        moment,
        effect.take_effect_due,
        paying.settle_moving,
        till.settle_moving,
        till.expire_due,
        refunding.settle_moving,
        life.close_unpaid,
        deadlines.act_due,
        granting.settle_moving,
        life.receive_due,
        life.complete_due,
        escrow.pay_out_cash,
        _bring_from_sandbox,
        cart.forget_visitors,
    )


def ask_providers(moment: datetime) -> None:
    """What waits for the network: nothing of it may keep the ledger waiting."""
    from sharemall.messages import outbox
    from sharemall.orders import paying
    from sharemall.payments import bills, refunds

    _each(moment, refunds.send_due, outbox.send_due, paying.ask_open, bills.due)


def tell_news(moment: datetime) -> None:
    """What members are to be told: a close's dividends take a while, and nobody waits for them."""
    from sharemall.messages import dividends, services, standing
    from sharemall.orders import telling
    from sharemall.schemes import telling as changes

    _each(moment, telling.tell, changes.tell, dividends.tell, standing.tell, services.sweep)


def do_long_work(moment: datetime) -> None:
    """What takes as long as it takes, and that somebody watches the progress of."""
    from sharemall.schemes import reruns

    _each(moment, reruns.run_asked)


def _repeat(
    work_round: Callable[[datetime], None], pause: timedelta, stop: threading.Event
) -> None:
    """Do rounds beside the ledger's loop, with a pause after each, until asked to stop."""
    from django.db import connection

    from sharemall.clock.services import now

    try:
        while not stop.is_set():
            work_round(now())
            stop.wait(pause.total_seconds())
    except Exception:
        LOG.exception("the worker cannot go on with %s", work_round.__name__)
        stop.set()  # it ends, and whoever supervises it starts it anew
    finally:
        connection.close()


def _each(moment: datetime, *parts: Callable[[datetime], object]) -> None:
    for part in parts:
        try:
            part(moment)
        except Exception:
            LOG.exception("%s.%s failed", part.__module__, part.__name__)


def _bring_from_sandbox(moment: datetime) -> None:
    """The sandbox is in this house: nobody else would bring its delayed notifications."""
    from sharemall.orders import paying
    from sharemall.payments import sandbox
    from sharemall.payments.providers import Forged

    for sent in sandbox.deliver_due(moment):
        try:
            paying.take_notification(
                provider_key=sandbox.Sandbox.key, headers=sent.headers, body=sent.body, now=moment
            )
        except Forged:
            LOG.exception("a notification of the sandbox is for nobody")


def _verify() -> None:
    """After a close the whole ledger is checked; the transparency page shows what came of it."""
    from sharemall.clock.services import now
    from sharemall.ledger.verify import verify
    from sharemall.referral import depths

    for fault in verify():
        LOG.error("the ledger does not add up: %s", fault)
    if not depths.check(now()).is_one_level:
        LOG.error("somebody beyond the direct referrer was paid")
