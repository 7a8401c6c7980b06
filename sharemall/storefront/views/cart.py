"""The cart: what a visitor or a member has put together."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sharemall.clock import services as clock
from sharemall.orders import cart as services
from sharemall.orders.cart import CartView, Owner
from sharemall.orders.items import MOST_OF_ONE
from sharemall.orders.refusals import Refused
from sharemall.storefront import visitor
from sharemall.storefront.answers import say
from sharemall.storefront.forms.orders import sentence
from sharemall.storefront.requests import next_page, number, page_before

NOBODY = Owner()


@never_cache
@require_safe
def cart(request: HttpRequest) -> HttpResponse:
    """What is in it, by merchant, with what changed since it was put in."""
    owner = visitor.owner(request) or NOBODY
    return _page(request, services.look(owner, clock.now()))


@never_cache
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Put something in; then back to where it was found, or a toast and the new count."""
    owner = visitor.owner_to_be(request)
    try:
        services.add(
            owner=owner,
            variant_id=number(request.POST.get("variant")) or 0,
            quantity=number(request.POST.get("quantity", "1")) or 0,
            now=clock.now(),
        )
    except Refused as refused:
        return _answer(request, owner, sentence(refused), good=False)
    response = _answer(request, owner, _("It is in the cart."), good=True)
    visitor.remember(response, owner)
    return response


def _answer(request: HttpRequest, owner: Owner, text: str, *, good: bool) -> HttpResponse:
    if request.headers.get("HX-Request"):
        count = services.count(owner)
        kind = "good" if good else "bad"
        return say(HttpResponse(status=204), text, kind=kind, cart_count=count)
    (messages.success if good else messages.error)(request, text)
    return redirect(next_page(request) or page_before(request) or "cart")


@never_cache
@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """One thing at a time: `do` names it (`set-7-2`, `remove-7`, `on-7`, `off-all`, `numbers`)."""
    owner = visitor.owner(request)
    fault = ""
    if owner is not None:
        try:
            _do(request, owner)
        except Refused as refused:
            fault = sentence(refused)
    if not request.headers.get("HX-Request"):
        if fault:
            messages.error(request, fault)
        return redirect("cart")
    view = services.view(owner or NOBODY, clock.now())
    response = _page(request, view, fault=fault, template="cart/_cart.html")
    return say(response, cart_count=len(view.items))


def _do(request: HttpRequest, owner: Owner) -> None:
    what, *rest = request.POST.get("do", "numbers").split("-")
    first = number(rest[0]) if rest else None
    match what:
        case "set" if first is not None and len(rest) == 2:
            quantity = number(rest[1])
            services.set_quantity(
                owner=owner,
                variant_id=first,
                quantity=MOST_OF_ONE + 1 if quantity is None else quantity,
            )
        case "remove" if first is not None:
            services.remove(owner=owner, variant_ids=[first])
        case "on" | "off" if rest == ["all"]:
            services.select(owner=owner, variant_ids=None, on=what == "on")
        case "on" | "off":
            variants = [found for one in rest if (found := number(one)) is not None]
            services.select(owner=owner, variant_ids=variants, on=what == "on")
        case "numbers":
            _set_numbers(request, owner)


def _set_numbers(request: HttpRequest, owner: Owner) -> None:
    """The numbers as they were typed, of the lines where they are not what they were."""
    lines = dict(owner.lines.values_list("variant_id", "quantity"))
    for variant_id, before in lines.items():
        typed = request.POST.get(f"quantity-{variant_id}")
        if typed is None or number(typed.strip()) == before:
            continue
        quantity = number(typed.strip())
        services.set_quantity(
            owner=owner,
            variant_id=variant_id,
            quantity=MOST_OF_ONE + 1 if quantity is None else quantity,
        )


def _page(
    request: HttpRequest, view: CartView, *, fault: str = "", template: str = "cart/cart.html"
) -> HttpResponse:
    context = {
        "cart": view,
        "fault": fault,
        "cart_count": len(view.items),
        "most_of_one": MOST_OF_ONE,
        "dock": "cart",
    }
    response = render(request, template, context)
    patch_vary_headers(response, ("HX-Request",))
    return response
