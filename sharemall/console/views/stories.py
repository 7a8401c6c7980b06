"""The whole story of a member, of a dividend and of an order."""

from datetime import date, datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from sharemall.aftersale.models import Case
from sharemall.console.access import page
from sharemall.console.views.paging import before
from sharemall.insight import stories, tracing
from sharemall.ledger import explaining, selectors
from sharemall.ledger.stories import Line
from sharemall.members.models import Member
from sharemall.members.selectors import masked_phone
from sharemall.orders.models import Order

LATEST = 10


@page("GET", may="members.read")
def member(request: HttpRequest, account: str) -> HttpResponse:
    """What a member holds and every movement that led there."""
    story = stories.member_story(account, before=before(request))
    if story is None:
        raise Http404
    context = {
        "story": story,
        "member": story.member,
        "phone": masked_phone(story.member.phone),
        "balance": selectors.balance(account),
        "lines": _traced(story.story.lines),
        "orders": Order.objects.filter(member=story.member).order_by("-id")[:LATEST],
        "cases": Case.objects.filter(member=story.member).order_by("-id")[:LATEST],
        "next_url": f"?before={story.story.before}" if story.story.before else "",
    }
    return render(request, "console/books/member.html", context)


@page("GET", may="members.read")
def dividend(request: HttpRequest, account: str, day: str) -> HttpResponse:
    """Why a member got this dividend on this day."""
    found = Member.objects.filter(account=account).first()
    closed = _day_of(day)
    explained = explaining.explain(account, closed) if found and closed else None
    if explained is None:
        raise Http404
    pools = [pool for pool in explained.pools if pool.each_micro or pool.heads]
    context = {"member": found, "why": explained, "pools": pools}
    return render(request, "console/books/dividend.html", context)


@page("GET", may="orders.read")
def order(request: HttpRequest, no: str) -> HttpResponse:
    """Everything that happened to an order, and everything that came of it in the books."""
    story = stories.order_story(no)
    if story is None:
        raise Http404
    context = {
        "story": story,
        "order": story.order,
    }
    return render(request, "console/books/order_story.html", context)


def _traced(lines: tuple[Line, ...]) -> list[tuple[Line, tracing.Trace]]:
    found = tracing.traces(line.moved.event_id for line in lines)
    return [(line, found[line.moved.event_id]) for line in lines]


def _day_of(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 (a day has no zone)
    except ValueError:
        return None
