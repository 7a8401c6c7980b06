"""Whole journals: the engine beside the slow and obvious version of the same rules."""

from sharemall.engine.apply import apply
from sharemall.engine.state import Pool
from tests.engine.given import given
from tests.engine.slow import SlowMall
from tests.engine.stepping import start
from tests.engine.strategies import Journal, journals


def pool_numbers(pool: Pool) -> tuple[int, ...]:
    return (
        pool.reserve_micro,
        pool.outstanding_micro,
        pool.treasury_micro,
        pool.issued_micro,
        pool.dividend_fund_micro,
        pool.honor_fund_micro,
        pool.dividend_carry_micro,
        pool.unassigned_micro,
    )


@given(journals())
def test_the_engine_does_what_the_slow_version_does(journal: Journal) -> None:
    state, slow = start(journal), SlowMall(journal.scheme)
    for event in journal.events:
        assert apply(state, event) == slow.apply(event)
        assert pool_numbers(state.pool) == tuple(slow.pool.values())
        assert state.pool.honor_carry_micro == slow.carries
        assert {name: row._asdict() for name, row in state.members.items()} == slow.members
        assert {name: row._asdict() for name, row in state.merchants.items()} == slow.merchants
    assert [day[:7] for day in state.days] == slow.days
