"""Orders of all merchants, and the cases of after-sale."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sharemall.aftersale import words as aftersale
from sharemall.aftersale.models import Case
from sharemall.aftersale.selectors import GROUPS
from sharemall.console.lists import choices
from sharemall.console.lists.base import WorkList, to
from sharemall.console.lists.columns import Column, Kind
from sharemall.console.lists.filters import Days, OneOf, Yuan
from sharemall.console.lists.listing import Tab
from sharemall.console.selectors import UNPAID
from sharemall.console.site import site
from sharemall.console.templatetags.console import STATUSES, region_of
from sharemall.orders.models import Order


def _state(key: str, is_due: bool = False) -> Tab:
    of = UNPAID if key == Order.Status.UNPAID else [key]
    return Tab(key, STATUSES[key][0], Q(status__in=of), is_due=is_due)


def _goods(order: Order) -> str:
    return "; ".join(f"{line.name} × {line.quantity:,}" for line in order.lines.all())


@admin.register(Order, site=site)
class OrderList(WorkList):
    """Orders by state, number or phone."""

    may_read = "orders.read"
    page_name = "console-orders"
    title = _("Orders")
    search_hint = _("Order number or phone")
    empty = _("No orders here")
    related = ("merchant", "member")
    beside = ("lines",)
    tabs = (
        Tab("", pgettext_lazy("lists", "All")),
        _state("paid", is_due=True),
        *(_state(key) for key in ("unpaid", "shipped", "received", "completed", "cancelled")),
    )
    filters = (choices.of_merchant(), Days("placed_at", _("Placed")), Yuan("total_fen"))
    links = (
        ("console-import-parcels", pgettext_lazy("lists", "Ship many"), "truck", "orders.ship"),
    )
    columns = (
        Column(
            pgettext_lazy("staff", "Order"),
            lambda row: row.no,
            link=lambda row: to("console-order", no=row.no),
        ),
        Column(pgettext_lazy("staff", "Placed"), lambda row: row.placed_at, Kind.TIME),
        Column(_("Member"), lambda row: row.member.name),
        Column(pgettext_lazy("lists", "Phone"), lambda row: row.member.phone, shown=False),
        Column(_("Merchant"), lambda row: row.merchant.name),
        Column(pgettext_lazy("staff", "Goods"), _goods, is_long=True),
        Column(_("Goods before coupons"), lambda row: row.goods_fen, Kind.YUAN, shown=False),
        Column(_("Discount"), lambda row: row.discount_fen, Kind.YUAN, shown=False),
        Column(_("Freight"), lambda row: row.freight_fen, Kind.YUAN, shown=False),
        Column(_("Total"), lambda row: row.total_fen, Kind.YUAN),
        Column(_("Refunded"), lambda row: row.refunded_fen, Kind.YUAN, shown=False),
        Column(
            pgettext_lazy("staff", "State"),
            lambda row: STATUSES[row.status][0],
            chip=lambda row: STATUSES[row.status][1],
        ),
        Column(pgettext_lazy("lists", "Paid at"), lambda row: row.paid_at, Kind.TIME, shown=False),
        Column(_("Shipped at"), lambda row: row.shipped_at, Kind.TIME, shown=False),
        Column(_("Completed at"), lambda row: row.completed_at, Kind.TIME, shown=False),
        Column(_("Recipient"), lambda row: row.ship_name, shown=False),
        Column(_("Recipient's phone"), lambda row: row.ship_phone, shown=False),
        Column(_("Region"), region_of, shown=False),
        Column(_("Address"), lambda row: row.ship_detail, shown=False),
        Column(_("Carrier"), lambda row: row.carrier, shown=False),
        Column(_("Tracking number"), lambda row: row.tracking_no, shown=False),
        Column(_("Remark"), lambda row: row.remark, shown=False),
    )

    def search(self, query: str) -> QuerySet[Any]:
        if choices.is_phone(query):
            of = choices.with_phone(query)
            return Order.objects.filter(Q(ship_phone=query) | Q(member_id__in=of))
        return Order.objects.filter(no__startswith=query)


_CASE_TABS = {
    "asked": pgettext_lazy("staff", "To answer"),
    "sent_back": pgettext_lazy("staff", "To confirm"),
    "arbitration": pgettext_lazy("staff", "To decide"),
    "open": pgettext_lazy("staff", "Under way"),
    "ended": pgettext_lazy("staff", "Ended"),
}
_DUE = ("asked", "sent_back", "arbitration")


@admin.register(Case, site=site)
class CaseList(WorkList):
    """Cases by what waits, or by number."""

    may_read = "aftersale.read"
    page_name = "console-cases"
    title = pgettext_lazy("staff", "After-sale")
    search_hint = _("Number of a case or an order, or a phone")
    empty = pgettext_lazy("staff", "No cases here")
    related = ("line__product__zone", "merchant", "member")
    tabs = (
        Tab("", pgettext_lazy("lists", "All")),
        *(
            Tab(key, title, Q(state__in=GROUPS[key]), is_due=key in _DUE)
            for key, title in _CASE_TABS.items()
        ),
    )
    filters = (
        OneOf("kind", pgettext_lazy("staff", "Kind"), lambda: choices.named(aftersale.KINDS)),
        OneOf("reason", _("Reason"), lambda: choices.named(aftersale.REASONS)),
        choices.of_merchant(),
        Days("asked_at", pgettext_lazy("staff", "Asked for")),
        Yuan("asked_fen"),
    )
    columns = (
        Column(
            pgettext_lazy("staff", "Case"),
            lambda row: row.no,
            link=lambda row: to("console-case", no=row.no),
        ),
        Column(pgettext_lazy("lists", "Asked at"), lambda row: row.asked_at, Kind.TIME),
        Column(pgettext_lazy("staff", "Kind"), lambda row: aftersale.KINDS[row.kind]),
        Column(_("Reason"), lambda row: aftersale.REASONS[row.reason], shown=False),
        Column(_("Member"), lambda row: row.member.name),
        Column(pgettext_lazy("lists", "Phone"), lambda row: row.member.phone, shown=False),
        Column(_("Merchant"), lambda row: row.merchant.name, shown=False),
        Column(pgettext_lazy("staff", "Goods"), lambda row: row.line.name, is_long=True),
        Column(_("Pieces"), lambda row: row.quantity, Kind.COUNT),
        Column(pgettext_lazy("staff", "Asked for"), lambda row: row.asked_fen, Kind.YUAN),
        Column(_("Agreed"), lambda row: row.agreed_fen, Kind.YUAN, shown=False),
        Column(
            pgettext_lazy("staff", "State"),
            lambda row: aftersale.STATES[row.state][0],
            chip=lambda row: aftersale.STATES[row.state][1],
        ),
        Column(pgettext_lazy("staff", "Due"), lambda row: row.due_at, Kind.TIME),
        Column(
            pgettext_lazy("lists", "Ended at"), lambda row: row.ended_at, Kind.TIME, shown=False
        ),
    )

    def search(self, query: str) -> QuerySet[Any]:
        if choices.is_phone(query):
            return Case.objects.filter(member_id__in=choices.with_phone(query))
        return Case.objects.filter(no__startswith=query)
