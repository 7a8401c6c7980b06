"""Whole rows of another table as a column of a query: JSON on the way, models at the end."""

from datetime import datetime
from typing import Any, TypeVar

from django.db.models import DateTimeField, F, Model
from django.db.models.functions import JSONObject

Row = TypeVar("Row", bound=Model)


def columns(model: type[Model]) -> JSONObject:
    """All columns of a row, for `values(all=columns(Model))` in a subquery."""
    return JSONObject(**{field.attname: F(field.attname) for field in model._meta.concrete_fields})


def row(model: type[Row], values: dict[str, Any]) -> Row:
    """The row that `columns`, or to_jsonb, brought.

    For columns of numbers, texts, truths, times and lists of these.
    """
    fields = model._meta.concrete_fields
    names = [field.attname for field in fields]
    times = {field.attname for field in fields if isinstance(field, DateTimeField)}
    read = [
        datetime.fromisoformat(values[name]) if name in times and values[name] else values[name]
        for name in names
    ]
    return model.from_db(None, names, read)
