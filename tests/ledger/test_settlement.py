"""A close in SQL pays to the micro-yuan what the engine's own population pays."""

from copy import deepcopy
from dataclasses import replace
from datetime import date
from random import Random

import pytest
from django.db import connection

from sharemall.engine.close import close_day
from sharemall.engine.population import MemoryPopulation
from sharemall.engine.scheme import Scheme, parse_scheme
from sharemall.engine.state import MemberRow, Pool, State
from sharemall.ledger import settlement
from sharemall.ledger.columns import CASH, QUOTA
from sharemall.ledger.settlement import SqlPopulation
from tests.ledger.helpers import SCHEME

pytestmark = pytest.mark.django_db

DAY = date(2026, 1, 1)
ROWS = f"""
SELECT account_id, is_member, share_micro, {QUOTA}, {CASH}, coin_micro, dividends_micro, level
FROM ledger_balance ORDER BY account_id
"""
# How many bits shares, quotas and funds have: usual sizes, tiny ones, and ones near the limits.
SIZES = ((27, 28, 30), (8, 12, 20), (40, 22, 33), (53, 53, 55), (56, 60, 61), (21, 1, 25))


class World:
    """The same members, merchants and pool twice: in a state and in the database."""

    def __init__(self, seed: int, sizes: tuple[int, int, int], *, exits: bool) -> None:
        self.pick = Random(seed)
        self.sizes = sizes
        scheme = parse_scheme(SCHEME)
        self.scheme: Scheme = replace(scheme, forced_exit=exits, honor_thresholds_micro=(5,) * 10)
        self.state = State(Pool(), [self.scheme], complete=True)
        for number in range(self.pick.choice([1, 7, 60])):
            self._member(f"m{number}")
        for number in range(self.pick.choice([0, 3])):
            shares, coins = self._up_to(sizes[0]), self._up_to(20)
            self.state.put_merchant(f"s{number}", shares=shares, coins=coins)
        self._pool()

    def _up_to(self, bits: int) -> int:
        return self.pick.choice([0, self.pick.getrandbits(bits), 1 << max(bits - 1, 0)])

    def _member(self, name: str) -> None:
        """Some have hardly any quota left, which is where the pools' caps bind."""
        level, paid = self.pick.randrange(11), self._up_to(30)
        quota = self._up_to(self.pick.choice([3, self.sizes[1] // 2, self.sizes[1]]))
        self.state.put_member(
            name,
            shares=self._up_to(self.sizes[0]),
            quota=quota,
            cash=self._up_to(20),
            coins=self._up_to(20),
            dividends=paid,
            level=level,
        )

    def _pool(self) -> None:
        pool, pick = self.state.pool, self.pick
        held = sum(self.state.members.shares) + sum(self.state.merchants.shares)
        pool.treasury_micro = pick.getrandbits(20)
        pool.outstanding_micro = pool.issued_micro = held + pool.treasury_micro
        pool.reserve_micro = self._up_to(self.sizes[2]) + 10**9
        pool.dividend_fund_micro = self._up_to(self.sizes[2])
        pool.honor_fund_micro = self._up_to(self.sizes[2])
        pool.honor_carry_micro = [pick.randrange(9) for _ in range(10)]

    def write(self) -> None:
        """Put the accounts into the database, numbered in the order of `rows`."""
        with connection.cursor() as cursor:
            for number, (is_member, row) in enumerate(self._accounts(), 1):
                granted = row.quota + row.dividends
                cursor.execute(
                    "INSERT INTO ledger_balance VALUES (%s, %s, %s, %s, %s, %s, %s, 0, %s)",
                    [
                        number,
                        is_member,
                        row.level,
                        row.shares,
                        row.coins,
                        row.cash - row.dividends,
                        granted,
                        row.dividends,
                    ],
                )

    def _accounts(self) -> list[tuple[bool, MemberRow]]:
        members = [(True, row) for _, row in self.state.members.items()]
        return members + [(False, row) for _, row in self.state.merchants.items()]

    def rows(self) -> list[tuple[object, ...]]:
        """What every account holds in the state, in the form of ROWS."""
        return [
            (number, is_member, *row) for number, (is_member, row) in enumerate(self._accounts(), 1)
        ]


@pytest.mark.parametrize("exits", [False, True])
@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("seed", range(6))
def test_a_close_in_sql_equals_the_close_in_memory(
    seed: int, sizes: tuple[int, int, int], exits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    # With no room to spare, those near their quota are gathered anew as the pools' amounts grow.
    monkeypatch.setattr(settlement, "NEAR", 1)
    world = World(seed, sizes, exits=exits)
    world.write()
    pool = deepcopy(world.state.pool)
    expected = close_day(
        world.state.pool, world.scheme, DAY, MemoryPopulation(world.state), moves=None
    )
    with connection.cursor() as cursor:
        population = SqlPopulation(cursor, DAY, world.scheme.honor_thresholds_micro[0])
        closed = close_day(pool, world.scheme, DAY, population)
        cursor.execute(ROWS)
        found = cursor.fetchall()
        cursor.execute("SELECT sum(fund_micro), sum(honour_micro) FROM ledger_dividend")
        paid = [int(part or 0) for part in cursor.fetchone()]
    assert closed == expected
    assert pool == world.state.pool
    assert found == world.rows()
    assert paid == [closed.dividend_paid_micro, closed.honor_paid_micro]
