"""The plan for several machines names every table, and each of them is fit for it."""

import pytest
from django.apps import apps
from django.db import connection

from sharemall.ledger import citus

pytestmark = pytest.mark.django_db

TABLES = """
SELECT relname FROM pg_class
WHERE relname LIKE 'ledger\\_%' AND relkind IN ('r', 'p') AND NOT relispartition
    AND relnamespace = current_schema()::regnamespace
"""
UNIQUE = """
SELECT indexrelid::regclass::text, ARRAY(
    SELECT attname::text FROM pg_attribute WHERE attrelid = indrelid AND attnum = ANY(indkey))
FROM pg_index WHERE indisunique AND indrelid = %s::regclass
"""


def asked(statement: str, *values: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall()


def test_the_plan_names_every_table_of_the_ledger() -> None:
    planned = [place.table for place, _ in citus.plan()]
    assert len(set(planned)) == len(planned)
    assert set(planned) == {str(name) for (name,) in asked(TABLES)}
    models = apps.get_app_config("ledger").get_models()
    assert set(planned) == {model._meta.db_table for model in models}


@pytest.mark.parametrize("table", citus.DISTRIBUTED)
def test_what_is_unique_in_a_distributed_table_is_so_within_an_account(table: str) -> None:
    for name, columns in asked(UNIQUE, table):
        assert citus.COLUMN in list(columns), name  # type: ignore[call-overload]
    (model,) = (m for m in apps.get_models() if m._meta.db_table == table)
    assert citus.COLUMN in [field.name for field in model._meta.pk_fields]


@pytest.mark.one_machine
def test_nothing_is_spread_where_there_is_no_citus() -> None:
    with pytest.raises(citus.NoCitus, match="not on Citus"):
        citus.apply()
    assert not any(distributed for _, distributed in citus.plan())


def test_settling_what_nodes_left_open_is_always_possible() -> None:
    asked("SELECT ledger_settled()")
