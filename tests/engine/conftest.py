"""What several of this room's tests begin with."""

import pytest

from sharemall.engine.scheme import parse_scheme
from sharemall.engine.state import State
from tests.engine.stepping import GOLDEN


@pytest.fixture
def wine() -> State:
    """An empty state under the scheme of the wine case."""
    return State.empty(parse_scheme((GOLDEN / "wine.toml").read_text(encoding="utf-8")))
