"""What a scheme changes against another one, field by field."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from itertools import zip_longest

from sharemall.engine.scheme import Scheme
from sharemall.schemes.values import Values, ZoneValues, values_of

OF_ZONE = tuple(one.name for one in fields(ZoneValues) if one.name != "key")


@dataclass(frozen=True, slots=True)
class Changed:
    """A field whose value is another. `zone` is "" for what concerns the whole scheme.

    `field` is a name of `Values` or `ZoneValues`; of thresholds it is "honor_thresholds.n" with n
    the level. Old and new are decimals or words as in a scheme file, "" where there is none.
    """

    zone: str
    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Difference:
    """All that differs, with the zones that are new and those that are gone, in file order."""

    changed: tuple[Changed, ...]
    added: tuple[ZoneValues, ...]
    removed: tuple[ZoneValues, ...]

    def __bool__(self) -> bool:
        return bool(self.changed or self.added or self.removed)


def difference(old: Scheme, new: Scheme) -> Difference:
    """What `new` changes against `old`; how a number is written makes no difference."""
    before, after = values_of(old), values_of(new)
    old_zones = {zone.key: zone for zone in before.zones}
    new_zones = {zone.key: zone for zone in after.zones}
    both = [(old_zones[key], zone) for key, zone in new_zones.items() if key in old_zones]
    return Difference(
        changed=(*_of_scheme(before, after), *(one for pair in both for one in _of_zone(*pair))),
        added=tuple(zone for key, zone in new_zones.items() if key not in old_zones),
        removed=tuple(zone for key, zone in old_zones.items() if key not in new_zones),
    )


def _of_scheme(old: Values, new: Values) -> Iterator[Changed]:
    for name in ("name", "sell_fee"):
        if getattr(old, name) != getattr(new, name):
            yield Changed("", name, getattr(old, name), getattr(new, name))
    if old.forced_exit != new.forced_exit:
        yield Changed("", "forced_exit", _word(old.forced_exit), _word(new.forced_exit))
    pairs = zip_longest(old.honor_thresholds, new.honor_thresholds, fillvalue="")
    for level, (before, after) in enumerate(pairs, 1):
        if before != after:
            yield Changed("", f"honor_thresholds.{level}", before, after)


def _of_zone(old: ZoneValues, new: ZoneValues) -> Iterator[Changed]:
    for name in OF_ZONE:
        if getattr(old, name) != getattr(new, name):
            yield Changed(new.key, name, getattr(old, name), getattr(new, name))


def _word(flag: bool) -> str:
    return "true" if flag else "false"
