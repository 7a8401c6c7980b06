"""Whole rows of another table as a column of a query: JSON on the way, models at the end."""

from datetime import datetime
from typing import Any, TypeVar

from django.db.models import DateTimeField, Model
from django.db.models.functions import JSONArray

Row = TypeVar("Row", bound=Model)


def columns(model: type[Model]) -> JSONArray:
    """All columns of a row, for `values(all=columns(Model))` in a subquery."""
    return JSONArray(*(field.attname for field in model._meta.concrete_fields))


def row(model: type[Row], values: list[Any]) -> Row:
    """The row that `columns` brought. For columns of numbers, texts, truths, times and lists."""
    fields = model._meta.concrete_fields
    read = [
        datetime.fromisoformat(value) if isinstance(field, DateTimeField) and value else value
        for field, value in zip(fields, values, strict=True)
    ]
    return model.from_db(None, [field.attname for field in fields], read)
