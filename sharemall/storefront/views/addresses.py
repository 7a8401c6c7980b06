"""Where a member's parcels go: list, add, change, remove, which one is the default."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sharemall.clock import services as clock
from sharemall.members import addresses as services
from sharemall.members.addresses import AddressRefused
from sharemall.members.models import Address
from sharemall.storefront.forms.addresses import FIELD_OF, AddressForm, Chosen, sentence
from sharemall.storefront.requests import member_of, next_page
from sharemall.storefront.ways import with_query


@never_cache
@require_safe
@login_required
def addresses(request: HttpRequest) -> HttpResponse:
    """All of them; with ?next= one is chosen for the page that asked."""
    context = {
        "addresses": services.addresses(member_of(request)),
        "most": services.MOST,
        "next": next_page(request),
        "dock": "me",
    }
    return render(request, "addresses/list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def add(request: HttpRequest) -> HttpResponse:
    """A new address."""
    return _edit(request, None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, address_id: int) -> HttpResponse:
    """Change an address."""
    return _edit(request, _own(request, address_id))


@never_cache
@require_safe
@login_required
def regions(request: HttpRequest) -> HttpResponse:
    """The three selects alone, as far as they are chosen."""
    return render(request, "addresses/_regions.html", {"chosen": _chosen(request.GET)})


@never_cache
@require_POST
@login_required
def remove(request: HttpRequest, address_id: int) -> HttpResponse:
    """Take an address off the list; what was ordered to it keeps its own copy."""
    _own(request, address_id)
    services.remove(member=member_of(request), address_id=address_id)
    messages.success(request, _("The address was removed."))
    return _to_list(request)


@never_cache
@require_POST
@login_required
def make_default(request: HttpRequest, address_id: int) -> HttpResponse:
    """Use an address wherever no other is chosen."""
    _own(request, address_id)
    try:
        services.make_default(member=member_of(request), address_id=address_id)
    except AddressRefused as refused:
        messages.error(request, sentence(refused.refusal))
    return _to_list(request)


def _own(request: HttpRequest, address_id: int) -> Address:
    if address_id >= 2**63 or not (found := services.address(member_of(request), address_id)):
        raise Http404
    return found


def _edit(request: HttpRequest, address: Address | None) -> HttpResponse:
    if request.method != "POST":
        return _edit_page(request, address, _filled(address), Chosen.of(address))
    form, chosen = AddressForm(request.POST), _chosen(request.POST)
    if request.POST.get("do") == "regions":  # without JavaScript the selects come step by step
        return _edit_page(request, address, AddressForm(initial=request.POST.dict()), chosen)
    if form.is_valid() and (saved := _save(request, address, form, chosen)):
        return _back(request, saved)
    return _edit_page(request, address, form, chosen, status=422)


def _save(
    request: HttpRequest, address: Address | None, form: AddressForm, chosen: Chosen
) -> Address | None:
    try:
        return services.save(
            member=member_of(request),
            address_id=address.pk if address else None,
            name=form.cleaned_data["name"],
            phone=form.cleaned_data["phone"].replace(" ", "").replace("-", ""),
            district_code=chosen.district,
            detail=form.cleaned_data["detail"],
            is_default=form.cleaned_data["is_default"],
            now=clock.now(),
        )
    except AddressRefused as refused:
        form.add_error(FIELD_OF.get(refused.refusal), sentence(refused.refusal))
        return None


def _filled(address: Address | None) -> AddressForm:
    if address is None:
        return AddressForm()
    return AddressForm(
        initial={
            "name": address.name,
            "phone": address.phone,
            "detail": address.detail,
            "is_default": address.is_default,
        }
    )


def _chosen(given: QueryDict) -> Chosen:
    return Chosen(*(given.get(name, "") for name in ("province", "city", "district")))


def _edit_page(
    request: HttpRequest,
    address: Address | None,
    form: AddressForm,
    chosen: Chosen,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "address": address,
        "form": form,
        "chosen": chosen,
        "next": next_page(request),
        "dock": "me",
    }
    return render(request, "addresses/edit.html", context, status=status)


def _back(request: HttpRequest, saved: Address) -> HttpResponse:
    """To the page that asked for an address, with this one chosen; else to the list."""
    asked = next_page(request)
    if not asked:
        messages.success(request, _("The address was saved."))
        return redirect("addresses")
    return redirect(with_query(asked, address=saved.pk))


def _to_list(request: HttpRequest) -> HttpResponse:
    asked = next_page(request)
    if not asked:
        return redirect("addresses")
    return redirect(with_query(reverse("addresses"), next=asked))
