"""Every work list, registered with the console's site."""

from collections.abc import Callable

from django.db.models import Model
from django.http import HttpResponseBase

from sharemall.console.lists import audit, goods, money, orders, people, shops
from sharemall.console.site import site

__all__ = ["audit", "goods", "money", "of", "orders", "people", "shops"]


def of(model: type[Model]) -> Callable[..., HttpResponseBase]:
    """The view of the list of these rows, behind the console's guard."""
    view: Callable[..., HttpResponseBase] = site._registry[model].view
    return view
