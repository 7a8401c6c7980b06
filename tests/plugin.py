"""Loaded before Django's settings: one embedded PostgreSQL and a data folder for the whole run.

A DATABASE_URL that is given is honoured; its role must be a superuser, since some tests corrupt
rows on purpose and emptying protected tables needs one. Every xdist worker has a database of its
own (made by pytest-django) and a data folder of its own.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sharemall import postgres


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Runs before pytest-django reads the settings."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        _begin(early_config)
    else:
        _use_data(Path(os.environ["SHAREMALL_DATA"]).parent / worker)
    yield


def _begin(config: pytest.Config) -> None:
    folder = Path(tempfile.mkdtemp(prefix="sharemall-test-"))
    # Open to the system user that runs PostgreSQL when the tests run as root.
    folder.chmod(0o755)
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    _use_data(folder / "main")
    os.environ["SHAREMALL_MODE"] = "demo"
    os.environ["SHAREMALL_SECRET_KEY"] = "only-for-tests"
    # Playwright keeps an event loop in the main thread, which Django would take for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    if "DATABASE_URL" not in os.environ:
        os.environ["DATABASE_URL"] = postgres.start(folder / "postgres")
        config.add_cleanup(lambda: postgres.stop(folder / "postgres"))


def _use_data(folder: Path) -> None:
    # WhiteNoise warns about a missing folder of static files, and warnings are errors here.
    (folder / "static").mkdir(parents=True)
    os.environ["SHAREMALL_DATA"] = str(folder)
