"""Selling shares: once, exactly, and never for less than was shown."""

import threading
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection

from sharemall.equity import selectors, services
from sharemall.equity.selectors import Refused, Sold, Waiting
from sharemall.ledger import events, journal
from sharemall.ledger import selectors as ledger
from sharemall.ledger.models import Event
from tests.equity import mall
from tests.equity.mall import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mall() -> None:
    mall.open_mall()
    mall.feed(mall.sale("ann", 1000), mall.sale("bob", 3000))


def sell(account: str, shares: int, *, least: int = 0, key: UUID | None = None) -> str:
    """Sells and gives the code."""
    return services.sell(
        account=account, shares_micro=shares, least_micro=least, key=key or uuid4(), now=NOW
    ).code


def test_a_sale_pays_exactly_what_was_quoted() -> None:
    holding = selectors.holding("ann")
    quote = selectors.quote(holding, 7_654_321)
    key = uuid4()
    assert sell("ann", 7_654_321, least=quote.received_micro, key=key) == ""
    sale = selectors.sale_of_shares("ann", key)
    assert isinstance(sale, Sold)
    assert (sale.shares_micro, sale.received_micro) == (7_654_321, quote.received_micro)
    assert (sale.gross_micro, sale.fee_micro) == (quote.gross_micro, quote.fee_micro)
    assert (sale.price_before, sale.price_after) == (quote.price_before, quote.price_after)
    after = ledger.balance("ann")
    assert after.shares_micro == holding.balance.shares_micro - 7_654_321
    assert after.cash_micro == holding.balance.cash_micro + quote.received_micro


def test_the_whole_holding_can_be_sold_and_nothing_is_left() -> None:
    holding = selectors.holding("ann")
    assert holding.quote is not None
    assert sell("ann", holding.balance.shares_micro, least=holding.quote.received_micro) == ""
    empty = selectors.holding("ann")
    assert (empty.balance.shares_micro, empty.quote, empty.value_micro) == (0, None, 0)


def test_the_same_key_sells_once_whatever_it_asks_for() -> None:
    key = uuid4()
    sell("ann", 5_000_000, key=key)
    once = ledger.balance("ann")
    assert sell("ann", 5_000_000, key=key) == ""
    assert sell("ann", 9_000_000, key=key) == ""
    assert ledger.balance("ann") == once


def test_a_retry_is_not_asked_for_a_quote_again() -> None:
    key = uuid4()
    quote = selectors.holding("ann").quote
    assert quote is not None
    sell("ann", quote.shares_micro, least=quote.received_micro, key=key)
    assert sell("ann", quote.shares_micro, least=quote.received_micro, key=key) == ""


def test_one_members_key_says_nothing_about_another_member() -> None:
    key = uuid4()
    sell("ann", 5_000_000, key=key)
    assert selectors.sale_of_shares("bob", key) is None
    assert sell("bob", 1_000_000, key=key) == ""
    assert isinstance(selectors.sale_of_shares("bob", key), Sold)


def test_more_than_is_held_is_refused_on_record_and_moves_nothing() -> None:
    before, key = ledger.balance("ann"), uuid4()
    assert sell("ann", before.shares_micro + 1, key=key) == "insufficient_shares"
    assert ledger.balance("ann") == before
    assert selectors.sale_of_shares("ann", key) == Refused("insufficient_shares")


def test_a_price_that_rose_meanwhile_pays_more_than_was_shown() -> None:
    quote = selectors.quote(selectors.holding("ann"), 5_000_000)
    mall.feed(mall.sale("cid", 2000))
    key = uuid4()
    assert sell("ann", 5_000_000, least=quote.received_micro, key=key) == ""
    sale = selectors.sale_of_shares("ann", key)
    assert isinstance(sale, Sold)
    assert sale.received_micro > quote.received_micro
    assert sale.price_before > quote.price_before


def test_a_higher_fee_between_quote_and_confirmation_asks_again() -> None:
    quote = selectors.quote(selectors.holding("ann"), 5_000_000)
    dearer = mall.SCHEME.replace('name = "test"', 'name = "test"\nsell_fee = "0.2"')
    mall.feed(mall.new_scheme(dearer))
    events_before = Event.objects.count()
    with pytest.raises(services.QuoteOutdated) as outdated:
        sell("ann", 5_000_000, least=quote.received_micro)
    assert outdated.value.quote.received_micro < quote.received_micro
    assert Event.objects.count() == events_before


def test_a_sale_that_is_journalled_but_not_applied_is_waiting() -> None:
    key = uuid4()
    event_id = selectors.sell_event_id("ann", key)
    journal.append(
        events.sell(id=event_id, at="2026-11-22T12:00:00+08:00", member="ann", shares_micro=1)
    )
    assert selectors.sale_of_shares("ann", key) == Waiting()
    assert sell("ann", 1, key=key) == ""
    assert isinstance(selectors.sale_of_shares("ann", key), Sold)


def test_selling_the_last_share_but_a_splinter_shows_what_was_paid_out_beside() -> None:
    mall.feed(mall.sale("ann", 1, number=9))
    sell("bob", ledger.balance("bob").shares_micro)
    held, key = ledger.balance("ann").shares_micro, uuid4()
    assert sell("ann", held - 400_000, key=key) == ""
    sale = selectors.sale_of_shares("ann", key)
    assert isinstance(sale, Sold)
    assert sale.wound_up_micro > 0
    assert sale.price_after is None
    assert ledger.balance("ann").shares_micro == 0


@pytest.mark.django_db(transaction=True)
def test_a_double_click_sells_once() -> None:
    before, key, codes = ledger.balance("ann").shares_micro, uuid4(), []

    def click(number: int) -> None:
        try:
            outcome = services.sell(
                account="ann",
                shares_micro=2_000_000,
                least_micro=0,
                key=key,
                now=NOW + timedelta(seconds=number),
            )
            codes.append(outcome.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=click, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [""] * 8
    assert ledger.balance("ann").shares_micro == before - 2_000_000


def test_a_page_of_movements_keeps_an_events_rows_together() -> None:
    for number in range(1, 8):
        mall.feed(mall.sale("ann", 100, number=number, day=FIRST_DAY + timedelta(days=number)))
    seen, before = [], None
    while True:
        rows, before = selectors.movements("ann", before=before, limit=3)
        seen += rows
        if before is None:
            break
    assert [row.position for row in seen] == sorted({row.position for row in seen}, reverse=True)
    assert len(seen) == 8
