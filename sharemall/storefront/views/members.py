"""Signing in and out, registering, the member's own page."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sharemall.accounts import devices, signing
from sharemall.aftersale import selectors as aftersale
from sharemall.clock import services as clock
from sharemall.coupons import selectors as coupons
from sharemall.equity.quotes import gross_at
from sharemall.ledger import selectors as ledger
from sharemall.members import selectors, services
from sharemall.orders import invitees
from sharemall.orders import selectors as orders
from sharemall.reviews import selectors as reviews
from sharemall.storefront.figures import demo_accounts, pool_or_none
from sharemall.storefront.forms.members import RegisterForm, SignInForm
from sharemall.storefront.frame import page_of
from sharemall.storefront.requests import address_of, member_of, next_page
from sharemall.storefront.signed_in import welcome
from sharemall.storefront.views.errors import too_many
from sharemall.tickets import selectors as tickets


@dataclass(frozen=True, slots=True)
class Link:
    """A way to one of the member's pages, with how much waits there."""

    href: str
    name: str
    glyph: str
    count: int = 0


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Phone and password; in the demo its accounts beside."""
    if request.method != "POST":
        return _sign_in_page(request, SignInForm())
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _sign_in_page(request, form)
    try:
        member = services.check_sign_in(
            phone=form.cleaned_data["phone"],
            password=form.cleaned_data["password"],
            address=address_of(request),
        )
    except services.TooManyFailures as refusal:
        return too_many(request, wait_seconds=refusal.wait_seconds)
    except services.WrongPassword:
        form.add_error(None, _("Phone number or password is wrong."))
        return _sign_in_page(request, form)
    return welcome(request, member)


@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """One click into a demo account, in demo mode only."""
    if settings.MODE != "demo":
        raise Http404
    member = selectors.demo_account(request.POST.get("phone", ""))
    if member is None:
        raise Http404
    return welcome(request, member)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """A new member, signed in at once."""
    form = RegisterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return welcome(request, services.register(**form.cleaned_data))
        except services.PhoneTaken:
            form.add_error("phone", _("This number has an account: sign in instead."))
    context = {"form": form, "next": next_page(request), "dock": "me"}
    return render(request, "members/register.html", context, status=_status(form))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave."""
    devices.left(session_key=request.session.session_key or "")
    logout(request)
    return redirect("home")


@never_cache
@require_safe
@login_required
def me(request: HttpRequest) -> HttpResponse:
    """The member's own page: who it is, what it holds, where everything is."""
    member = member_of(request)
    pool, balance = pool_or_none(), ledger.balance(member.account)
    reserve, outstanding = (pool.reserve_micro, pool.outstanding_micro) if pool else (0, 0)
    context = {
        "phone": selectors.masked_phone(member.phone),
        "balance": balance,
        "value_micro": gross_at(reserve, outstanding, balance.shares_micro),
        "pool": pool,
        "order_links": _order_links(orders.counts(member), reviews.count_to_write(member.pk)),
        "tool_links": _tool_links(
            coupons=coupons.count_usable(member.pk, clock.now()),
            cases=aftersale.count_open(member),
            unread=page_of(request).unread,
            answered=tickets.waiting_for_member(member),
            invited=invitees.count(member),
        ),
        "dock": "me",
    }
    return render(request, "members/me.html", context)


def _order_links(counts: dict[str, int], to_review: int) -> list[Link]:
    """The states of orders that want something of the member, with how many there are."""
    orders_page = reverse("orders")
    states = [
        ("unpaid", pgettext("orders", "To pay"), "wallet"),
        ("paid", _("To be sent"), "package"),
        ("shipped", _("On the way"), "truck"),
        ("received", _("Return period"), "circle-check"),
    ]
    links = [
        Link(f"{orders_page}?state={state}", name, glyph, counts.get(state, 0))
        for state, name, glyph in states
    ]
    return [*links, Link(reverse("reviews-to-write"), _("To review"), "star", to_review)]


def _tool_links(
    *, coupons: int, cases: int, unread: int, answered: int, invited: int
) -> list[Link]:
    return [
        Link(reverse("wallet"), _("Wallet"), "wallet"),
        Link(reverse("cases"), _("After-sale"), "rotate-ccw", cases),
        Link(reverse("my-coupons"), _("Coupons"), "ticket-percent", coupons),
        Link(reverse("favourites"), _("Favourites"), "heart"),
        Link(reverse("visits"), _("Browsing history"), "history"),
        Link(reverse("addresses"), _("Addresses"), "map-pin"),
        Link(reverse("my-reviews"), _("My reviews"), "message-square-text"),
        Link(reverse("cart"), _("Cart"), "shopping-cart"),
        Link(reverse("invite"), _("Invite others"), "user-plus"),
        Link(reverse("invitees"), _("My invitees"), "users", invited),
        Link(reverse("messages"), _("Messages"), "bell", unread),
        Link(reverse("help"), _("Questions"), "headset", answered),
        Link(reverse("settings"), _("Settings"), "sliders-horizontal"),
    ]


def _sign_in_page(request: HttpRequest, form: SignInForm) -> HttpResponse:
    demo = demo_accounts() if settings.MODE == "demo" else []
    context = {
        "form": form,
        "demo_accounts": demo,
        "can_wechat": signing.wechat() is not None,
        "next": next_page(request),
        "dock": "me",
    }
    return render(request, "members/sign_in.html", context, status=_status(form))


def _status(form: SignInForm | RegisterForm) -> int:
    return 422 if form.errors else 200
