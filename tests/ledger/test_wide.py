"""Products over a number in SQL give what Python's integers give."""

from random import Random

import pytest
from django.db import connection

from sharemall.ledger import wide

pytestmark = pytest.mark.django_db

BITS = (1, 7, 20, 35, 44, 52, 56, 62, 63)


@pytest.mark.parametrize("den_bits", BITS)
@pytest.mark.parametrize("most_bits", BITS)
def test_a_product_over_a_number_is_exact_whatever_its_width(most_bits: int, den_bits: int) -> None:
    pick = Random(most_bits * 100 + den_bits)
    most = pick.getrandbits(most_bits) | 1 << most_bits - 1
    columns = sorted({0, 1, most // 2, most - 1, most, *(pick.randint(0, most) for _ in range(9))})
    den = pick.getrandbits(den_bits) | 1 << den_bits - 1
    for num in {0, 1, den - 1, den, 2 * den + 1, pick.randint(0, den), pick.randint(0, 2**60)}:
        assert_exact(columns, most, num, den)


@pytest.mark.parametrize("most_bits", [20, 31, 36, 40, 45])
@pytest.mark.parametrize("part", [2, 3, 7, 1_000_003])
def test_a_quotient_without_a_rest_is_not_one_too_small(most_bits: int, part: int) -> None:
    """Where shifting alone would fall just below a whole number, and just above it."""
    most = 2**most_bits - 1
    whole = range(most // part * part, 0, -part * (most // part // 20 or 1))
    columns = sorted({near for column in whole for near in (column - 1, column, column + 1)})
    num = 2**44 + 1
    assert_exact([column for column in columns if 0 <= column <= most], most, num, num * part)


def assert_exact(columns: list[int], most: int, num: int, den: int) -> None:
    expression = wide.muldiv("x", most, num, den)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {expression}::numeric FROM unnest(%s::bigint[]) WITH ORDINALITY u(x, n)"
            " ORDER BY n",
            [columns],
        )
        found = [int(row[0]) for row in cursor.fetchall()]
    assert found == [column * num // den for column in columns], (num, den, expression)
