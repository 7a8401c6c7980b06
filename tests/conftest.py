"""Fixtures for every room: what is needed beside pytest-django's and pytest-playwright's own."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.contenttypes.management import create_contenttypes
from django.db.backends.postgresql.creation import DatabaseCreation
from django.db.backends.postgresql.operations import DatabaseOperations
from django.db.models.signals import post_migrate

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# A failing assertion of a helper says what it found, like a test's own.
pytest.register_assert_rewrite(*(f"tests.{p.stem}" for p in Path(__file__).parent.glob("[a-z]*")))


def pytest_configure() -> None:
    # The manifest needs a collectstatic first; tests/house checks the real storage once.
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    # A browser keeps its lines to the live server open, and with them a thread of the server each:
    # what such a thread holds must not keep the database from being dropped.
    settings.DATABASES["default"]["CONN_MAX_AGE"] = 0
    # Passwords are hashed for real in tests/members; elsewhere 0.2 s a member buys nothing.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests wait for their own pages, not for each other: they all get the mark."""
    for item in items:
        if "page" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


# Most tables are empty after most tests, and the others small: to look, and to delete, costs a
# hundredth of what truncating takes, which makes new files. As a replica, so that neither the
# ledger's triggers, which refuse it even to us, nor foreign keys are asked.
FLUSH = """
DO $$
DECLARE
    name regclass;
    is_filled boolean;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOREACH name IN ARRAY ARRAY[{tables}]::regclass[] LOOP
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %s)', name) INTO is_filled;
        IF is_filled THEN
            EXECUTE format('DELETE FROM %s', name);
        END IF;
    END LOOP;
END $$;
"""
# Made once, with the database: making them again takes longer than all else of a flush.
KEPT = {"django_content_type", "auth_permission"}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """The database of the run; what it is made with is not made again by every flush."""
    post_migrate.disconnect(create_contenttypes)
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")


@pytest.fixture(autouse=True, scope="session")
def _flushing_deletes() -> None:
    """Transactional tests end with a flush."""

    def sql_flush(
        self: DatabaseOperations, _style: object, tables: list[str], **_options: bool
    ) -> list[str]:
        names = ", ".join(f"'{table}'" for table in tables if table not in KEPT)
        return [FLUSH.format(tables=names)]

    DatabaseOperations.sql_flush = sql_flush


@pytest.fixture(autouse=True, scope="session")
def _a_late_request_keeps_no_database() -> None:
    """A browser that is closed in the middle of a request leaves a server's line open for a bit."""

    def destroy(self: DatabaseCreation, test_database_name: str, verbosity: int) -> None:
        name = self.connection.ops.quote_name(test_database_name)
        with self._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")

    DatabaseCreation._destroy_test_db = destroy


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser on this machine; tests that need one say so where there is none."""
    found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is None:
        reason = f"no browser on the PATH (looked for {', '.join(CHROMIUM_NAMES)})"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], chromium: str
) -> dict[str, Any]:
    """pytest-playwright's own, with the browser that is installed: none is downloaded."""
    return {**browser_type_launch_args, "executable_path": chromium, "args": CHROMIUM_FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A phone first, in Chinese; a test may make contexts of its own."""
    return {
        **browser_context_args,
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "viewport": {"width": 390, "height": 844},
    }


@pytest.fixture
def coins_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mall whose licence lets every merchant take coins: there the way of coins can be tried."""
    monkeypatch.setattr("sharemall.compliance.licences.third_party_coins", lambda: True)
