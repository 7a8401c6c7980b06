"""The filters that several lists share."""

from collections.abc import Mapping

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sharemall.catalogue.models import Category, Zone
from sharemall.console.forms.products import category_path
from sharemall.console.lists.columns import Words
from sharemall.console.lists.filters import Choices, OneOf
from sharemall.console.templatetags.console import WORDS
from sharemall.members.models import Member
from sharemall.merchants.models import Merchant

SHORTEST_PHONE = 3
PHONE = 11  # digits


def merchants() -> Choices:
    """All merchants."""
    return [(row.key, row.name) for row in Merchant.objects.all()]


def zones() -> Choices:
    """All zones."""
    return [(row.key, row.name) for row in Zone.objects.all()]


def categories() -> Choices:
    """All categories, by their path."""
    rows = Category.objects.select_related("parent__parent")
    return sorted(((str(row.pk), category_path(row)) for row in rows), key=lambda pair: pair[1])


def below(category: str) -> Q:
    """Products of a category or of one below it."""
    return (
        Q(category_id=category)
        | Q(category__parent_id=category)
        | Q(category__parent__parent_id=category)
    )


def of_merchant(field: str = "merchant") -> OneOf:
    """Those of one merchant."""
    return OneOf("merchant", _("Merchant"), merchants, field)


def of_provider() -> OneOf:
    """Those of one payment provider."""
    return OneOf("provider", pgettext_lazy("staff", "Provider"), WORDS["provider"].items)


def named(words: Mapping[str, Words]) -> Choices:
    """Choices of codes with their words."""
    return list(words.items())


def is_phone(query: str) -> bool:
    """Whether what was typed is a whole phone number."""
    return len(query) == PHONE and query.isascii() and query.isdecimal() and query[0] == "1"


def with_phone(phone: str) -> list[int]:
    """The key of the member with this phone, if there is one."""
    return list(Member.objects.filter(phone=phone).values_list("pk", flat=True))
