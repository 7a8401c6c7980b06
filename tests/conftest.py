"""One embedded PostgreSQL for the whole run; every xdist worker has its own database in it."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def _start_embedded(folder: Path) -> str:
    from sharemall import postgres

    return postgres.start(folder / "pg")


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput") or "DATABASE_URL" in os.environ:
        return
    folder = Path(tempfile.mkdtemp(prefix="sharemall-test-"))
    os.environ["SHAREMALL_DATA"] = str(folder / "data")
    os.environ["SHAREMALL_SECRET_KEY"] = "only-for-tests"
    os.environ["DATABASE_URL"] = _start_embedded(folder)
    config.add_cleanup(lambda: _stop(folder))


def _stop(folder: Path) -> None:
    from sharemall import postgres

    postgres.stop(folder / "pg")
    shutil.rmtree(folder, ignore_errors=True)
