"""Long division in SQL gives what Python's integers give."""

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
        wanted = [column * num // den for column in columns]
        expression = wide.muldiv("x", most, num, den)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {expression}::numeric FROM unnest(%s::bigint[]) WITH ORDINALITY u(x, n)"
                " ORDER BY n",
                [columns],
            )
            assert [int(row[0]) for row in cursor.fetchall()] == wanted, (num, den, expression)
