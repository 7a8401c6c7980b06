"""Payments, refunds, money that nobody expected, and differences in the providers' bills."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet, Value
from django.http import HttpRequest
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sharemall.brand.selectors import brand
from sharemall.console.lists import choices
from sharemall.console.lists.base import WorkList, to
from sharemall.console.lists.bulk import Bulk, NotDone
from sharemall.console.lists.columns import Column, Kind, Words
from sharemall.console.lists.filters import Days, OneOf, Yuan
from sharemall.console.lists.listing import Tab
from sharemall.console.selectors import UNEXPECTED
from sharemall.console.site import site
from sharemall.console.templatetags.console import REFUND_STATUSES, WORDS
from sharemall.language import in_language
from sharemall.members.models import Member
from sharemall.payments import retrying
from sharemall.payments.models import BillDifference, Notice, Payment, Refund

PAYMENT_STATES: dict[str, tuple[Words, str]] = {
    "pending": (pgettext_lazy("lists", "To be paid"), "chip-gold"),
    "succeeded": (pgettext_lazy("staff", "Paid"), "chip-primary"),
    "closed": (pgettext_lazy("staff", "Closed"), ""),
}
FAILED = Q(status=Payment.Status.PENDING, failed_at__isnull=False)


def _orders(payment: Payment) -> str:
    return " ".join(order.no for order in payment.orders.all())


def _first_order(payment: Payment) -> str:
    orders = list(payment.orders.all())
    return to("console-order", no=orders[0].no) if orders else ""


@admin.register(Payment, site=site)
class PaymentList(WorkList):
    """What members owe and have paid, by number, trade or phone."""

    may_read = "payments.read"
    page_name = "console-payments"
    title = _("Payments")
    search_hint = _("Number of a payment or a trade, or a phone")
    empty = _("No payments here")
    related = ("member",)
    beside = ("orders",)
    tabs = (
        Tab("", pgettext_lazy("lists", "All")),
        Tab("failed", _("Payment failed"), FAILED, is_due=True),
        *(Tab(key, words, Q(status=key)) for key, (words, _look) in PAYMENT_STATES.items()),
    )
    filters = (choices.of_provider(), Days("created_at", _("Made")), Yuan("amount_fen"))
    columns = (
        Column(_("Payment"), lambda row: row.no, link=_first_order),
        Column(_("Made"), lambda row: row.created_at, Kind.TIME),
        Column(_("Member"), lambda row: row.member.name),
        Column(pgettext_lazy("lists", "Phone"), lambda row: row.member.phone, shown=False),
        Column(_("Orders"), _orders, is_long=True),
        Column(
            pgettext_lazy("staff", "Provider"),
            lambda row: WORDS["provider"].get(row.provider, row.provider),
        ),
        Column(_("Provider's number"), lambda row: row.trade_no, shown=False),
        Column(_("Amount"), lambda row: row.amount_fen, Kind.YUAN),
        Column(_("Of the wallet"), lambda row: row.wallet_fen, Kind.YUAN, shown=False),
        Column(
            pgettext_lazy("staff", "State"),
            lambda row: PAYMENT_STATES[row.status][0],
            chip=lambda row: PAYMENT_STATES[row.status][1],
        ),
        Column(pgettext_lazy("staff", "Failed"), lambda row: row.failed_at, Kind.TIME),
        Column(pgettext_lazy("lists", "Paid at"), lambda row: row.paid_at, Kind.TIME, shown=False),
    )

    def search(self, query: str) -> QuerySet[Any]:
        if choices.is_phone(query):
            return Payment.objects.filter(member_id__in=choices.with_phone(query))
        # The index of trades begins with the provider.
        trade = Q(provider__in=[*WORDS["provider"], ""], trade_no=query)
        return Payment.objects.filter(Q(no__startswith=query) | trade)


def _retry(refund: Refund, by: Member, now: datetime) -> None:
    if not retrying.try_again(no=refund.no, now=now):
        raise NotDone(say("It has not failed: there is nothing to send again."))


def _means(refund: Refund) -> Words:
    if refund.means == Refund.Means.COINS:
        return str(refund.coins_name)  # type: ignore[attr-defined]  # looked up for all rows
    way: Words = WORDS["means"][refund.means]
    return f"{way} · {WORDS['provider'][refund.provider]}" if refund.provider else way


@admin.register(Refund, site=site)
class RefundList(WorkList):
    """Refunds, those that failed first of all."""

    may_read = "payments.read"
    page_name = "console-refunds"
    title = _("Refunds")
    search_hint = _("Number of a refund or an order, or a phone")
    empty = _("No refunds here")
    first_tab = "failed"
    related = ("payment__member",)
    tabs = (
        *(
            Tab(key, words, Q(status=key), is_due=key == "failed")
            for key, (words, _look) in REFUND_STATUSES.items()
        ),
        Tab("", pgettext_lazy("lists", "All")),
    )
    filters = (
        choices.of_provider(),
        OneOf("reason", pgettext_lazy("staff", "Why"), lambda: choices.named(WORDS["cause"])),
        Days("created_at", _("Made")),
        Yuan("amount_fen"),
    )
    bulk = (
        Bulk(
            "retry",
            _("Try again"),
            "refunds.retry",
            _retry,
            asks=_("Send these refunds to the provider once more?"),
        ),
    )
    columns = (
        Column(_("Refund"), lambda row: row.no, is_long=True),
        Column(_("Made"), lambda row: row.created_at, Kind.TIME),
        Column(
            pgettext_lazy("staff", "Order"),
            lambda row: row.order_no,
            link=lambda row: to("console-order", no=row.order_no) if row.order_no else "",
        ),
        Column(_("Member"), lambda row: row.payment.member.name),
        Column(pgettext_lazy("lists", "Phone"), lambda row: row.payment.member.phone, shown=False),
        Column(pgettext_lazy("staff", "Way"), _means),
        Column(_("Amount"), lambda row: row.amount_fen, Kind.YUAN),
        Column(
            pgettext_lazy("staff", "Why"),
            lambda row: WORDS["cause"].get(row.reason, row.reason),
        ),
        Column(
            pgettext_lazy("staff", "State"),
            lambda row: REFUND_STATUSES[row.status][0],
            chip=lambda row: REFUND_STATUSES[row.status][1],
            under=lambda row: row.fault,
        ),
        Column(_("Fault"), lambda row: row.fault, shown=False),
        Column(_("Tries"), lambda row: row.tries, Kind.COUNT, shown=False),
        Column(pgettext_lazy("lists", "Done at"), lambda row: row.done_at, Kind.TIME, shown=False),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        mine = brand()
        name = in_language(mine.coins_zh, mine.coins_en)
        rows: QuerySet[Any] = super().get_queryset(request).annotate(coins_name=Value(name))
        return rows

    def search(self, query: str) -> QuerySet[Any]:
        if choices.is_phone(query):
            return Refund.objects.filter(payment__member_id__in=choices.with_phone(query))
        return Refund.objects.filter(Q(no__startswith=query) | Q(order_no=query))


@admin.register(Notice, site=site)
class NoticeList(WorkList):
    """Money that came late, twice or in another amount; it goes back by itself."""

    may_read = "payments.read"
    page_name = "console-unexpected"
    title = _("Unexpected money")
    note = _(
        "Money that came late, twice or in another amount. It is sent back by itself: see the "
        "refunds."
    )
    search_hint = _("Provider's number")
    empty = _("No unexpected money")
    related = ("payment__member",)
    tabs = (
        Tab("", pgettext_lazy("lists", "All")),
        *(
            Tab(str(verdict), WORDS["verdict"][verdict], Q(verdict=verdict))
            for verdict in UNEXPECTED
        ),
    )
    filters = (choices.of_provider(), Yuan("amount_fen"))
    columns = (
        Column(pgettext_lazy("staff", "When"), lambda row: row.received_at, Kind.TIME),
        Column(_("Provider's number"), lambda row: row.trade_no, is_long=True),
        Column(pgettext_lazy("staff", "Provider"), lambda row: WORDS["provider"].get(row.provider)),
        Column(_("Payment"), lambda row: row.payment.no),
        Column(_("Member"), lambda row: row.payment.member.name),
        Column(_("Amount"), lambda row: row.amount_fen, Kind.YUAN),
        Column(_("What it was"), lambda row: WORDS["verdict"][row.verdict]),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(verdict__in=UNEXPECTED)

    def search(self, query: str) -> QuerySet[Any]:
        return Notice.objects.filter(provider__in=list(WORDS["provider"]), trade_no=query)


@admin.register(BillDifference, site=site)
class DifferenceList(WorkList):
    """What the providers' bills have otherwise than the mall."""

    may_read = "payments.read"
    page_name = "console-differences"
    title = _("Bill differences")
    search_hint = _("Number of a payment, a refund or a trade")
    empty = _("No differences here")
    related = ("check_of",)
    tabs = (
        Tab("", pgettext_lazy("lists", "All")),
        *(Tab(key, words, Q(kind=key)) for key, words in WORDS["difference"].items()),
    )
    filters = (
        OneOf(
            "provider",
            pgettext_lazy("staff", "Provider"),
            lambda: choices.named(WORDS["provider"]),
            "check_of__provider",
        ),
        OneOf(
            "refund",
            _("Of what"),
            lambda: (("0", _("Payment")), ("1", _("Refund"))),
            condition=lambda value: Q(is_refund=value == "1"),
        ),
    )
    links = (("console-bills", _("Bill checks"), "scale", "payments.read"),)
    columns = (
        Column(_("Provider's number"), lambda row: row.trade_no, is_long=True),
        Column(pgettext_lazy("lists", "Day"), lambda row: row.check_of.day, Kind.DAY),
        Column(
            pgettext_lazy("staff", "Provider"),
            lambda row: WORDS["provider"].get(row.check_of.provider, row.check_of.provider),
        ),
        Column(_("Payment"), lambda row: row.payment_no, is_long=True),
        Column(_("Refund"), lambda row: row.refund_no, is_long=True),
        Column(_("Difference"), lambda row: WORDS["difference"][row.kind]),
        Column(pgettext_lazy("staff", "Here"), lambda row: row.here_fen, Kind.YUAN),
        Column(_("In the bill"), lambda row: row.there_fen, Kind.YUAN),
    )

    def search(self, query: str) -> QuerySet[Any]:
        # What differs is looked into: there are hundreds, not millions.
        numbers = Q(payment_no=query) | Q(refund_no=query) | Q(trade_no=query)
        return BillDifference.objects.filter(numbers)
