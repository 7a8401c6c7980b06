"""The audit log: who set about what, when, from where, and how it ended."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateTimeFilter
from unfold.decorators import display

from sharemall.console.lists.base import WorkList
from sharemall.console.site import site
from sharemall.office.models import Action, Outcome

CUT_OFF = _("Cut off")
COLOURS = {
    str(Outcome.End.DONE.label): "success",
    str(Outcome.End.REFUSED.label): "warning",
    str(Outcome.End.FORBIDDEN.label): "danger",
    str(Outcome.End.FAILED.label): "danger",
}


@admin.register(Action, site=site)
class ActionList(WorkList):
    """Every request that could change something."""

    may_read = "audit.read"
    list_display = ("at", "who", "name", "target", "ending", "said", "form")
    list_filter = (("outcome__end", ChoicesDropdownFilter), ("at", RangeDateTimeFilter))
    search_fields = ("member__phone", "name__startswith", "target")
    ordering = ("-id",)
    list_filter_submit = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Action]:
        return super().get_queryset(request).select_related("member", "outcome")

    @display(description=pgettext_lazy("office", "Who"), header=True)
    def who(self, action: Action) -> list[str]:
        if action.member is None:
            return [str(_("The command line")), ""]
        return [action.member.name, action.address or ""]

    @display(description=_("Ended"), label=COLOURS)
    def ending(self, action: Action) -> str:
        outcome = getattr(action, "outcome", None)
        return str(CUT_OFF if outcome is None else outcome.get_end_display())

    @display(description=_("What the page said"))
    def said(self, action: Action) -> str:
        outcome = getattr(action, "outcome", None)
        return "" if outcome is None else outcome.note

    @display(description=pgettext_lazy("office", "Sent"))
    def form(self, action: Action) -> str:
        return format_html_join(" · ", "{}: {}", sorted(action.sent.items()))
