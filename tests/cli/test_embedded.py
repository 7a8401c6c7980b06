"""The commands on an embedded server: it is there while one needs it and gone afterwards."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import command


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder that the user who runs PostgreSQL for root can reach."""
    with tempfile.TemporaryDirectory(prefix="sharemall-data-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def run(data: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """A command with nothing set but the data folder."""
    env = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    env |= {"SHAREMALL_DATA": str(data), "SHAREMALL_OWNER_PASSWORD": "a long enough secret"}
    return subprocess.run(
        command(*arguments), env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )


def test_a_mall_in_a_folder_is_made_read_and_not_taken_for_the_demo(
    data: Path, scheme: Path
) -> None:
    made = run(data, "init", "--scheme", str(scheme), "--phone", "13800001234")
    assert (made.returncode, made.stderr) == (0, "")
    assert not (data / "postgres" / "postmaster.pid").exists()
    assert '"members": {}' in run(data, "state").stdout
    refused = run(data, "demo", "--reset", "--no-serve")
    assert refused.returncode == 1
    assert "not the demo" in refused.stderr
    assert '"members": {}' in run(data, "state").stdout


def test_a_folder_that_cannot_hold_a_database_is_named(data: Path) -> None:
    (data / "postgres").mkdir()
    (data / "postgres" / "letter.txt").write_text("mine")
    refused = run(data, "state")
    assert refused.returncode == 1
    assert str(data / "postgres") in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
