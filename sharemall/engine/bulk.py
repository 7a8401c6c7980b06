"""The moves of many events at once, column by column, for whoever writes them by the thousand."""

from array import array
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sharemall.engine.exact import Column
from sharemall.engine.issuing import Sales
from sharemall.engine.state import Move

SaleTerms = tuple[int, int, int, int, int, int, int]


class Leg(NamedTuple):
    """One account's part in each of many sales, in micro-units; all columns are of one length.

    `account` is a key of the pool's, or which of the two `members` it is.
    """

    account: str
    reason: str
    cash: Column
    share: Column
    quota: Column


BUYER, REFERRER = "buyer", "referrer"


class BulkMoves(list[Move]):
    """Moves as a list, but for those of sales: they are kept as the terms that were worked out.

    A sale makes up to seven moves, and making them one by one takes as long as working it out.
    `legs` makes them for all sales at once; `engine.apply` makes the same for one.
    `of_move` and `of_sale` are the numbers of their events, where these were told by `assign`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.of_move = array("q")
        self.of_sale = array("q")
        self.buyers: list[str] = []
        self.referrers: list[str | None] = []
        self._terms = array("q")

    def add_sale(self, buyer: str, referrer: str | None, terms: SaleTerms) -> None:
        """Keep a sale."""
        self.buyers.append(buyer)
        self.referrers.append(referrer)
        self._terms.extend(terms)

    def add_sales(
        self, numbers: Column, buyers: list[str], referrers: list[str | None], sold: Sales
    ) -> None:
        """Keep sales, of the events with these numbers."""
        self.buyers += buyers
        self.referrers += referrers
        self.of_sale.frombytes(numbers.tobytes())
        self._terms.frombytes(np.column_stack(sold).tobytes())

    def assign(self, number: int) -> None:
        """What came since the last time is of the event with this number."""
        self.of_move.extend([number] * (len(self) - len(self.of_move)))
        self.of_sale.extend([number] * (len(self.buyers) - len(self.of_sale)))

    def terms(self) -> Column:
        """The sales' terms, a row of seven numbers each, as `rules.Sale` has them."""
        return np.frombuffer(self._terms, np.int64).reshape(-1, 7)

    def legs(self) -> Iterator[Leg]:
        """What the sales moved, account by account; where a row is all 0, nothing moved."""
        reserve, dividend, honor, unassigned, shares, referrer_shares, quota = self.terms().T
        none = np.zeros_like(reserve)
        contributed = reserve + dividend + honor + unassigned
        yield Leg(".outside", "sale", -contributed, -shares - referrer_shares, -quota)
        yield Leg(".reserve", "sale", reserve, none, none)
        yield Leg(".dividend_fund", "sale", dividend, none, none)
        yield Leg(".honor_fund", "sale", honor, none, none)
        yield Leg(".unassigned", "sale", unassigned, none, none)
        yield Leg(BUYER, "sale", none, shares, quota)
        yield Leg(REFERRER, "referral", none, referrer_shares, none)
