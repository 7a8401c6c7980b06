"""How a file with several faults is refused: each on a line of its own, then how many there are."""

import sys
from collections.abc import Sequence
from typing import NoReturn

from sharemall.cli.errors import BadInput


def refuse(name: str, faults: Sequence[str]) -> NoReturn:
    """Says every fault of the file and ends as bad input."""
    if len(faults) == 1:
        raise BadInput(f"{name}: {faults[0]}")
    for fault in faults:
        print(f"sharemall: {' '.join(fault.split())}", file=sys.stderr)  # noqa: T201
    raise BadInput(f"{name}: {len(faults)} faults")
