"""Every change of the catalogue, under one name; each is one transaction."""

from sharemall.catalogue.coupons import close_coupon, issue_coupon, save_merchant
from sharemall.catalogue.drafts import VariantDraft, draft_of
from sharemall.catalogue.errors import (
    BlockedClaims,
    CatalogueError,
    DoesNotFit,
    Gone,
    GoodsDoNotFit,
    NotEnoughStock,
    UnknownZone,
)
from sharemall.catalogue.keeping import forget_visits, note_visit, save_favourite
from sharemall.catalogue.pictures import UnreadablePicture
from sharemall.catalogue.products import put_on_sale, save_product, take_off_sale
from sharemall.catalogue.stock import change_stock, remove_flash_price, save_flash_price
from sharemall.catalogue.zones import save_category, save_zone

__all__ = [
    "BlockedClaims",
    "CatalogueError",
    "DoesNotFit",
    "Gone",
    "GoodsDoNotFit",
    "NotEnoughStock",
    "UnknownZone",
    "UnreadablePicture",
    "VariantDraft",
    "change_stock",
    "close_coupon",
    "draft_of",
    "forget_visits",
    "issue_coupon",
    "note_visit",
    "put_on_sale",
    "remove_flash_price",
    "save_category",
    "save_favourite",
    "save_flash_price",
    "save_merchant",
    "save_product",
    "save_zone",
    "take_off_sale",
]
