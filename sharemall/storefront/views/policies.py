"""The mall's policies, each with its earlier versions."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sharemall.pages import previews
from sharemall.pages import selectors as pages
from sharemall.pages.models import PolicyVersion
from sharemall.storefront.frame import page_of
from sharemall.storefront.shelves import unlisted

MOST = 2**31 - 1  # a number that the database can hold


@require_safe
def policy(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """The version in force, or the one of this number; `?preview=` shows a draft."""
    if number is not None and not 0 < number <= MOST:
        raise Http404
    draft = _draft(request, slug)
    found = draft or pages.policy_text(slug, number)
    if found is None:
        raise Http404
    versions = pages.policy_versions(slug)
    context = {
        "policy": found,
        "name": PolicyVersion.Slug(slug).label,
        "is_look": draft is not None,
        "is_old": draft is None and found.number != versions[0].number,
        "versions": [row for row in versions if row.number != found.number],
    }
    response = render(request, "pages/policy.html", context)
    return response if draft is None else unlisted(response)


def _draft(request: HttpRequest, slug: str) -> PolicyVersion | None:
    asked = request.GET.get("preview", "")
    draft = previews.read(asked, page_of(request).now) if asked else None
    return draft if isinstance(draft, PolicyVersion) and draft.slug == slug else None
