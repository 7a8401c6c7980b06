"""Loaded by `make test-citus`: the tests' database is one of a Citus cluster.

CITUS_URL names a database of the coordinator in which Citus knows its nodes. The tests' own
database is made there and on each node, and dropped at the end; its role must be a superuser.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

REASON = "holds on one machine: on Citus privileges and `verify` guard instead of triggers"
NODES = "SELECT nodename, nodeport, groupid FROM pg_dist_node ORDER BY groupid"
SHARDS = 4  # few: tests empty all tables again and again, and every shard is a table
COORDINATOR: dict[str, Any] = {}  # where CITUS_URL says


def pytest_configure() -> None:
    from django.db.backends.postgresql.creation import DatabaseCreation
    from django.db.backends.postgresql.operations import DatabaseOperations

    flush = DatabaseOperations.execute_sql_flush
    create, destroy = DatabaseCreation.create_test_db, DatabaseCreation._destroy_test_db

    def create_spread(self: Any, *args: Any, **options: Any) -> str:
        from sharemall.ledger import citus

        name = create(self, *args, **options)
        assert citus.apply() == list(citus.DISTRIBUTED)
        return name

    def destroy_everywhere(self: Any, name: str, verbosity: int) -> None:
        _destroy_on_nodes(name)
        destroy(self, name, verbosity)

    def flush_shards_first(self: Any, statements: list[str]) -> None:
        from sharemall.ledger import citus

        flush(self, [f"TRUNCATE {', '.join(citus.DISTRIBUTED)}", *statements])

    # Flushing sets triggers aside (see conftest), and by a trigger Citus empties the shards.
    DatabaseOperations.execute_sql_flush = flush_shards_first
    DatabaseCreation._execute_create_test_db = _create_everywhere
    DatabaseCreation.create_test_db = create_spread
    DatabaseCreation._destroy_test_db = destroy_everywhere


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("one_machine"):
            item.add_marker(pytest.mark.skip(reason=REASON))


def _create_everywhere(_self: Any, _cursor: Any, parameters: dict[str, str], keepdb: bool) -> None:
    """Make the database on the coordinator and on its nodes, and tell the coordinator of them."""
    assert not keepdb, "a spread database is made anew for each run"
    quoted, nodes = parameters["dbname"], _nodes()
    name = quoted.strip('"')
    for node in [COORDINATOR, *_workers(nodes)]:
        with _connected(node) as server:
            server.execute(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")
            server.execute(f"CREATE DATABASE {quoted}")
            server.execute(f"ALTER DATABASE {quoted} SET citus.shard_count = {SHARDS}")
        with _connected(node, name) as database:
            database.execute("CREATE EXTENSION citus")
    with _connected(COORDINATOR, name) as database:
        for host, port, group in nodes:
            add = "citus_add_node" if group else "citus_set_coordinator_host"
            database.execute(f"SELECT {add}(%s, %s)", [host, port])


def _destroy_on_nodes(name: str) -> None:
    for node in _workers(_nodes()):
        with _connected(node) as server:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _nodes() -> list[tuple[str, int, int]]:
    """Host, port and group of all nodes that the coordinator knows; its own group is 0."""
    with _connected(COORDINATOR) as coordinator:
        return coordinator.execute(NODES).fetchall()


def _workers(nodes: list[tuple[str, int, int]]) -> list[dict[str, Any]]:
    return [{"host": host, "port": port} for host, port, group in nodes if group]


@contextmanager
def _connected(node: dict[str, Any], name: str = "") -> Iterator[psycopg.Connection[Any]]:
    """A connection outside transactions to one server, to CITUS_URL's database or another."""
    given = conninfo_to_dict(os.environ["CITUS_URL"]) | node
    if name:
        given["dbname"] = name
    with psycopg.connect(**given, autocommit=True) as connection:
        yield connection
