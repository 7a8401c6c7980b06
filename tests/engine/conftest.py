"""Random tests here are the same on every run; `--hypothesis-profile=long` looks further."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from sharemall.engine.scheme import parse_scheme
from sharemall.engine.state import State

GOLDEN = Path(__file__).parent / "golden"

_COMMON = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}

settings.register_profile("engine", max_examples=60, derandomize=True, **_COMMON)
settings.register_profile("long", max_examples=3000, **_COMMON)
settings.load_profile("engine")


@pytest.fixture
def wine() -> State:
    """An empty state under the scheme of the wine case."""
    return State.empty(parse_scheme((GOLDEN / "wine.toml").read_text(encoding="utf-8")))
