"""What every work list has: a guard by role, pages without counting, no editing in place."""

from typing import Any, ClassVar

from django.db.models import Model
from django.http import HttpRequest
from django.urls import URLPattern, path
from unfold.admin import ModelAdmin
from unfold.paginator import InfinitePaginator

from sharemall.console import access


class WorkList(ModelAdmin):
    """A list of rows. `may_read` is the word of roles.py to look at it, `may_do` that of an action.

    Nothing is changed in the list itself but by its actions, which call services.
    """

    may_read: ClassVar[str]
    may_do: ClassVar[dict[str, str]] = {}
    list_per_page = 50
    paginator = InfinitePaginator
    show_full_result_count = False
    list_display_links = None
    list_fullwidth = True

    def get_urls(self) -> list[URLPattern]:
        """The list alone: one row has a page of its own elsewhere."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_changelist"
        return [path("", self.admin_site.admin_view(self.changelist_view), name=name)]

    def needed(self, request: HttpRequest) -> str:
        """The word that this request needs."""
        if request.method in access.SAFE:
            return self.may_read
        return self.may_do.get(request.POST.get("action", ""), self.may_read)

    def needed_words(self) -> dict[str, str]:
        """What the matrix shows of it: looking, and each action."""
        return {
            "GET": self.may_read,
            **{f"POST {name}": word for name, word in self.may_do.items()},
        }

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Those that the roles of who asks allow."""
        return {
            name: action
            for name, action in super().get_actions(request).items()
            if name in self.may_do and access.may(request, self.may_do[name])
        }

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return access.may(request, self.may_read)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return access.may(request, self.may_read)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
