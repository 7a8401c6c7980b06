"""The console's frame: django-unfold's admin site, guarded as the pages of our own are."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, include, path
from unfold.sites import UnfoldAdminSite

from sharemall.console import access
from sharemall.office.models import Role

View = Callable[..., HttpResponseBase]
FRAME = "overview.read"  # what belongs to no list


class ConsoleSite(UnfoldAdminSite):
    """The work lists; each says which words of roles.py it needs."""

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """The view behind the console's guard. What it needs beyond, its model's class says."""
        inner = super().admin_view(view, cacheable)
        rows = getattr(view, "__self__", None)
        words = getattr(rows, "needed_words", None)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            word = rows.needed(request) if words else FRAME  # type: ignore[union-attr]
            return access.answer(inner, request, args, kwargs, may=word)

        guarded.needed = words() if words else {"GET": FRAME}  # type: ignore[attr-defined]
        return guarded

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """The lists alone: of the rest of an admin site the console has its own."""
        return [
            path(f"lists/{model._meta.app_label}/{model._meta.model_name}/", include(rows.urls))
            for model, rows in self._registry.items()
            if not getattr(rows, "page_name", "")
        ] + [
            path("lists/", self.admin_view(self.index), name="index"),
            path("lists/<slug:app_label>/", self.admin_view(self.index), name="app_list"),
            path("lists/texts.js", self.admin_view(self.i18n_javascript), name="jsi18n"),
        ]

    def has_permission(self, request: HttpRequest) -> bool:
        """Asked once more by the frame: whether to show the menu."""
        return bool(access.roles_of(request))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What the frame shows on every page; the roles of who is signed in with it."""
        roles = ", ".join(str(role.label) for role in Role if role in access.roles_of(request))
        return {**super().each_context(request), "my_roles": roles}

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """None: the console's menu is menu.py."""
        return []

    def index(self, request: HttpRequest, **_: Any) -> HttpResponseBase:
        """Where the frame's own links to a start page lead."""
        return redirect("console")

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponseBase:
        """The mall's own sign-in is the only one."""
        raise Http404


site = ConsoleSite(name="admin")
