"""Rows of a form: as many small forms as the page holds, more by a button, no script needed."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from django import forms
from django.http import QueryDict

MOST_ROWS = 100


class RowForm(forms.Form):
    """One row. It is blank, and not looked at, while nothing stands in the fields of `NEEDED`."""

    NEEDED: ClassVar[tuple[str, ...]] = ()

    @property
    def is_blank(self) -> bool:
        """Whether it was sent with nothing in it."""
        return self.is_bound and not any(
            str(self.data.get(self.add_prefix(name), "")).strip() for name in self.NEEDED
        )


Row = TypeVar("Row", bound=RowForm)


class Rows(Generic[Row]):
    """The rows of `kind`, from what was stored or from what was sent."""

    def __init__(
        self,
        kind: type[Row],
        prefix: str,
        data: QueryDict | None = None,
        initial: Sequence[dict[str, Any]] = (),
        **given: Any,
    ) -> None:
        self.kind, self.prefix, self.data, self.given = kind, prefix, data, given
        self.name = f"{prefix}-rows"
        if data is None:
            filled: list[dict[str, Any]] = list(initial) or [{}]
            self.forms = [self._form(number, row) for number, row in enumerate(filled)]
        else:
            self.forms = [self._form(number) for number in range(_count(data.get(self.name)))]

    def _form(self, number: int, initial: dict[str, Any] | None = None) -> Row:
        prefix = f"{self.prefix}-{number}"
        return self.kind(self.data, prefix=prefix, initial=initial, **self.given)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.forms)

    @property
    def filled(self) -> list[Row]:
        """Those with something in them."""
        return [form for form in self.forms if not form.is_blank]

    def is_valid(self) -> bool:
        """Whether each filled row can be read; each is looked at, so that each says its faults."""
        faulty = [form for form in self.filled if not form.is_valid()]
        return not faulty

    def extended(self, rows: Sequence[Mapping[str, Any]]) -> "Rows[Row]":
        """The same with these behind, as texts; none beyond the most. Blank ones make room."""
        assert self.data is not None
        data = self.data.copy()
        number = self.count
        for row in rows[: MOST_ROWS - number]:
            for name, value in row.items():
                data[f"{self.prefix}-{number}-{name}"] = value
            number += 1
        data[self.name] = str(number)
        return Rows(self.kind, self.prefix, data, **self.given)


def _count(sent: str | None) -> int:
    count = int(sent) if sent and sent.isascii() and sent.isdecimal() and len(sent) < 5 else 1
    return min(max(count, 1), MOST_ROWS)
