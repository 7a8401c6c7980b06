"""`replay`: the engine alone, no database, and so none of the imports that a database takes."""

import sys
from pathlib import Path
from typing import Any

from sharemall.engine.replay import replay_files
from sharemall.engine.report import dumps


def replay(scheme: Path, events: Path, out: Path | None) -> None:
    """Print the state that the journal leads to under the scheme."""
    write(replay_files(scheme, events), out)


def write(report: dict[str, Any], out: Path | None) -> None:
    """A state report as JSON, to a file or to the screen."""
    text = dumps(report) + "\n"
    if out is None:
        sys.stdout.write(text)
    else:
        out.write_text(text, encoding="utf-8")
