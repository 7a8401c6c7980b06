"""The console's menu: what a role may not see is not in it."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sharemall.console.access import roles_of
from sharemall.console.roles import may

Entry = tuple[str, str | Promise, str, str]  # name of the page, title, icon, what it needs
_AFTER_SALE = pgettext_lazy("staff", "After-sale")
_CATEGORIES = pgettext_lazy("staff", "Categories")
GROUPS: tuple[tuple[str | Promise, tuple[Entry, ...]], ...] = (
    (
        _("Today"),
        (("console", _("Overview"), "dashboard", "overview.read"),),
    ),
    (
        pgettext_lazy("console", "Shop"),
        (
            ("console-orders", _("Orders"), "receipt_long", "orders.read"),
            (
                "console-cases",
                _AFTER_SALE,
                "assignment_return",
                "aftersale.read",
            ),
            ("console-products", _("Products"), "inventory_2", "products.read"),
            ("console-stock", _("Stock"), "warehouse", "products.read"),
            (
                "console-categories",
                _CATEGORIES,
                "category",
                "products.read",
            ),
            ("console-flash", _("Flash prices"), "bolt", "offers.read"),
            ("console-coupons", pgettext_lazy("staff", "Coupons"), "sell", "offers.read"),
            ("console-merchants", _("Merchants"), "storefront", "merchants.read"),
            ("console-freight", _("Freight rules"), "local_shipping", "merchants.read"),
        ),
    ),
    (
        pgettext_lazy("console", "People"),
        (
            ("console-members", _("Members"), "group", "members.read"),
            ("console-tickets", pgettext_lazy("staff", "Tickets"), "support_agent", "tickets.read"),
            ("console-reviews", pgettext_lazy("staff", "Reviews"), "reviews", "reviews.read"),
            ("console-referrals", _("Referrals"), "group_add", "referrals.read"),
        ),
    ),
    (
        pgettext_lazy("console", "Money"),
        (
            ("console-till", pgettext_lazy("staff", "Till"), "point_of_sale", "till.read"),
            ("console-payments", _("Payments"), "account_balance_wallet", "payments.read"),
            ("console-refunds", _("Refunds"), "undo", "payments.read"),
            ("console-unexpected", _("Unexpected money"), "payments", "payments.read"),
            ("console-bills", _("Bill checks"), "fact_check", "payments.read"),
            ("console-days", pgettext_lazy("books", "Day close"), "event_available", "days.read"),
            ("console-journal", pgettext_lazy("books", "Ledger"), "account_balance", "ledger.read"),
        ),
    ),
    (
        pgettext_lazy("console", "Rules"),
        (
            (
                "console-scheme",
                pgettext_lazy("rule change", "Scheme"),
                "balance",
                "scheme.read",
            ),
            ("console-simulations", _("Simulations"), "monitoring", "simulations.read"),
        ),
    ),
    (
        pgettext_lazy("face", "The mall's face"),
        (
            ("console-banners", _("Banners"), "view_carousel", "pages.read"),
            (
                "console-sections",
                pgettext_lazy("face", "Home page"),
                "dashboard_customize",
                "pages.read",
            ),
            ("console-notices", pgettext_lazy("face", "Notices"), "campaign", "pages.read"),
            ("console-policies", pgettext_lazy("face", "Policies"), "policy", "pages.read"),
            ("console-brand", pgettext_lazy("face", "Brand"), "palette", "settings.read"),
            ("console-claims", _("Blocked claims"), "block", "settings.read"),
        ),
    ),
    (
        pgettext_lazy("console", "Office"),
        (
            ("console-staff", _("Staff and roles"), "badge", "staff.read"),
            ("console-audit", _("Audit log"), "history", "audit.read"),
            ("console-matrix", _("Who may do what"), "rule", "overview.read"),
        ),
    ),
)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups that unfold draws, the entry of this page marked."""
    roles = roles_of(request)
    return [
        {
            "title": title,
            "items": [
                {"title": text, "icon": icon, "link": url, "active": _is_here(request, url)}
                for name, text, icon, needed in entries
                if may(roles, needed)
                for url in (reverse(name),)
            ],
        }
        for title, entries in GROUPS
    ]


def _is_here(request: HttpRequest, url: str) -> bool:
    return request.path == url if url == reverse("console") else request.path.startswith(url)


def style_sheet(request: HttpRequest) -> str:
    """The console's own style sheet; unfold puts it before its own."""
    return static("console/console.css")


def script(request: HttpRequest) -> str:
    """The console's own helpers."""
    return static("console/console.js")


def shop_script(request: HttpRequest) -> str:
    """The small helpers of forms that the shop's pages use as well."""
    return static("storefront/app.js")


def favicon(request: HttpRequest) -> str:
    """The mall's."""
    return static("storefront/favicon.svg")
