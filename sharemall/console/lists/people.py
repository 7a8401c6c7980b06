"""Members, what they say of goods, what they ask, and whose links they came by."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from sharemall.accounts import locking
from sharemall.catalogue import search
from sharemall.catalogue.models import Product
from sharemall.clock import services as clock
from sharemall.console.lists import choices
from sharemall.console.lists.base import WorkList, moment, to
from sharemall.console.lists.bulk import Bulk, NotDone
from sharemall.console.lists.columns import Column, Kind, Words
from sharemall.console.lists.filters import Days, OneOf
from sharemall.console.lists.listing import Tab
from sharemall.console.site import site
from sharemall.members.models import Member
from sharemall.members.selectors import masked_phone
from sharemall.referral.models import Referral
from sharemall.reviews import services as reviews
from sharemall.reviews.models import Review
from sharemall.tickets import services as tickets
from sharemall.tickets.models import Ticket
from sharemall.tickets.words import KINDS, about_words, sentence

ACTIVE, LOCKED = pgettext_lazy("lists", "Active"), pgettext_lazy("lists", "Locked")
YES, NO = pgettext_lazy("lists", "Yes"), pgettext_lazy("lists", "No")
REASONS: dict[str, Promise] = {
    Referral.Reason.SELF: _("The member's own link"),
    Referral.Reason.CIRCLE: _("The member invited the link's owner, directly or further on"),
    Referral.Reason.CLOSED: _("The link's owner closed the account"),
    Referral.Reason.PHONE: _("One phone for both accounts"),
    Referral.Reason.DEVICE: _("One browser for both accounts"),
    Referral.Reason.PAYER: _("One payment account for both"),
}
REFERRAL_STATES: dict[str, tuple[Words, str]] = {
    "refused": (pgettext_lazy("lists", "Did not count"), "chip-sale"),
    "fixed": (pgettext_lazy("lists", "Counts"), "chip-primary"),
    "candidate": (pgettext_lazy("lists", "Until the first order"), "chip-gold"),
}
TICKET_STATES: dict[str, tuple[Words, str]] = {
    "open": (pgettext_lazy("tickets", "To answer"), "chip-gold"),
    "answered": (_("Answered"), "chip-primary"),
    "closed": (_("Ticket closed"), ""),
}


def _lock(member: Member, by: Member, now: datetime) -> None:
    _locked(locking.lock, member, by, now)


def _unlock(member: Member, by: Member, now: datetime) -> None:
    _locked(locking.unlock, member, by, now)


def _locked(work: Any, member: Member, by: Member, now: datetime) -> None:
    try:
        work(member_id=member.pk, by=by, now=now)
    except locking.Refused as refused:
        raise NotDone(str(LOCKING[refused.refusal])) from None


LOCKING: dict[locking.Refusal, Words] = {
    locking.Refusal.STAFF: _("It is staff: take its roles first."),
    locking.Refusal.LOCKED: _("It is locked already."),
    locking.Refusal.NOT_LOCKED: _("It is not locked."),
    locking.Refusal.UNKNOWN: _("It is not there any more."),
}


@admin.register(Member, site=site)
class MemberList(WorkList):
    """Members by the beginning of their phone or name."""

    may_read = "members.read"
    page_name = "console-members"
    title = _("Members")
    search_hint = _("Beginning of the phone or the name")
    empty = _("No members here")
    related = ("referrer",)
    tabs = (
        Tab("", pgettext_lazy("lists", "All")),
        Tab("active", ACTIVE, Q(is_active=True)),
        Tab("locked", LOCKED, Q(is_active=False)),
        Tab("staff", pgettext_lazy("lists", "Staff"), Q(is_staff=True)),
    )
    filters = (
        OneOf(
            "ordered",
            _("Has ordered"),
            lambda: (("1", YES), ("0", NO)),
            condition=lambda value: Q(first_ordered_at__isnull=value != "1"),
        ),
        OneOf(
            "invited",
            _("Has a referrer"),
            lambda: (("1", YES), ("0", NO)),
            condition=lambda value: Q(referrer__isnull=value != "1"),
        ),
        Days("joined_at", pgettext_lazy("lists", "Joined")),
    )
    bulk = (
        Bulk(
            "lock",
            pgettext_lazy("lists", "Lock"),
            "members.lock",
            _lock,
            asks=_(
                "Lock these accounts? They are signed out everywhere and cannot sign in. What "
                "they hold stays theirs, and orders go on."
            ),
        ),
        Bulk("unlock", pgettext_lazy("lists", "Unlock"), "members.lock", _unlock),
    )
    columns = (
        Column(
            _("Member"),
            lambda row: row.name,
            link=lambda row: to("console-member", account=row.account),
        ),
        Column(_("Phone number"), lambda row: row.phone),
        Column(pgettext_lazy("lists", "Joined"), lambda row: row.joined_at, Kind.TIME),
        Column(_("First order"), lambda row: row.first_ordered_at, Kind.TIME),
        Column(_("Referrer"), lambda row: row.referrer.name if row.referrer else ""),
        Column(
            pgettext_lazy("staff", "State"),
            lambda row: ACTIVE if row.is_active else LOCKED,
            chip=lambda row: "chip-primary" if row.is_active else "chip-sale",
        ),
        Column(_("Staff"), lambda row: YES if row.is_staff else NO, shown=False),
    )

    def search(self, query: str) -> QuerySet[Any]:
        if query.isascii() and query.isdecimal():
            return Member.objects.filter(phone__startswith=query)
        return Member.objects.filter(name__startswith=query)


def _show(review: Review, by: Member, now: datetime) -> None:
    _set_shown(review, now, shown=True)


def _hide(review: Review, by: Member, now: datetime) -> None:
    _set_shown(review, now, shown=False)


def _set_shown(review: Review, now: datetime, *, shown: bool) -> None:
    if review.is_shown == shown:
        raise NotDone(say("It is shown already.") if shown else say("It is hidden already."))
    try:
        (reviews.show if shown else reviews.hide)(review_id=review.pk)
    except Review.DoesNotExist:
        raise NotDone(say("It is not there any more.")) from None


def _stars(review: Review) -> str:
    said = ngettext("%(stars)s star", "%(stars)s stars", review.stars)
    return said % {"stars": review.stars}


SHOWN, HIDDEN = pgettext_lazy("staff", "Shown"), pgettext_lazy("staff", "Hidden")


@admin.register(Review, site=site)
class ReviewList(WorkList):
    """Reviews, the newest first."""

    may_read = "reviews.read"
    page_name = "console-reviews"
    title = pgettext_lazy("staff", "Reviews")
    search_hint = _("Product, order number or phone")
    empty = _("No reviews here")
    related = ("product", "member", "line__order")
    beside = ("pictures",)
    tabs = (
        Tab("", pgettext_lazy("lists", "All")),
        Tab("shown", SHOWN, Q(is_shown=True)),
        Tab("hidden", HIDDEN, Q(is_shown=False)),
    )
    filters = (
        OneOf(
            "stars",
            _("Stars"),
            lambda: [(str(number), "★" * number) for number in range(5, 0, -1)],
        ),
        choices.of_merchant("product__merchant"),
        OneOf("zone", _("Zone"), choices.zones, "product__zone"),
        Days("written_at", _("Written")),
    )
    bulk = (
        Bulk("hide", pgettext_lazy("staff", "Hide"), "reviews.change", _hide),
        Bulk("show", _("Show again"), "reviews.change", _show),
    )
    columns = (
        Column(
            pgettext_lazy("staff", "Product"),
            lambda row: row.product.name,
            link=lambda row: to("console-product", slug=row.product.slug),
            is_long=True,
        ),
        Column(_("Stars"), _stars),
        Column(
            _("What it says"),
            lambda row: row.text,
            under=lambda row: _pictures(row),
            is_long=True,
        ),
        Column(_("Member"), lambda row: row.member.name),
        Column(
            pgettext_lazy("staff", "Order"),
            lambda row: row.line.order.no,
            link=lambda row: to("console-order", no=row.line.order.no),
        ),
        Column(_("Written"), lambda row: row.written_at, Kind.TIME),
        Column(
            pgettext_lazy("staff", "State"),
            lambda row: SHOWN if row.is_shown else HIDDEN,
            chip=lambda row: "chip-primary" if row.is_shown else "chip-gold",
        ),
    )

    def called(self, row: Any) -> str:
        return f"{row.product.name} · {row.member.name}"

    def search(self, query: str) -> QuerySet[Any]:
        if choices.is_phone(query):
            return Review.objects.filter(member_id__in=choices.with_phone(query))
        found = Q(line__order__no=query)
        products = Q(slug=query)
        if terms := search.asked(query):
            products |= Q(terms__contains=terms)
        keys = Product.objects.filter(products).order_by().values_list("pk", flat=True)[:1_000]
        return Review.objects.filter(found | Q(product_id__in=list(keys)))


def _pictures(review: Review) -> str:
    from django.utils.html import format_html_join

    return format_html_join(
        " ",
        '<a class="list-picture" href="{0}"><img src="{0}" alt="{1}" width="48" height="48" '
        'loading="lazy"></a>',
        ((picture.picture.url, say("Picture of a review")) for picture in review.pictures.all()),
    )


def _close(ticket: Ticket, by: Member, now: datetime) -> None:
    if ticket.state == Ticket.State.CLOSED:
        raise NotDone(say("It is closed already."))
    try:
        tickets.close_by_staff(no=ticket.no, now=now)
    except tickets.Refused as refused:
        raise NotDone(sentence(refused)) from None


@admin.register(Ticket, site=site)
class TicketList(WorkList):
    """Questions and complaints: what waits for an answer by its deadline first."""

    may_read = "tickets.read"
    page_name = "console-tickets"
    title = pgettext_lazy("staff", "Tickets")
    search_hint = _("Number of a ticket, or a phone")
    empty = _("No tickets here")
    first_tab = "open"
    related = ("member",)
    filters = (
        OneOf("kind", _("What is it?"), lambda: choices.named(KINDS)),
        Days("opened_at", _("Opened")),
    )
    bulk = (
        Bulk(
            "close",
            pgettext_lazy("staff", "Close"),
            "tickets.answer",
            _close,
            asks=_("Close these tickets? The members are told."),
        ),
    )
    columns = (
        Column(
            pgettext_lazy("staff", "Ticket"),
            lambda row: row.no,
            link=lambda row: to("console-ticket", no=row.no),
        ),
        Column(_("What is it?"), lambda row: KINDS[row.kind]),
        Column(_("About"), lambda row: about_words(row.about)),
        Column(_("Member"), lambda row: row.member.name),
        Column(_("Opened"), lambda row: row.opened_at, Kind.TIME),
        Column(_("Answer by"), lambda row: row.due_at, Kind.TIME),
        Column(
            pgettext_lazy("staff", "State"),
            lambda row: _("Overdue") if _overdue(row) else TICKET_STATES[row.state][0],
            chip=lambda row: "chip-sale" if _overdue(row) else TICKET_STATES[row.state][1],
        ),
        Column(_("First answer"), lambda row: row.first_answer_at, Kind.TIME, shown=False),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(now=moment())

    def get_tabs(self) -> tuple[Tab, ...]:
        late = Q(state="open", due_at__lte=clock.now())
        first = ("due_at", "pk")
        return (
            Tab("open", TICKET_STATES["open"][0], Q(state="open"), first, is_due=True),
            Tab("overdue", _("Overdue"), late, first, is_due=True),
            *(Tab(key, TICKET_STATES[key][0], Q(state=key)) for key in ("answered", "closed")),
            Tab("", pgettext_lazy("lists", "All")),
        )

    def search(self, query: str) -> QuerySet[Any]:
        if choices.is_phone(query):
            return Ticket.objects.filter(member_id__in=choices.with_phone(query))
        return Ticket.objects.filter(no__startswith=query.upper())


def _overdue(ticket: Any) -> bool:
    return bool(ticket.is_overdue(ticket.now))


@admin.register(Referral, site=site)
class ReferralList(WorkList):
    """Whose links members came by; first those that did not count: second accounts, mostly."""

    may_read = "referrals.read"
    page_name = "console-referrals"
    title = _("Referrals")
    search_hint = _("Phone of the member or of the link's owner")
    empty = _("None was refused")
    empty_hint = _(
        "Links that turn out to be one's own, of a second account or of an invitee are listed here."
    )
    first_tab = "refused"
    related = ("member", "referrer")
    tabs = (
        *(Tab(key, words, Q(state=key)) for key, (words, _look) in REFERRAL_STATES.items()),
        Tab("", pgettext_lazy("lists", "All")),
    )
    filters = (
        OneOf("reason", _("Reason"), lambda: choices.named(REASONS)),
        Days("followed_at", _("Link followed")),
    )
    columns = (
        Column(
            pgettext_lazy("staff", "Member"),
            lambda row: row.member.name,
            under=lambda row: masked_phone(row.member.phone),
            link=lambda row: to("console-member", account=row.member.account),
        ),
        Column(
            _("Link of"),
            lambda row: row.referrer.name,
            under=lambda row: masked_phone(row.referrer.phone),
        ),
        Column(
            pgettext_lazy("staff", "State"),
            lambda row: REFERRAL_STATES[row.state][0],
            chip=lambda row: REFERRAL_STATES[row.state][1],
        ),
        Column(pgettext_lazy("staff", "Reason"), lambda row: REASONS.get(row.reason, "")),
        Column(_("Link followed"), lambda row: row.followed_at, Kind.TIME),
        Column(_("Settled"), lambda row: row.settled_at, Kind.TIME),
    )

    def search(self, query: str) -> QuerySet[Any]:
        of = choices.with_phone(query)
        return Referral.objects.filter(Q(member_id__in=of) | Q(referrer_id__in=of))
