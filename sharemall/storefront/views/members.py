"""Signing in and out, registering, the member's own page."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sharemall.clock import services as clock
from sharemall.coupons import selectors as coupons
from sharemall.equity.quotes import gross_at
from sharemall.ledger import selectors as ledger
from sharemall.members import selectors, services
from sharemall.members.models import Member
from sharemall.orders import invitees
from sharemall.orders import selectors as orders
from sharemall.reviews import selectors as reviews
from sharemall.storefront import invited, visitor
from sharemall.storefront.figures import demo_accounts, pool_or_none
from sharemall.storefront.forms.members import RegisterForm, SignInForm
from sharemall.storefront.requests import member_of, next_page
from sharemall.storefront.views.errors import too_many


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
            address=request.META.get("REMOTE_ADDR") or "0.0.0.0",  # noqa: S104 - an unknown peer
        )
    except services.TooManyFailures as refusal:
        return too_many(request, wait_seconds=refusal.wait_seconds)
    except services.WrongPassword:
        form.add_error(None, _("Phone number or password is wrong."))
        return _sign_in_page(request, form)
    return _welcome(request, member)


@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """One click into a demo account, in demo mode only."""
    if settings.MODE != "demo":
        raise Http404
    member = selectors.demo_account(request.POST.get("phone", ""))
    if member is None:
        raise Http404
    return _welcome(request, member)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """A new member, signed in at once."""
    form = RegisterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _welcome(request, services.register(**form.cleaned_data))
        except services.PhoneTaken:
            form.add_error("phone", _("This number has an account: sign in instead."))
    context = {"form": form, "next": next_page(request), "dock": "me"}
    return render(request, "members/register.html", context, status=_status(form))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave."""
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
            coupons.count_usable(member.pk, clock.now()), invitees.count(member)
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


def _tool_links(usable_coupons: int, invited: int) -> list[Link]:
    return [
        Link(reverse("my-coupons"), _("Coupons"), "ticket-percent", usable_coupons),
        Link(reverse("favourites"), _("Favourites"), "heart"),
        Link(reverse("visits"), _("Browsing history"), "history"),
        Link(reverse("addresses"), _("Addresses"), "map-pin"),
        Link(reverse("my-reviews"), _("My reviews"), "message-square-text"),
        Link(reverse("cart"), _("Cart"), "shopping-cart"),
        Link(reverse("invite"), _("Invite others"), "user-plus"),
        Link(reverse("invitees"), _("My invitees"), "users", invited),
    ]


def _sign_in_page(request: HttpRequest, form: SignInForm) -> HttpResponse:
    demo = demo_accounts() if settings.MODE == "demo" else []
    context = {"form": form, "demo_accounts": demo, "next": next_page(request), "dock": "me"}
    return render(request, "members/sign_in.html", context, status=_status(form))


def _status(form: SignInForm | RegisterForm) -> int:
    return 422 if form.errors else 200


def _welcome(request: HttpRequest, member: Member) -> HttpResponse:
    """Signed in: what the visitor had put into the cart is the member's now."""
    login(request, member, backend="django.contrib.auth.backends.ModelBackend")
    response = redirect(next_page(request) or reverse("home"))
    visitor.hand_over(request, response, member)
    invited.hand_over(request, response, member)
    return response
