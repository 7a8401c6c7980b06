"""What the pages of buying show beside plain values."""

from django import template

from sharemall.catalogue.models import Variant
from sharemall.orders.cart import CartGroup, CartView
from sharemall.orders.items import Item
from sharemall.orders.pricing import Fault, Quote
from sharemall.orders.refusals import Refused
from sharemall.storefront.forms.orders import sentence
from sharemall.storefront.ways import with_query

register = template.Library()


@register.filter
def picture_url(variant: Variant) -> str:
    """The variant's own picture, or its product's; "" if neither has one."""
    picture = variant.picture or variant.product.picture
    return picture.url if picture else ""


@register.filter
def fault_sentence(fault: Fault) -> str:
    """What keeps a line or an order from being placed."""
    return sentence(Refused(fault.refusal, **fault.facts))


@register.filter
def price_moved(item: Item) -> bool:
    """Whether it costs something else than when the shopper last looked."""
    return item.seen_price_fen not in (None, item.price_fen)


@register.filter
def all_ready(part: CartView | CartGroup) -> bool:
    """Whether everything that can be ordered is selected, in the cart or of one merchant."""
    ready = [item for item, fault in part.items if fault is None]
    return bool(ready) and all(item.is_selected for item in ready)


@register.filter
def with_address(page: str, address_id: int) -> str:
    """The page with this address chosen."""
    return with_query(page, address=address_id)


@register.filter
def goods_fen(quote: Quote) -> int:
    """What the goods of a checkout cost before coupons."""
    return sum(order.goods_fen for order in quote.orders)


@register.filter
def discount_fen(quote: Quote) -> int:
    """What coupons take off a checkout."""
    return sum(order.discount_fen for order in quote.orders)


@register.filter
def freight_fen(quote: Quote) -> int:
    """What sending all of it costs, as far as that is known."""
    return sum(order.freight_fen or 0 for order in quote.orders)
