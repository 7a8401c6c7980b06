"""Links that did not count at the first order, and why: what points to second accounts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sharemall.console import selectors
from sharemall.console.access import page
from sharemall.console.views.paging import before, next_url
from sharemall.members.selectors import masked_phone
from sharemall.referral.models import Referral

REASONS: dict[str, Promise] = {
    Referral.Reason.SELF: _("The member's own link"),
    Referral.Reason.CIRCLE: _("The member invited the link's owner, directly or further on"),
    Referral.Reason.CLOSED: _("The link's owner closed the account"),
    Referral.Reason.PHONE: _("One phone for both accounts"),
    Referral.Reason.DEVICE: _("One browser for both accounts"),
    Referral.Reason.PAYER: _("One payment account for both"),
}


@page("GET", may="referrals.read")
def referrals(request: HttpRequest) -> HttpResponse:
    """Refused referrals, the newest members first."""
    page = selectors.refused_referrals(before(request))
    context = {
        "rows": [
            {
                "row": row,
                "reason": REASONS[row.reason],
                "phone": masked_phone(row.member.phone),
                "referrer_phone": masked_phone(row.referrer.phone),
            }
            for row in page.rows
        ],
        "next_url": next_url(request, page),
    }
    return render(request, "console/referrals.html", context)
