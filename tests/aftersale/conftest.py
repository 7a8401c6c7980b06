"""Every merchant takes coins here; tests/compliance/test_licences.py has the mall as it is."""

import pytest


@pytest.fixture(autouse=True)
def _coins_everywhere(coins_everywhere: None) -> None:
    """For all tests of this room."""
