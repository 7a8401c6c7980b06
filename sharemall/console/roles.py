"""What each role may do. A page names one of these words; what is not here nobody may do.

Words that end in `.read` change nothing: the auditor has them all and nothing else.
"""

from collections.abc import Iterable

from sharemall.office.models import Role

_OWNER, _OPERATIONS, _FINANCE, _SERVICE, _AUDITOR = (
    Role.OWNER,
    Role.OPERATIONS,
    Role.FINANCE,
    Role.SERVICE,
    Role.AUDITOR,
)
ALL = frozenset(Role)


def _by(*roles: Role) -> frozenset[Role]:
    """These roles, and the owner: nothing is hidden from it."""
    return frozenset({_OWNER, *roles})


MAY: dict[str, frozenset[Role]] = {
    "own": ALL,  # one's own second factor
    "overview.read": ALL,
    # the shop
    "orders.read": ALL,
    "orders.ship": _by(_OPERATIONS, _SERVICE),
    "orders.cancel": _by(_OPERATIONS, _SERVICE),
    "aftersale.read": ALL,
    "aftersale.answer": _by(_SERVICE),
    "products.read": ALL,
    "products.change": _by(_OPERATIONS),
    "stock.change": _by(_OPERATIONS),
    "offers.read": ALL,
    "offers.change": _by(_OPERATIONS),
    "merchants.read": ALL,
    "merchants.change": _by(_OPERATIONS),
    "pages.read": ALL,
    "pages.change": _by(_OPERATIONS),  # home page, banners, notices, policies
    "settings.read": ALL,
    "settings.change": _by(),  # the brand, the names of the points
    # people
    "members.read": ALL,
    "members.lock": _by(_OPERATIONS, _SERVICE),
    "reviews.read": ALL,
    "reviews.change": _by(_OPERATIONS, _SERVICE),
    "referrals.read": ALL,
    "tickets.read": ALL,
    "tickets.answer": _by(_SERVICE),
    # money
    "payments.read": ALL,
    "refunds.retry": _by(_FINANCE),
    "till.read": ALL,
    "till.use": _by(_OPERATIONS, _SERVICE),
    "till.refund": _by(_SERVICE, _FINANCE),
    "ledger.read": _by(_FINANCE, _AUDITOR),
    "days.read": _by(_FINANCE, _AUDITOR, _OPERATIONS),
    "scheme.read": ALL,
    "scheme.draft": _by(_OPERATIONS, _FINANCE),
    "scheme.approve": _by(_FINANCE),
    "simulations.read": ALL,
    "simulations.run": _by(_OPERATIONS, _FINANCE),
    # the office itself
    "staff.read": _by(_AUDITOR),
    "staff.change": _by(),
    "audit.read": _by(_AUDITOR),
}


def may(roles: Iterable[Role], word: str) -> bool:
    """Whether one of these roles may do this. Raises KeyError for a word that is none."""
    return not MAY[word].isdisjoint(roles)
