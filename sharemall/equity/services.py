"""What a member does with shares: sell them to the reserve, or turn them into coins."""

from datetime import datetime
from uuid import UUID

from sharemall.equity import selectors
from sharemall.equity.quotes import CoinsQuote, SellQuote
from sharemall.ledger import events, journal, writer
from sharemall.ledger.values import Outcome


class QuoteOutdated(Exception):
    """The sale would pay less than was shown: show `quote` and ask again."""

    def __init__(self, quote: SellQuote) -> None:
        super().__init__("the sale would pay less than was shown")
        self.quote = quote


class CoinsOutdated(Exception):
    """The shares would become fewer coins than was shown: show `quote` and ask again."""

    def __init__(self, quote: CoinsQuote) -> None:
        super().__init__("the shares would become fewer coins than was shown")
        self.quote = quote


def sell(*, account: str, shares_micro: int, least_micro: int, key: UUID, now: datetime) -> Outcome:
    """Sell shares to the reserve at the price of the moment and wait for the ledger's answer.

    `least_micro` is the amount the member was shown; the price never falls, so the sale pays at
    least that, unless a change of the scheme came between: then QuoteOutdated is raised and
    nothing is journalled. A second call with the same key gives the first one's outcome,
    whatever it asks for. Must not be called inside a transaction. Source: rules.md, "sell".
    """
    event_id = selectors.sell_event_id(account, key)
    if journal.find(event_id) is None:
        _check(account, shares_micro, least_micro)
        event = events.sell(
            id=event_id, at=events.timestamp(now), member=account, shares_micro=shares_micro
        )
        _append_once(event)
    return writer.settle(event_id)


def exchange(
    *, account: str, shares_micro: int, least_micro: int, key: UUID, now: datetime
) -> Outcome:
    """Turn shares into coins at the price of the moment and wait for the ledger's answer.

    `least_micro` is how many coins the member was shown; if they would be fewer (everything was
    wound up in between, say), CoinsOutdated is raised and nothing is journalled. A second call
    with the same key gives the first one's outcome, whatever it asks for. Must not be called
    inside a transaction. Source: rules.md, "to_coins".
    """
    event_id = selectors.exchange_event_id(account, key)
    if journal.find(event_id) is None:
        holding = selectors.holding(account)
        if shares_micro <= holding.sellable_micro:  # else the ledger refuses it, on record
            quote = selectors.coins_quote(holding, shares_micro)
            if quote.coins_micro < least_micro:
                raise CoinsOutdated(quote)
        at = events.timestamp(now)
        _append_once(events.to_coins(id=event_id, at=at, member=account, shares_micro=shares_micro))
    return writer.settle(event_id)


def _append_once(event: events.Event) -> None:
    """Append; where the other half of a double click was quicker, its event stands."""
    try:
        journal.append(event)
    except journal.IdConflict:
        return


def _check(account: str, shares_micro: int, least_micro: int) -> None:
    holding = selectors.holding(account)
    if shares_micro > holding.sellable_micro:
        return  # the ledger refuses it, on record
    quote = selectors.quote(holding, shares_micro)
    if quote.received_micro < least_micro:
        raise QuoteOutdated(quote)
