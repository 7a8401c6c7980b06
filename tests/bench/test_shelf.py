"""The benchmark of shelves reads what it says it reads."""

import pytest

from bench import shelf


@pytest.mark.django_db(transaction=True)
def test_shelves_are_filled_and_read_in_three_queries() -> None:
    table = shelf.read_shelves(400, reads=1)
    found = {row[0]: (int(row[1]), int(row[2])) for row in table.rows}
    assert all(queries <= 3 for _, queries in found.values())
    assert found["all, by position"] == found["only in the last fifth, by price"] == (12, 3)
    assert found["a word that is nowhere"] == (0, 2)
    assert found["a rare word"] == (1, 3)
