"""Spreading the ledger over machines, as far as one machine can show it."""

from sharemall.ledger.citus import PLACES
from tests.cli.conftest import Run


def test_the_plan_is_readable_without_a_cluster(run: Run) -> None:
    ended = run("citus", "plan")
    assert (ended.returncode, ended.stderr) == (0, "")
    rows = {line.split()[0]: line for line in ended.stdout.splitlines()}
    assert set(rows) >= {place.table for place in PLACES}
    assert "distributed by account_id" in rows["ledger_entry"]
    assert "coordinator" in rows["ledger_event"]
    assert "No table is a reference table" in ended.stdout


def test_nothing_can_be_spread_without_a_cluster_and_the_refusal_says_what_is_lacking(
    run: Run,
) -> None:
    ended = run("citus", "apply")
    assert (ended.returncode, ended.stdout) == (1, "")
    (line,) = ended.stderr.splitlines()
    assert line.startswith("sharemall: this database is not on Citus: create the extension citus")
