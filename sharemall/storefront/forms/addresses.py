"""Where parcels go, and what is wrong with an address."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sharemall.members import addresses, regions
from sharemall.members.addresses import AddressRefusal
from sharemall.members.models import Address
from sharemall.members.regions import Region, UnknownRegion


class _Text(forms.CharField):
    """Whatever was typed: the service says what may stand there."""

    def __init__(self, **given: Any) -> None:
        super().__init__(required=False, **given)
        self.validators.clear()


class AddressForm(forms.Form):
    """An address. What may stand in it is the service's to say; here it only gets its shape."""

    name = _Text(
        label=_("Recipient"),
        widget=forms.TextInput({"autocomplete": "name", "maxlength": 40}),
    )
    phone = _Text(
        label=_("Phone number"),
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "tel", "maxlength": 20}),
    )
    district = _Text()
    detail = _Text(
        label=_("Street and house number"),
        widget=forms.Textarea({"rows": 2, "autocomplete": "street-address", "maxlength": 120}),
    )
    is_default = forms.BooleanField(label=_("Use this address by default"), required=False)


# The field beside which each refusal is said; what is not listed concerns the whole form.
FIELD_OF = {
    AddressRefusal.BAD_NAME: "name",
    AddressRefusal.BAD_PHONE: "phone",
    AddressRefusal.UNKNOWN_REGION: "district",
    AddressRefusal.BAD_DETAIL: "detail",
}


def sentence(refusal: AddressRefusal) -> str:
    """Why an address was not saved, in the language of the page."""
    match refusal:
        case AddressRefusal.UNKNOWN_ADDRESS:
            return gettext("This address is not there any more.")
        case AddressRefusal.UNKNOWN_REGION:
            return gettext("Choose province, city and district.")
        case AddressRefusal.TOO_MANY:
            return gettext("You can keep at most %(most)s addresses. Remove one first.") % {
                "most": addresses.MOST
            }
        case AddressRefusal.BAD_NAME:
            return gettext("Say who receives the parcel, in at most 40 characters.")
        case AddressRefusal.BAD_PHONE:
            return gettext("Enter a mobile number of 11 digits.")
        case AddressRefusal.BAD_DETAIL:
            return gettext("Enter street and house number, in at most 120 characters.")


class Chosen:
    """How far province, city and district are chosen, and what can be chosen next.

    Codes that do not fit together are let go from the first wrong one on; where there is only one
    to choose from, it is chosen.
    """

    def __init__(self, province: str = "", city: str = "", district: str = "") -> None:
        self.provinces = regions.provinces()
        self.province = _one_of(self.provinces, province)
        self.cities = _children(self.province)
        self.city = _one_of(self.cities, city)
        self.districts = _children(self.city)
        self.district = _one_of(self.districts, district)

    @classmethod
    def of(cls, address: Address | None) -> "Chosen":
        """What a saved address says."""
        try:
            codes = [one.code for one in regions.path(address.district_code)] if address else []
        except UnknownRegion:
            codes = []
        return cls(*codes)


def _children(code: str) -> list[Region]:
    return regions.children(code) if code else []


def _one_of(found: list[Region], code: str) -> str:
    if len(found) == 1:
        return found[0].code
    return code if any(one.code == code for one in found) else ""
