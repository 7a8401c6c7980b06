"""A shop's orders from a CSV file: when each member bought, and for how much.

The columns are found by the header: `date` (YYYY-MM-DD, what follows the day is ignored), `member`
(or `customer`) and `amount` (yuan, at most two decimals; 0 is a free order). Others are ignored.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MOST_FAULTS = 20
MEMBER = ("member", "customer")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ].*)?")
_AMOUNT = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,2})?")


class OrdersError(ValueError):
    """An orders file that cannot be used; `faults` names each line that is wrong, up to a limit."""

    def __init__(self, faults: list[str], more: int = 0) -> None:
        self.faults = tuple(faults)
        rest = [f"and {more} faults more"] if more else []
        super().__init__("; ".join([*faults, *rest]))


@dataclass(frozen=True, slots=True)
class Orders:
    """The orders of a file, one entry of each column an order, in the file's order.

    `member` numbers the members from 0 in the order of their first appearance; `day` counts from
    `first`; `paid_fen` is 0 for a free order.
    """

    first: date
    last: date
    member: NDArray[np.int64]
    day: NDArray[np.int64]
    paid_fen: NDArray[np.int64]

    @property
    def members(self) -> int:
        return int(self.member.max()) + 1


def read_orders(path: Path) -> Orders:
    """The orders of a CSV file; raises OrdersError with every fault, OSError if there is none."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as lines:
            return _collect(lines)
    except UnicodeDecodeError:
        raise OrdersError(["the file is not UTF-8 text"]) from None
    except csv.Error as error:
        raise OrdersError([f"the file is no CSV: {error}"]) from None


def _collect(lines: Iterator[str]) -> Orders:
    rows = csv.reader(lines)
    places = _places(next(rows, []))
    numbers: dict[str, int] = {}
    members, days, amounts, faults = [], [], [], []
    for line, row in enumerate(rows, 2):
        if not row:
            continue
        found, wrong = _read(row, places)
        if wrong:
            faults.append(f"line {line}: {'; '.join(wrong)}")
            continue
        day, name, paid_fen = found
        members.append(numbers.setdefault(name, len(numbers)))
        days.append(day.toordinal())
        amounts.append(paid_fen)
    if faults:
        raise OrdersError(faults[:MOST_FAULTS], len(faults) - MOST_FAULTS)
    if not days:
        raise OrdersError(["the file holds no orders"])
    return Orders(
        first=date.fromordinal(min(days)),
        last=date.fromordinal(max(days)),
        member=np.array(members, np.int64),
        day=np.array(days, np.int64) - min(days),
        paid_fen=np.array(amounts, np.int64),
    )


def _places(header: list[str]) -> tuple[int, int, int]:
    """Where date, member and amount stand in a row."""
    names = [name.strip().lower() for name in header]
    found, faults = [], []
    for wanted in (("date",), MEMBER, ("amount",)):
        places = [place for place, name in enumerate(names) if name in wanted]
        if len(places) != 1:
            fault = "missing" if not places else "there more than once"
            faults.append(f"column {' or '.join(wanted)}: {fault}")
        found.append(places[0] if places else 0)
    if faults:
        raise OrdersError(faults)
    return found[0], found[1], found[2]


def _read(row: list[str], places: tuple[int, int, int]) -> tuple[tuple[date, str, int], list[str]]:
    """A row's day, member and amount in fen, and what is wrong with them."""
    if len(row) <= max(places):
        return (date.min, "", 0), ["too few columns"]
    day, name, amount = (row[place].strip() for place in places)
    faults, found_day, fen = [], date.min, 0
    try:
        if not _DAY.fullmatch(day):
            raise ValueError
        found_day = date.fromisoformat(day[:10])
    except ValueError:
        faults.append(f"date {day!r} is no day (YYYY-MM-DD)")
    if not name:
        faults.append("member is empty")
    if _AMOUNT.fullmatch(amount):
        whole, _, rest = amount.partition(".")
        fen = int(whole) * 100 + int(rest.ljust(2, "0"))
    else:
        faults.append(f"amount {amount!r} is no amount (like 29.33)")
    return (found_day, name, fen), faults
