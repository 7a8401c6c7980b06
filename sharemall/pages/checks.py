"""What is asked of every row of this room before it is saved."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from sharemall.brand import words
from sharemall.pages.errors import Conflict, Gone
from sharemall.pages.models import Edited

Row = TypeVar("Row", bound=Edited)
Faults = dict[str, list[str]]


def taken(kind: type[Row], pk: int | None, revision: int) -> Row:
    """The row to be changed, locked; a new one without `pk`.

    Raises Gone, and Conflict where somebody else saved it after `revision` was read.
    """
    if pk is None:
        return kind()
    # Django's stubs know a type variable's manager by this name alone.
    row = kind._default_manager.select_for_update().filter(pk=pk).first()
    if row is None:
        raise Gone
    if row.revision != revision:
        raise Conflict
    row.revision += 1
    return row


def fill(row: models.Model, fields: Mapping[str, Any]) -> None:
    """Put the fields into the row, texts without blanks around them; a misspelt one is refused."""
    for name, value in fields.items():
        row._meta.get_field(name)
        setattr(row, name, value.strip() if isinstance(value, str) else value)


def refuse(row: models.Model, texts: Mapping[str, str], faults: Faults) -> None:
    """Raise ValidationError with every fault of the row at its field.

    `texts` are those that shoppers see, `faults` what is known already.
    """
    found = {name: list(told) for name, told in faults.items() if told}
    for name, told in words.faults(texts).items():
        found.setdefault(name, []).extend(told)
    try:
        row.clean_fields(exclude=found.keys() & {field.name for field in row._meta.fields})
    except ValidationError as error:
        for name, told in error.message_dict.items():
            found.setdefault(name, []).extend(told)
    if found:
        raise ValidationError(found)


def both(row: models.Model, name: str) -> Faults:
    """A fault if the text is there in one language only."""
    zh, en = getattr(row, f"{name}_zh"), getattr(row, f"{name}_en")
    missing = f"{name}_en" if zh and not en else f"{name}_zh" if en and not zh else ""
    return {missing: [_("Write it in both languages.")]} if missing else {}


def window(starts_at: datetime | None, ends_at: datetime | None) -> Faults:
    """A fault if it would end before it begins."""
    if starts_at and ends_at and ends_at <= starts_at:
        return {"ends_at": [_("It must end after it begins.")]}
    return {}
