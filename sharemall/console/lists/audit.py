"""The audit log: who set about what, when, from where, and how it ended."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sharemall.console.lists import choices
from sharemall.console.lists.base import WorkList
from sharemall.console.lists.columns import Column, Kind
from sharemall.console.lists.filters import Days, OneOf
from sharemall.console.site import site
from sharemall.office.models import Action, Outcome

CUT_OFF = _("Cut off")
CHIPS = {
    Outcome.End.DONE: "chip-primary",
    Outcome.End.REFUSED: "chip-gold",
    Outcome.End.FORBIDDEN: "chip-sale",
    Outcome.End.FAILED: "chip-sale",
}


def _outcome(action: Action) -> Outcome | None:
    return getattr(action, "outcome", None)


def _ending(action: Action) -> str:
    outcome = _outcome(action)
    return str(CUT_OFF if outcome is None else outcome.get_end_display())


def _look(action: Action) -> str:
    outcome = _outcome(action)
    return "chip-sale" if outcome is None else CHIPS[Outcome.End(outcome.end)]


def _said(action: Action) -> str:
    outcome = _outcome(action)
    return "" if outcome is None else outcome.note


def _sent(action: Action) -> str:
    return " · ".join(f"{name}: {value}" for name, value in sorted(action.sent.items()))


@admin.register(Action, site=site)
class ActionList(WorkList):
    """Every request that could change something, and every export."""

    may_read = "audit.read"
    page_name = "console-audit"
    title = _("Audit log")
    search_hint = _("Phone, page, or what it was about")
    related = ("member", "outcome")
    filters = (
        OneOf("end", _("Ended"), lambda: Outcome.End.choices, "outcome__end"),
        Days("at", pgettext_lazy("office", "When")),
    )
    columns = (
        Column(pgettext_lazy("office", "When"), lambda row: row.at, Kind.TIME),
        Column(
            pgettext_lazy("office", "Who"),
            lambda row: row.member.name if row.member else _("The command line"),
            under=lambda row: row.address or "",
        ),
        Column(_("Address"), lambda row: row.address, shown=False),
        Column(pgettext_lazy("office", "Page"), lambda row: row.name),
        Column(pgettext_lazy("office", "Target"), lambda row: row.target, is_long=True),
        Column(_("Ended"), _ending, chip=_look),
        Column(_("What the page said"), _said, is_long=True),
        Column(pgettext_lazy("office", "Sent"), _sent, is_long=True),
    )

    def search(self, query: str) -> QuerySet[Any]:
        if choices.is_phone(query):
            return Action.objects.filter(member_id__in=choices.with_phone(query))
        # Names are few: those that begin so are looked up one by one.
        names = [name for name in _names() if name.startswith(query)]
        target = Q(target__startswith=query) | Q(target__startswith=f"no={query}")
        return Action.objects.filter(Q(name__in=names) | target)


def _names() -> set[str]:
    from sharemall.console import matrix

    return {row.name for row in matrix.rows()}
