"""Saving a row that two may make at the same moment."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, transaction
from psycopg.errors import UniqueViolation

Given = ParamSpec("Given")
Saved = TypeVar("Saved")


def made_or_changed(save: Callable[Given, Saved]) -> Callable[Given, Saved]:
    """A transaction that looks for its row and makes it if it is not there.

    If another makes the same row in between, our insert fails when theirs is committed; then the
    row is there to be found, and the work is done again, once, on that.
    """

    @wraps(save)
    def saved(*given: Given.args, **named: Given.kwargs) -> Saved:
        try:
            with transaction.atomic():
                return save(*given, **named)
        except IntegrityError as error:
            if not isinstance(error.__cause__, UniqueViolation):
                raise
        with transaction.atomic():
            return save(*given, **named)

    return saved
