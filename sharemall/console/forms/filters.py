"""What lists are narrowed to. What makes no sense narrows nothing."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sharemall.catalogue.models import Category, Zone
from sharemall.console.amounts import narrow
from sharemall.console.forms.products import category_path
from sharemall.console.selectors import ProductFilter
from sharemall.merchants.models import Merchant

SEARCH = {"type": "search", "autocomplete": "off"}


class SearchForm(forms.Form):
    """A line to search by."""

    q = forms.CharField(
        label=_("Search"), required=False, max_length=100, widget=forms.TextInput(SEARCH)
    )

    @property
    def query(self) -> str:
        """What is looked for; empty where it could not be read."""
        self.is_valid()
        return narrow(self.cleaned_data.get("q", ""))


class ProductFilterForm(SearchForm):
    """Search and filters of the products' list."""

    zone = forms.ModelChoiceField(
        Zone.objects.all(), label=_("Zone"), required=False, empty_label=_("All zones")
    )
    merchant = forms.ModelChoiceField(
        Merchant.objects.all(), label=_("Merchant"), required=False, empty_label=_("All merchants")
    )
    category = forms.ModelChoiceField(
        Category.objects.select_related("parent__parent"),
        label=_("Category"),
        required=False,
        empty_label=_("All categories"),
    )
    sale = forms.ChoiceField(
        label=_("On sale"),
        required=False,
        choices=[("", _("On and off sale")), ("1", _("On sale")), ("0", _("Off sale"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["category"]
        field.label_from_instance = category_path

    @property
    def wanted(self) -> ProductFilter:
        """What the list is narrowed to."""
        query, data = self.query, self.cleaned_data
        sale = data.get("sale", "")
        zone, merchant, category = data.get("zone"), data.get("merchant"), data.get("category")
        return ProductFilter(
            query=query,
            zone_key=zone.pk if zone else "",
            merchant_key=merchant.pk if merchant else "",
            category_id=category.pk if category else None,
            on_sale=None if not sale else sale == "1",
        )
