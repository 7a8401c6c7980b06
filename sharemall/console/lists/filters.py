"""What a work list is narrowed by. What makes no sense narrows nothing."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Protocol

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sharemall.console.fields import Words, YuanField

Choices = Iterable[tuple[str, Words]]
ANY = pgettext_lazy("lists", "All")


class Filter(Protocol):
    """A part of a list's filter: its fields, and what it makes of the rows."""

    def fields(self) -> dict[str, forms.Field]:
        """The form fields, by name."""
        ...

    def narrow(self, rows: QuerySet[Any], data: Mapping[str, Any]) -> QuerySet[Any]:
        """The rows that fit what was entered."""
        ...


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of some choices; `condition` says which rows belong to one (`field` equal to it)."""

    name: str
    label: Words
    choices: Callable[[], Choices]
    field: str = ""
    condition: Callable[[str], Q] | None = None

    def fields(self) -> dict[str, forms.Field]:
        """A box to choose from."""
        offered = [("", ANY), *self.choices()]
        return {self.name: forms.ChoiceField(label=self.label, choices=offered, required=False)}

    def narrow(self, rows: QuerySet[Any], data: Mapping[str, Any]) -> QuerySet[Any]:
        """Those of the choice."""
        chosen = data.get(self.name)
        if not chosen:
            return rows
        if self.condition is not None:
            return rows.filter(self.condition(chosen))
        return rows.filter(**{self.field or self.name: chosen})


@dataclass(frozen=True, slots=True)
class Days:
    """From one day to another, both included, in the mall's time zone."""

    field: str
    label: Words

    def fields(self) -> dict[str, forms.Field]:
        """Two days."""
        day = {"type": "date"}
        return {
            "from": forms.DateField(
                label=_("From this day"), required=False, widget=forms.DateInput(day, "%Y-%m-%d")
            ),
            "to": forms.DateField(
                label=_("To this day"), required=False, widget=forms.DateInput(day, "%Y-%m-%d")
            ),
        }

    def narrow(self, rows: QuerySet[Any], data: Mapping[str, Any]) -> QuerySet[Any]:
        """Those of these days."""
        if first := data.get("from"):
            rows = rows.filter(**{f"{self.field}__gte": _moment(first, time.min)})
        if last := data.get("to"):
            rows = rows.filter(**{f"{self.field}__lte": _moment(last, time.max)})
        return rows

    @staticmethod
    def is_asked(data: Mapping[str, Any]) -> bool:
        """Whether a day was entered."""
        return bool(data.get("from") or data.get("to"))


@dataclass(frozen=True, slots=True)
class Yuan:
    """An amount from one to another, both included."""

    field: str

    def fields(self) -> dict[str, forms.Field]:
        """Two amounts."""
        return {
            "least": YuanField(_("At least (¥)"), required=False),
            "most": YuanField(_("At most (¥)"), required=False),
        }

    def narrow(self, rows: QuerySet[Any], data: Mapping[str, Any]) -> QuerySet[Any]:
        """Those of such an amount."""
        if (least := data.get("least")) is not None:
            rows = rows.filter(**{f"{self.field}__gte": least})
        if (most := data.get("most")) is not None:
            rows = rows.filter(**{f"{self.field}__lte": most})
        return rows


def _moment(day: Any, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))
