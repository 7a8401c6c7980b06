"""Presets: whole scheme files of this room. On a running mall they set rates only."""

from dataclasses import replace
from functools import cache
from pathlib import Path

from sharemall.engine.scheme import Scheme, parse_scheme
from sharemall.schemes.values import Values, values_of

FOLDER = Path(__file__).parent / "presets"
KEYS = ("share_of_the_shop", "red_wine", "cautious")  # in the order in which they are offered


@cache
def text_of(key: str) -> str:
    """A preset's file, for a mall that is not open yet. Raises KeyError."""
    if key not in KEYS:
        raise KeyError(key)
    return (FOLDER / f"{key}.toml").read_text(encoding="utf-8")


def on(scheme: Scheme, key: str) -> Values:
    """A running mall's values with a preset's rates.

    The mall's zones stay: one that the preset names takes that one's rates, every other one those
    of the preset's first. The fee on selling and the forced exit are the preset's; cap, initial
    price, time zone, name and honour thresholds are the mall's. Raises KeyError.
    """
    preset, today = values_of(parse_scheme(text_of(key))), values_of(scheme)
    rates = {zone.key: zone for zone in preset.zones}
    zones = [replace(rates.get(zone.key, preset.zones[0]), key=zone.key) for zone in today.zones]
    return replace(
        today, zones=tuple(zones), sell_fee=preset.sell_fee, forced_exit=preset.forced_exit
    )
