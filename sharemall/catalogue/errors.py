"""Why something cannot be offered."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sharemall.compliance.claims import BlockedClaims

if TYPE_CHECKING:
    from sharemall.catalogue.fit import Misfit, Misfits

__all__ = [
    "BlockedClaims",
    "CatalogueError",
    "DoesNotFit",
    "Gone",
    "GoodsDoNotFit",
    "NotEnoughStock",
    "UnknownZone",
]


class CatalogueError(Exception):
    """What was to be saved cannot be offered."""


class UnknownZone(CatalogueError):
    """The scheme in force has no zone of this key, so nothing can be sold in it."""


class DoesNotFit(CatalogueError):
    """Cost, contributions and commission exceed what may be paid; `misfits` says where."""

    def __init__(self, misfits: "Sequence[Misfit]") -> None:
        over = ", ".join(f"{misfit.variant_sku} by {misfit.over_fen} fen" for misfit in misfits)
        super().__init__(f"cost, contributions and commission exceed the price: {over}")
        self.misfits = list(misfits)


class GoodsDoNotFit(CatalogueError):
    """Goods on sale would not fit their zones' rates any more; `misfits` says which."""

    def __init__(self, misfits: "Misfits") -> None:
        super().__init__(f"{misfits.products} products would not fit their zones' rates")
        self.misfits = misfits


class Gone(CatalogueError):
    """There is no such product, variant or flash price (any more)."""


class NotEnoughStock(CatalogueError):
    """More was to be taken out of a stock than is in it."""
