"""The log is sent to the disk while another connection still writes more of it."""

import threading

import pytest
from django.db import OperationalError, connection, transaction

from sharemall.ledger import wal

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.one_machine]


def position(of: str) -> int:
    """Up to which byte the log was written ("insert") or sent to the disk ("flush")."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_current_wal_{of}_lsn() - '0/0'::pg_lsn")
        return int(cursor.fetchone()[0])


def flush_over_another_connection() -> None:
    def flush() -> None:
        wal.flush()
        connection.close()

    thread = threading.Thread(target=flush)
    thread.start()
    thread.join()


def test_what_another_connection_has_not_committed_reaches_the_disk_too() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_logical_emit_message(true, 'test', repeat('x', 100000))")
        written = position("insert")
        flush_over_another_connection()
        assert position("flush") >= written
        transaction.set_rollback(True)


def test_meanwhile_it_is_flushed_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    seen, enough = [], threading.Event()

    def flush() -> None:
        seen.append(threading.current_thread())
        if len(seen) == 3:
            enough.set()

    monkeypatch.setattr(wal, "flush", flush)
    with wal.flushing():
        assert enough.wait(30)
    assert threading.current_thread() not in seen
    assert not seen[0].is_alive()


def test_without_a_connection_for_it_the_work_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = threading.Event()

    def refused() -> None:
        tried.set()
        raise OperationalError("too many connections")

    monkeypatch.setattr(wal, "flush", refused)
    with wal.flushing():
        assert tried.wait(30)


def test_what_goes_wrong_in_the_work_is_raised() -> None:
    with pytest.raises(ZeroDivisionError), wal.flushing():
        raise ZeroDivisionError
