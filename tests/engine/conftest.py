"""What several of this room's tests begin with."""

import pytest

from sharemall.engine.scheme import parse_scheme
from sharemall.engine.state import State
from tests.engine.good_events import begun
from tests.engine.stepping import GOLDEN


@pytest.fixture
def wine() -> State:
    """An empty state under the scheme of the wine case."""
    return State.empty(parse_scheme((GOLDEN / "wine.toml").read_text(encoding="utf-8")))


@pytest.fixture
def state() -> State:
    """A state in which member a and merchant s have some of everything."""
    return begun()
