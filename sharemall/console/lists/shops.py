"""Merchants and what is offered for less: coupons, flash prices."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sharemall.catalogue import search
from sharemall.catalogue import services as catalogue
from sharemall.catalogue.errors import Gone
from sharemall.catalogue.models import FlashPrice, Product
from sharemall.clock import services as clock
from sharemall.console import amounts
from sharemall.console.lists import choices
from sharemall.console.lists.base import WorkList, moment, to
from sharemall.console.lists.bulk import Bulk, NotDone
from sharemall.console.lists.columns import Column, Kind, Words
from sharemall.console.lists.filters import Days, OneOf, Yuan
from sharemall.console.lists.goods import of_each
from sharemall.console.lists.listing import Tab
from sharemall.console.site import site
from sharemall.console.templatetags.console import WORDS
from sharemall.coupons.models import Coupon, CouponClaim
from sharemall.members.models import Member
from sharemall.merchants.models import Merchant

OPEN, CLOSED = pgettext_lazy("staff", "Open"), pgettext_lazy("staff", "Closed")
OVER = (pgettext_lazy("staff", "Over"), "")
TO_COME = (pgettext_lazy("staff", "To come"), "chip-gold")
RUNNING = (pgettext_lazy("staff", "Running"), "chip-sale")


@admin.register(Merchant, site=site)
class MerchantList(WorkList):
    """All merchants, closed ones too."""

    may_read = "merchants.read"
    page_name = "console-merchants"
    title = _("Merchants")
    search_hint = _("Name of the merchant")
    empty = _("No merchants yet")
    order = ("joined_at", "pk")
    tabs = (
        Tab("", pgettext_lazy("lists", "All")),
        Tab("open", OPEN, Q(is_open=True)),
        Tab("closed", CLOSED, Q(is_open=False)),
    )
    filters = (Days("joined_at", pgettext_lazy("staff", "Joined")),)
    links = (("console-merchant-new", _("New merchant"), "plus", "merchants.change"),)
    columns = (
        Column(
            _("Merchant"),
            lambda row: row.name,
            link=lambda row: to("console-merchant", key=row.key),
        ),
        Column(_("Name in the journal"), lambda row: row.key),
        Column(_("Commission"), lambda row: row.commission_nano, Kind.PERCENT),
        Column(
            _("Products"),
            lambda row: row.product_count,
            Kind.COUNT,
            link=lambda row: f"{to('console-products')}?merchant={row.key}",
        ),
        Column(pgettext_lazy("staff", "Joined"), lambda row: row.joined_at, Kind.TIME),
        Column(
            pgettext_lazy("staff", "State"),
            lambda row: OPEN if row.is_open else CLOSED,
            chip=lambda row: "chip-primary" if row.is_open else "",
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        count = of_each(Product, "merchant", Count("pk"))
        return super().get_queryset(request).annotate(product_count=count)

    def search(self, query: str) -> QuerySet[Any]:
        # A mall has hundreds of merchants, not millions: no index is needed.
        named = Q(name_zh__icontains=query) | Q(name_en__icontains=query)
        return Merchant.objects.filter(Q(key__startswith=query) | named)


def _state_of(coupon: Any) -> tuple[Words, str]:
    now = coupon.now
    if coupon.ends_at <= now:
        return OVER
    if not coupon.is_open:
        return CLOSED, ""
    return TO_COME if coupon.starts_at > now else RUNNING


def _off(coupon: Coupon) -> str:
    if coupon.off_fen is not None:
        return amounts.yuan(coupon.off_fen)
    return f"{amounts.percent(coupon.off_nano or 0)}% ≤ {amounts.yuan(coupon.most_off_fen or 0)}"


def _close(coupon: Coupon, by: Member, now: datetime) -> None:
    if coupon.ends_at <= now:
        raise NotDone(say("It is over already."))
    if not coupon.is_open:
        raise NotDone(say("It is closed already."))
    try:
        catalogue.close_coupon(coupon_id=coupon.pk)
    except Coupon.DoesNotExist:
        raise NotDone(say("It is not there any more.")) from None


@admin.register(Coupon, site=site)
class CouponList(WorkList):
    """All coupons, the newest first."""

    may_read = "offers.read"
    page_name = "console-coupons"
    title = pgettext_lazy("staff", "Coupons")
    search_hint = _("Name of the coupon")
    empty = _("No coupons yet")
    related = ("merchant",)
    filters = (
        choices.of_merchant(),
        OneOf("zone", _("Zone"), choices.zones, "zone_key"),
        OneOf("funder", _("Paid for by"), lambda: choices.named(WORDS["funder"])),
        Days("ends_at", _("Ends")),
    )
    bulk = (
        Bulk(
            "close",
            pgettext_lazy("staff", "Close"),
            "offers.change",
            _close,
            asks=_("Hand these out no longer? Who holds one can still use it."),
        ),
    )
    links = (("console-coupon-new", _("New coupon"), "plus", "offers.change"),)
    columns = (
        Column(_("Coupon"), lambda row: row.name),
        Column(
            _("Good for"),
            lambda row: row.merchant.name if row.merchant else _("Every merchant"),
            under=lambda row: row.zone_key,
        ),
        Column(_("Zone"), lambda row: row.zone_key, shown=False),
        Column(_("Paid for by"), lambda row: WORDS["funder"][row.funder]),
        Column(pgettext_lazy("staff", "From"), lambda row: row.threshold_fen, Kind.YUAN),
        Column(pgettext_lazy("staff", "Takes off"), _off),
        Column(pgettext_lazy("staff", "Left"), lambda row: row.left, Kind.COUNT),
        Column(pgettext_lazy("lists", "Of"), lambda row: row.quantity, Kind.COUNT),
        Column(pgettext_lazy("staff", "Used"), lambda row: row.used, Kind.COUNT),
        Column(_("Begins"), lambda row: row.starts_at, Kind.TIME, shown=False),
        Column(_("Ends"), lambda row: row.ends_at, Kind.TIME),
        Column(
            pgettext_lazy("staff", "State"),
            lambda row: _state_of(row)[0],
            chip=lambda row: _state_of(row)[1],
        ),
    )

    def get_tabs(self) -> tuple[Tab, ...]:
        now = clock.now()
        return (
            Tab("", pgettext_lazy("lists", "All")),
            Tab("open", OPEN, Q(is_open=True, ends_at__gt=now)),
            Tab("closed", CLOSED, Q(is_open=False) | Q(ends_at__lte=now)),
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        # Counting what is in a column counts those that have something in it.
        used = of_each(CouponClaim, "coupon", Count("used_at"))
        return super().get_queryset(request).annotate(used=used, now=moment())

    def search(self, query: str) -> QuerySet[Any]:
        # Hundreds of coupons, not millions: no index is needed.
        return Coupon.objects.filter(Q(name_zh__icontains=query) | Q(name_en__icontains=query))


def _flash_state(flash: Any) -> tuple[Words, str]:
    now = flash.now
    if flash.ends_at <= now:
        return OVER
    if flash.starts_at > now:
        return TO_COME
    return RUNNING if flash.left else (_("Sold out"), "")


def _end(flash: FlashPrice, by: Member, now: datetime) -> None:
    if flash.ends_at <= now:
        raise NotDone(say("It is over already."))
    try:
        catalogue.remove_flash_price(flash_id=flash.pk, now=now)
    except Gone:
        raise NotDone(say("It is not there any more.")) from None


@admin.register(FlashPrice, site=site)
class FlashList(WorkList):
    """All flash prices, the newest first."""

    may_read = "offers.read"
    page_name = "console-flash"
    title = _("Flash prices")
    search_hint = _("SKU or product")
    empty = _("No flash prices yet")
    empty_hint = _("A lower price for a time, for so many pieces.")
    related = ("variant__product__merchant",)
    filters = (
        choices.of_merchant("variant__product__merchant"),
        OneOf("zone", _("Zone"), choices.zones, "variant__product__zone"),
        Yuan("price_fen"),
        Days("starts_at", _("Begins")),
    )
    bulk = (
        Bulk(
            "end",
            pgettext_lazy("lists", "End"),
            "offers.change",
            _end,
            asks=_("End these now? Orders that hold such a price keep it."),
        ),
    )
    links = (("console-flash-new", _("New flash price"), "plus", "offers.change"),)
    columns = (
        Column(
            pgettext_lazy("staff", "Product"),
            lambda row: row.variant.product.name,
            link=lambda row: to("console-flash-price", flash_id=row.pk),
            under=lambda row: row.variant.name,
            is_long=True,
        ),
        Column(_("SKU"), lambda row: row.variant.sku),
        Column(pgettext_lazy("staff", "Price"), lambda row: row.variant.price_fen, Kind.YUAN),
        Column(pgettext_lazy("staff", "Flash price"), lambda row: row.price_fen, Kind.YUAN),
        Column(pgettext_lazy("staff", "Left"), lambda row: row.left, Kind.COUNT),
        Column(pgettext_lazy("lists", "Of"), lambda row: row.quantity, Kind.COUNT),
        Column(_("Begins"), lambda row: row.starts_at, Kind.TIME),
        Column(_("Ends"), lambda row: row.ends_at, Kind.TIME),
        Column(
            pgettext_lazy("staff", "State"),
            lambda row: _flash_state(row)[0],
            chip=lambda row: _flash_state(row)[1],
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(now=moment())

    def called(self, row: Any) -> str:
        return f"{row.variant.product.name} · {row.variant.sku}"

    def get_tabs(self) -> tuple[Tab, ...]:
        now = clock.now()
        return (
            Tab("", pgettext_lazy("lists", "All")),
            Tab("running", RUNNING[0], Q(starts_at__lte=now, ends_at__gt=now)),
            Tab("coming", TO_COME[0], Q(starts_at__gt=now)),
            Tab("over", OVER[0], Q(ends_at__lte=now)),
        )

    def search(self, query: str) -> QuerySet[Any]:
        found = Q(variant__sku__startswith=query) | Q(variant__product__slug__startswith=query)
        if terms := search.asked(query):
            found |= Q(variant__product__terms__contains=terms)
        return FlashPrice.objects.filter(found)
