"""Coupons: the list, a new one, closing one."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from sharemall.catalogue import services as catalogue
from sharemall.clock import services as clock
from sharemall.compliance.claims import BlockedClaims
from sharemall.console import faults
from sharemall.console.access import page
from sharemall.console.forms.offers import CouponForm
from sharemall.console.views.sending import sent
from sharemall.coupons.models import Coupon


@page("GET", "POST", may="offers.change")
def new(request: HttpRequest) -> HttpResponse:
    """A further one."""
    form = CouponForm(**sent(request), initial={"per_member": 1})
    if form.is_valid() and _issued(form):
        messages.success(request, _("The coupon can be claimed."))
        return redirect("console-coupons")
    status = 422 if form.errors else 200
    return render(request, "console/coupon.html", {"form": form}, status=status)


@page("POST", may="offers.change")
def close(request: HttpRequest, coupon_id: int) -> HttpResponse:
    """Hand it out no longer."""
    try:
        catalogue.close_coupon(coupon_id=coupon_id)
    except Coupon.DoesNotExist:
        raise Http404 from None
    messages.success(
        request, _("The coupon is handed out no longer. Who holds it can still use it.")
    )
    return redirect("console-coupons")


def _issued(form: CouponForm) -> bool:
    try:
        catalogue.issue_coupon(now=clock.now(), **form.fields_of_coupon)
    except catalogue.GoodsDoNotFit as error:
        for sentence in faults.misfits_sentences(error.misfits):
            form.add_error("threshold_fen", sentence)
    except BlockedClaims as error:
        faults.tell_claims(form, error.words)
    except ValidationError as error:
        faults.tell(form, error, called={"zone_key": "zone"})
    return not form.errors
