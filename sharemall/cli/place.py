"""Where a command works: which database, and Django set up for it.

The embedded server is started or joined when DATABASE_URL names no other. Commands connect with
the application's rights; only `migrate` connects as the owner of the tables.
"""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import django

from sharemall import config, postgres
from sharemall.cli.errors import Refused

OWNER_URL = "SHAREMALL_OWNER_URL"
APPLICATION_URL = "DATABASE_URL"
MIGRATE = [sys.executable, "-m", "sharemall.cli", "migrate"]


def enter() -> None:
    """Find the database and set Django up for it, as the application.

    A demo is migrated when it has to be; a live mall refuses. Raises Refused, PostgresError.
    """
    connect()
    if pending_migrations():
        if config.mode() == "live":
            raise Refused("the database is not up to date: run `sharemall migrate`")
        migrate_apart()


def connect() -> None:
    """Find the database and set Django up for it, whatever is or is not in it."""
    _find()
    _setup()


def connect_as_owner() -> str | None:
    """The same as the owner of the tables; returns the application's role if it is another."""
    _find()
    application = urlsplit(os.environ[APPLICATION_URL]).username
    owner_url = os.environ.get(OWNER_URL, os.environ[APPLICATION_URL])
    os.environ[APPLICATION_URL] = owner_url
    _setup()
    return application if application != urlsplit(owner_url).username else None


def is_embedded() -> bool:
    """Whether the database is the embedded one; to be asked before `enter`."""
    return APPLICATION_URL not in os.environ


def embedded_folder() -> Path:
    """Where the embedded server keeps its data."""
    return config.data_dir() / "postgres"


def pending_migrations() -> bool:
    """Whether the database lacks a table or a column that this version needs, or search terms."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return True
    from sharemall.catalogue import search

    return search.is_behind()


def migrate_apart() -> None:
    """Migrate in a process of its own: it needs the owner's connection, this one must not."""
    result = subprocess.run([*MIGRATE, "--quiet"], stdin=subprocess.DEVNULL)
    if result.returncode != 0:
        raise Refused("the database could not be migrated: run `sharemall migrate` to see why")


def _find() -> None:
    if config.mode() == "live":
        _check_live()
    elif is_embedded():
        os.environ[OWNER_URL] = postgres.start(embedded_folder())
        os.environ[APPLICATION_URL] = postgres.as_application(os.environ[OWNER_URL])


def _check_live() -> None:
    from sharemall.compliance import live

    if lacking := live.missing_in_environment():
        raise Refused(f"a live mall needs {'; '.join(lacking)}")


def _setup() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "sharemall.settings"
    django.setup()
