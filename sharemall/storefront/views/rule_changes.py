"""How the rules change, for everybody to read: what is announced, what is in force, what was."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sharemall.catalogue import selectors as catalogue
from sharemall.ledger import selectors as ledger
from sharemall.schemes import selectors, words
from sharemall.schemes.difference import Difference
from sharemall.schemes.selectors import Version
from sharemall.schemes.words import Group
from sharemall.storefront.requests import mark


@require_GET
def rule_changes(request: HttpRequest) -> HttpResponse:
    """The announced change with old and new values, then the versions from the newest back."""
    names = _names()
    announced = selectors.announced() if ledger.is_open() else None
    found = selectors.versions(before=mark(request))
    context = {
        "announced": announced.change if announced else None,
        "groups": _groups(announced.difference if announced else None, names),
        "versions": [
            (one, _groups(one.difference, names), words.whole(one.scheme, names)) for one in found
        ],
        "current": ledger.scheme_version() if found else None,
        "next_url": f"?before={found[-1].number}" if _more(found) else "",
        "first_page": "before" not in request.GET,
        "withdrawn": selectors.withdrawn(),
        "dock": "transparency",
    }
    return render(request, "public/rule_changes.html", context)


def _more(found: list[Version]) -> bool:
    return bool(found) and found[-1].number > 1


def _names() -> dict[str, str]:
    return words.zone_names(catalogue.all_zones())


def _groups(found: Difference | None, names: dict[str, str]) -> list[Group]:
    return [] if found is None else words.groups(found, names)
