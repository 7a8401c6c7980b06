"""`given` as this room uses it: the same 60 examples in every run, without a deadline.

`ENGINE_EXAMPLES=5000 pytest tests/engine` looks further, with other examples each time.
"""

import os
from collections.abc import Callable
from typing import Any

import hypothesis
from hypothesis import HealthCheck, settings
from hypothesis.strategies import SearchStrategy

Test = Callable[..., None]

_EXAMPLES = os.environ.get("ENGINE_EXAMPLES")
_settings = settings(
    max_examples=int(_EXAMPLES or 60),
    derandomize=_EXAMPLES is None,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def given(*strategies: SearchStrategy[Any]) -> Callable[[Test], Test]:
    """Runs a test on examples drawn from the strategies."""

    def decorate(test: Test) -> Test:
        return _settings(hypothesis.given(*strategies)(test))

    return decorate
