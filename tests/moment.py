"""All tests at another moment: `pytest -p tests.moment` with AT=2028-02-29T23:55+08:00.

Processes that tests start keep the machine's time.
"""

import os
from datetime import datetime

import time_machine


def pytest_configure() -> None:
    """Travel there, in every worker; time goes on from then."""
    time_machine.travel(datetime.fromisoformat(os.environ["AT"]), tick=True).start()
