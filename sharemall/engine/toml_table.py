"""Reading one table of a scheme file so that every fault is collected, each under its key."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from sharemall.engine.amounts import LEVELS, MAX_AMOUNT_MICRO, NANO, decimal_string, scaled
from sharemall.engine.times import is_time_zone

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_KINDS = {"bool": "boolean", "int": "integer", "float": "float", "list": "array", "dict": "table"}


class Table:
    """A TOML table being read: getters return a stand-in where they note a fault.

    Nothing read is to be used once `faults` has an entry.
    """

    def __init__(self, path: str, values: Mapping[str, object], faults: list[str]) -> None:
        self.values = values
        self._path = path
        self._faults = faults
        self._asked: list[str] = []
        self._faulty: set[str] = set()

    def fault(self, key: str, text: str) -> None:
        """Notes what is wrong with `key` of this table."""
        self._faulty.add(key)
        self._faults.append(f"{self._key(key)}: {text}")

    def table(self, key: str, needs: str) -> "Table":
        """The table under `key`; one that is missing misses all that it needs."""
        value = self._ask(key, f"needs {needs}")
        if value is None or isinstance(value, dict):
            return Table(self._key(key), value or {}, self._faults)
        self.fault(key, f"must be a table with {needs}, not {_kind(value)}")
        return Table(self._key(key), {}, [])

    def is_faulty(self, key: str) -> bool:
        """Whether something is wrong with `key` itself."""
        return key in self._faulty

    def known(self, *keys: str) -> None:
        """Keys that are allowed here, whoever reads them."""
        self._asked += keys

    def optional(self, key: str) -> "Table":
        """The table under `key`; one that is missing is an empty one."""
        if key in self.values:
            return self.table(key, "its keys")
        self.known(key)
        return Table(self._key(key), {}, self._faults)

    def tables(self, key: str, needs: str) -> "list[Table]":
        """The tables of an array (`[[key]]`); none if it is missing."""
        value = self._ask(key, "", [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.fault(key, f"must be an array of tables with {needs}, not {_kind(value)}")
            return []
        return [
            Table(self._key(f"{key}[{place}]"), item, self._faults)
            for place, item in enumerate(value)
        ]

    def text(self, key: str, default: str | None = None) -> str:
        """A string; missing is a fault unless there is a default."""
        value = self._ask(key, "needs a text in quotes", default)
        if isinstance(value, str):
            return value
        if value is not None:
            self.fault(key, f"must be a text in quotes, not {_kind(value)}")
        return ""

    def word(self, key: str, words: Sequence[str], default: str | None = None) -> str:
        """One of `words`; "" after a fault."""
        allowed = " or ".join(f'"{word}"' for word in words)
        value = self._ask(key, f"must be {allowed}", default)
        if isinstance(value, str) and value in words:
            return value
        if value is not None:
            self.fault(key, f"must be {allowed}, not {_shown(value)}")
        return ""

    def texts(self, key: str) -> tuple[str, ...]:
        """An array of texts, not empty; () if it is missing."""
        value = self._ask(key, "", [])
        items = value if isinstance(value, list) else [None]
        texts = tuple(item for item in items if isinstance(item, str) and item)
        if len(texts) == len(items) and (texts or key not in self.values):
            return texts
        self.fault(key, f'must be an array of texts such as ["a", "b"], not {_shown(value)}')
        return ()

    def translations(self, key: str) -> dict[str, str]:
        """A table of texts, each under the text it stands for; {} if it is missing."""
        value = self._ask(key, "", {})
        if not isinstance(value, dict):
            self.fault(key, f"must be a table of texts, not {_kind(value)}")
            return {}
        table = Table(self._key(key), value, self._faults)
        return {word: table.text(word) for word in value}

    def boolean(self, key: str, *, default: bool) -> bool:
        """true or false, without quotes."""
        value = self._ask(key, "", default)
        if isinstance(value, bool):
            return value
        self.fault(key, f"must be true or false without quotes, not {_shown(value)}")
        return default

    def whole(self, key: str, default: int | None = None, *, least: int = 0, most: int) -> int:
        """A whole number in [`least`, `most`], without quotes."""
        allowed = f"a whole number from {least} to {most}, without quotes"
        value = self._ask(key, f"needs {allowed}", default)
        if type(value) is int and least <= value <= most:
            return value
        if value is not None:
            shown = value if type(value) is int else _shown(value)
            self.fault(key, f"must be {allowed}, not {shown}")
        return least

    def time_zone(self, key: str, default: str) -> str:
        """The name of a time zone that exists."""
        value = self._ask(key, "", default)
        if isinstance(value, str) and is_time_zone(value):
            return value
        self.fault(
            key, f'no such time zone: {_shown(value)}; a name such as "{default}" is allowed'
        )
        return default

    def rate(self, key: str, default: str | None = None, *, most: int = 1) -> int:
        """A number in [0, `most`] of at most nine places, in billionths."""
        allowed = f'a number from 0 to {most} with at most nine decimals, in quotes, such as "0.3"'
        value = self._ask(key, f"needs {allowed}", default)
        if value is None:
            return 0
        number = _number(value, 9)
        if number is None or not 0 <= number <= most * NANO:
            self.fault(key, f"must be {allowed}, not {_shown(value)}")
            return 0
        return number

    def rates(self, key: str, count: int, *, most: int) -> tuple[int, ...]:
        """None, or `count` numbers as `rate` reads them."""
        value = self._ask(key, "", [])
        if not isinstance(value, list) or len(value) not in (0, count):
            kind = f"not {len(value)}" if isinstance(value, list) else f"not {_kind(value)}"
            self.fault(key, f"must be an array, empty or of {count} numbers in quotes, {kind}")
            return ()
        items = {f"{key}[{place}]": item for place, item in enumerate(value)}
        inner = Table(self._path, items, self._faults)
        return tuple(inner.rate(name, most=most) for name in items)

    def amount(self, key: str, default: str | None = None) -> int:
        """A positive amount of at most six places, in micro-units."""
        value = self._ask(key, f"needs {_AMOUNT}", default)
        return 1 if value is None else self._positive(key, value)

    def thresholds(self, key: str) -> tuple[int, ...]:
        """None, or ten strictly ascending positive amounts."""
        value = self._ask(key, "", [])
        if not isinstance(value, list):
            self.fault(key, f"must be an array, empty or of ten amounts, not {_kind(value)}")
            return ()
        if len(value) not in (0, LEVELS):
            self.fault(key, f"must hold none or ten amounts, not {len(value)}")
        amounts = [self._positive(f"{key}[{place}]", item) for place, item in enumerate(value)]
        good = not any(f"{key}[{place}]" in self._faulty for place in range(len(value)))
        if good and any(low >= high for low, high in pairwise(amounts)):
            self.fault(key, "must ascend strictly, each amount above the one before")
        return tuple(amounts)

    def refuse_more_than_all(self, *keys: str) -> None:
        """Notes a fault if the rates of `keys` come to more than 1 together."""
        if self._faulty.intersection(keys):
            return
        total = sum(_number(self.values.get(key, "0"), 9) or 0 for key in keys)
        if total > NANO:
            names = " + ".join(self._key(key) for key in keys)
            self._faults.append(f"{names}: together above 1; at most 1 is allowed")

    def refuse_unknown(self) -> None:
        """Notes every key that nothing asked for."""
        for key in self.values:
            if key not in self._asked:
                self.fault(key, f"unknown key; allowed here: {', '.join(self._asked)}")

    def _ask(self, key: str, missing: str, default: object = None) -> object:
        self._asked.append(key)
        if key not in self.values and default is None:
            self.fault(key, f"missing; {missing}")
        return self.values.get(key, default)

    def _positive(self, key: str, value: object) -> int:
        number = _number(value, 6)
        if number is None or not 0 < number <= MAX_AMOUNT_MICRO:
            self.fault(key, f"must be {_AMOUNT}, not {_shown(value)}")
            return 1
        return number

    def _key(self, key: str) -> str:
        bare, bracket, place = key.partition("[")
        if _BARE_KEY.fullmatch(bare) is None:
            bare, bracket, place = _shown(key), "", ""
        return f"{self._path}.{bare}{bracket}{place}" if self._path else f"{bare}{bracket}{place}"


_AMOUNT = (
    f"an amount above 0 and at most {decimal_string(MAX_AMOUNT_MICRO).partition('.')[0]} "
    'with at most six decimals, in quotes, such as "200"'
)


def _number(value: object, places: int) -> int | None:
    """The string `value` times 10^`places`; None if it is no string, no number or too precise."""
    parsed = scaled(value, places) if isinstance(value, str) else None
    return parsed[0] if parsed is not None and parsed[1] <= places else None


def _kind(value: object) -> str:
    kind = _KINDS.get(type(value).__name__, "date or time")
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _shown(value: object) -> str:
    """A value as a message may show it: one short printable line."""
    if not isinstance(value, str):
        return _kind(value) if not isinstance(value, bool) else str(value).lower()
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:50]}… ({len(value)} characters)"
