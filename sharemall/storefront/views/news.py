"""A member's messages, and in the demo what would have left the house."""

from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sharemall.clock import services as clock
from sharemall.messages import kinds, selectors, services
from sharemall.messages.kinds import Group
from sharemall.messages.models import Message
from sharemall.storefront.frame import frame_of
from sharemall.storefront.requests import mark, member_of, number

TABS = [
    ("", pgettext_lazy("messages", "All")),
    (Group.ORDERS, pgettext_lazy("messages", "Orders")),
    (Group.AFTERSALE, pgettext_lazy("messages", "After-sale")),
    (Group.EQUITY, pgettext_lazy("messages", "Equity")),
    (Group.ACCOUNT, pgettext_lazy("messages", "Account")),
    (Group.TICKETS, gettext_lazy("Questions")),
]


class Shown(NamedTuple):
    """A message in the page's language."""

    message: Message
    title: str
    text: str
    glyph: str


@never_cache
@require_safe
@login_required
def news(request: HttpRequest) -> HttpResponse:
    """The member's own messages, newest first, a page at a time."""
    group, before, member = request.GET.get("group", ""), mark(request), member_of(request)
    if group not in dict(TABS):
        raise Http404
    page = selectors.messages(member, group=group, before=before)
    query = f"group={group}&" if group else ""
    brand = frame_of(request).brand
    context = {
        "shown": [
            Shown(
                message=one,
                title=kinds.title_of(one.kind),
                text=kinds.text_of(one.kind, one.facts, brand),
                glyph=kinds.kind_of(one.kind).glyph,
            )
            for one in page.messages
        ],
        "tabs": TABS,
        "group": group,
        "up_to": page.messages[0].pk if page.messages else 0,
        "next_url": f"?{query}before={page.before}" if page.before else "",
        "before": before,
        "dock": "me",
    }
    return render(request, "news/list.html", context)


@never_cache
@require_safe
@login_required
def open_message(request: HttpRequest, message_id: int) -> HttpResponse:
    """Read a message: on to the page that tells more."""
    found = services.read(member=member_of(request), message_id=message_id, now=clock.now())
    if found is None:
        raise Http404
    ours = url_has_allowed_host_and_scheme(found.link, None)
    return redirect(found.link if found.link and ours else "messages")


@never_cache
@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark as read all that the page showed, and what is older."""
    up_to = number(request.POST.get("up_to")) or 0
    services.read_all(member=member_of(request), now=clock.now(), up_to=up_to)
    return redirect("messages")


@never_cache
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """What the sandbox took instead of SMS and WeChat; in the demo only."""
    if settings.MODE != "demo":
        raise Http404
    return render(request, "news/sent.html", {"sent": selectors.sent_by_sandbox(), "dock": ""})
