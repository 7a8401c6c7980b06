"""What only a real cluster can show. Run by `make test-citus`, not found by other runs."""

import os
import subprocess
import sys
import uuid
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
import pytest
from django.db import connection

from sharemall.ledger import citus, closing_step, journal, rights
from sharemall.ledger.report import state
from tests.ledger.helpers import DRAIN, EXITING, assert_equal_to_replay, close, feed, opened, sale

pytestmark = pytest.mark.django_db(transaction=True)

MONTHS = [close("2026-01-31"), sale("4"), close("2026-02-01")]


@pytest.fixture
def busy() -> None:
    """A ledger with sales, forced exits and dividends in two months."""
    opened(EXITING)
    feed([sale("1"), sale("2", "bob", "500", referrer="ann"), sale("3", "cat"), *MONTHS])


def asked(statement: str, *values: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


@pytest.mark.usefixtures("busy")
def test_each_table_lies_where_the_plan_says() -> None:
    assert all(now == place.distributed for place, now in citus.plan())
    groups = asked(
        "SELECT DISTINCT colocation_id FROM citus_tables WHERE table_name::text LIKE 'ledger_%%'"
    )
    assert len(groups) == 1, "an account's rows must lie together"


@pytest.mark.usefixtures("busy")
def test_a_month_that_a_close_made_is_spread_like_its_parent() -> None:
    spread = asked("SELECT ledger_distributed(%s)", "ledger_dividend_202602")
    assert spread == [(True,)]
    held = asked("SELECT account_id FROM ledger_dividend_202602")
    assert held
    plan = asked("EXPLAIN SELECT * FROM ledger_dividend_202602 WHERE account_id = 10")
    assert any("Task Count: 1" in str(line) for (line,) in plan)


@pytest.mark.usefixtures("busy")
def test_what_is_spread_already_stays_as_it_is(tmp_path: Path) -> None:
    assert citus.apply() == []
    assert_equal_to_replay(tmp_path)


@pytest.mark.usefixtures("busy")
def test_rows_that_are_there_already_move_to_the_nodes(tmp_path: Path) -> None:
    before = state()
    for table in citus.DISTRIBUTED:
        asked("SELECT undistribute_table(%s)", table)
    assert not any(now for _, now in citus.plan())
    assert state() == before
    assert citus.apply() == list(citus.DISTRIBUTED)
    assert asked("SELECT count(*) FROM ONLY ledger_entry") != [(0,)]
    assert assert_equal_to_replay(tmp_path) == before


@pytest.mark.usefixtures("busy")
def test_the_application_may_not_change_what_no_trigger_guards() -> None:
    role = f"shop_{uuid.uuid4().hex[:12]}"
    asked(f"CREATE ROLE {role}")
    try:
        rights.grant(role)
        for table in (
            "ledger_entry",
            "ledger_dividend",
            "ledger_dividend_202602",
            "ledger_dividendmonth",
        ):
            for deed, allowed in (("INSERT", True), ("UPDATE", False), ("DELETE", False)):
                found = asked("SELECT has_table_privilege(%s, %s, %s)", role, table, deed)
                assert found == [(allowed,)], (table, deed)
    finally:
        asked(f"DROP OWNED BY {role}")
        asked(f"DROP ROLE {role}")


def test_the_applications_role_can_do_all_that_a_writer_does(tmp_path: Path) -> None:
    """Months that it closes first are made by the tables' owner, in the middle of its work."""
    role = f"shop_{uuid.uuid4().hex[:12]}"
    opened(EXITING)
    bought = [sale("1"), sale("2", "bob", "500", referrer="ann"), close("2031-01-31")]
    journal.append_many([*bought, sale("3", "cat"), close("2031-02-01")])
    given = connection.settings_dict
    asked(f"CREATE ROLE {role} LOGIN PASSWORD '{given['PASSWORD'] or role}'")
    try:
        with pytest.raises(citus.NoCitus, match=f"the role {role} may not finish"):
            citus.apply(role)
        asked(f"GRANT EXECUTE ON FUNCTION recover_prepared_transactions() TO {role}")
        rights.grant(role)
        assert citus.apply(role) == []
        url = urlsplit(os.environ["DATABASE_URL"])
        login = f"{role}:{quote(given['PASSWORD'] or role)}@{url.netloc.rpartition('@')[2]}"
        assert drain_as(urlunsplit(url._replace(netloc=login, path=f"/{given['NAME']}"))) == 0
    finally:
        asked(f"DROP OWNED BY {role}")
        asked(f"DROP ROLE {role}")
    assert len(assert_equal_to_replay(tmp_path)["days"]) == 2


def drain_as(url: str) -> int:
    """Drain in a process of its own with this address; its exit status."""
    environment = os.environ | {"DATABASE_URL": url}
    command = [sys.executable, "-c", DRAIN.format(many=closing_step.MANY)]
    return subprocess.run(command, env=environment, check=False).returncode


@pytest.mark.usefixtures("busy")
def test_what_a_node_left_prepared_is_finished_before_the_next_batch(tmp_path: Path) -> None:
    """As if the node had died between PREPARE and COMMIT of a batch that is committed here."""
    ((shard, host, port, group),) = asked(
        "SELECT shardid, nodename, nodeport, groupid FROM pg_dist_placement"
        " JOIN pg_dist_node USING (groupid)"
        " WHERE shardid = get_shard_id_for_distribution_column('ledger_balance', 10)"
    )
    settings = connection.settings_dict
    with psycopg.connect(
        host=str(host),
        port=int(str(port)),
        dbname=settings["NAME"],
        user=settings["USER"],
        password=settings["PASSWORD"],
        autocommit=True,
    ) as node:
        node.execute("SET citus.enable_manual_changes_to_shards TO on")
        node.execute("BEGIN")
        node.execute(f"UPDATE ledger_balance_{shard} SET level = 9 WHERE account_id = 10")
        node.execute("PREPARE TRANSACTION 'citus_0_999999_1_1'")
    asked(
        "INSERT INTO pg_dist_transaction (groupid, gid) VALUES (%s, %s)",
        group,
        "citus_0_999999_1_1",
    )
    level = "SELECT level FROM ledger_balance WHERE account_id = 10"
    assert asked(level) != [(9,)]
    asked("SELECT ledger_settled()")
    assert asked(level) == [(9,)]
