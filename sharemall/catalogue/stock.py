"""Stock and flash prices of variants: what changes while orders take from them."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from sharemall.catalogue.errors import Gone, NotEnoughStock
from sharemall.catalogue.models import FlashPrice, Variant
from sharemall.catalogue.products import locked, refuse_misfit
from sharemall.clock import services as clock

MOST_STOCK = 2**31 - 1


@transaction.atomic
def change_stock(*, variant_id: int, by: int) -> Variant:
    """Put `by` pieces into a variant's stock, or take them out.

    Raises Gone; NotEnoughStock if less than nothing would be left; ValidationError for more than
    fit into a stock.
    """
    if not -MOST_STOCK <= by <= MOST_STOCK:
        raise ValidationError(_("A stock holds at most %(most)s pieces.") % {"most": MOST_STOCK})
    rows = Variant.objects.filter(pk=variant_id)
    room = rows.filter(stock__gte=-by, stock__lte=MOST_STOCK - max(by, 0))
    changed = room.update(stock=F("stock") + by)
    variant = rows.select_related("product").first()
    if variant is None:
        raise Gone(str(variant_id))
    if not changed and by > 0:
        raise ValidationError(_("A stock holds at most %(most)s pieces.") % {"most": MOST_STOCK})
    if not changed:
        raise NotEnoughStock(f"{variant.sku}: {variant.stock} in stock")
    return variant


@transaction.atomic
def save_flash_price(
    *,
    variant_id: int,
    flash_id: int | None = None,
    price_fen: int,
    quantity: int,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime | None = None,
) -> FlashPrice:
    """Make a flash price of a variant, or change the one of `flash_id`.

    Of a changed `quantity` what was sold is gone already. Raises Gone, UnknownZone, DoesNotFit;
    ValidationError for a price not below the variant's, less than was sold, or a window that
    meets another one of the variant.
    """
    variant = _variant_of_locked_product(variant_id)
    flash = _flash(variant, flash_id)
    sold = flash.quantity - flash.left if flash_id is not None else 0
    flash.price_fen, flash.quantity = price_fen, quantity
    flash.starts_at, flash.ends_at = starts_at, ends_at
    flash.left = quantity - sold
    flash.full_clean(exclude=["variant"], validate_constraints=False)
    _refuse_ill_formed(flash, variant)
    flash.save()
    refuse_misfit(variant.product, [variant], now or clock.now())
    return flash


@transaction.atomic
def remove_flash_price(*, flash_id: int, now: datetime | None = None) -> None:
    """Delete a flash price that has not begun, end one that has. Raises Gone."""
    found = FlashPrice.objects.filter(pk=flash_id).values_list("variant_id", flat=True).first()
    if found is None:
        raise Gone(str(flash_id))
    flash = _flash(_variant_of_locked_product(found), flash_id)
    moment = now or clock.now()
    if flash.starts_at < moment:
        # Orders may refer to it, and what they give back belongs to it.
        flash.ends_at = min(flash.ends_at, moment)
        flash.save(update_fields=["ends_at"])
    else:
        flash.delete()


def _variant_of_locked_product(variant_id: int) -> Variant:
    """The product's lock keeps the windows of its variants apart, and its prices."""
    rows = Variant.objects.filter(pk=variant_id)
    product_id = rows.values_list("product_id", flat=True).first()
    product = None if product_id is None else locked(pk=product_id)
    if product is None:
        raise Gone(str(variant_id))
    variant = rows.get()
    variant.product = product
    return variant


def _flash(variant: Variant, flash_id: int | None) -> FlashPrice:
    """A new one, or the one to change, locked: orders take from what is left of it."""
    if flash_id is None:
        return FlashPrice(variant=variant)
    rows = FlashPrice.objects.select_for_update(no_key=True)
    flash = rows.filter(pk=flash_id, variant=variant).first()
    if flash is None:
        raise Gone(str(flash_id))
    return flash


def _refuse_ill_formed(flash: FlashPrice, variant: Variant) -> None:
    if not 0 < flash.price_fen < variant.price_fen:
        raise ValidationError({"price_fen": _("A flash price is below the usual price.")})
    if flash.quantity < 1 or flash.left < 0:
        raise ValidationError({"quantity": _("At least one piece, and not fewer than were sold.")})
    if flash.ends_at <= flash.starts_at:
        raise ValidationError({"ends_at": _("The end comes after the start.")})
    others = FlashPrice.objects.filter(variant=variant).exclude(pk=flash.pk)
    if others.filter(starts_at__lt=flash.ends_at, ends_at__gt=flash.starts_at).exists():
        raise ValidationError(
            {"starts_at": _("Another flash price of this variant runs in this time.")}
        )
