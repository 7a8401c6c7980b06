"""A member with means, the staff at the till, and a payment between them."""

import pytest

from sharemall.members.models import Member
from sharemall.till.models import TillPayment
from tests.orders import ready
from tests.till import desk


@pytest.fixture
def ann() -> Member:
    """¥100 of balance and more than ¥200 of coins."""
    ready.give("ann", coins="1000", cash_fen=10_000)
    return desk.a_member("ann")


@pytest.fixture
def till() -> Member:
    return desk.a_member("till", is_staff=True)


@pytest.fixture
def paid(ann: Member, till: Member) -> TillPayment:
    """¥50 at the mall's own shop, ¥20 of it in coins."""
    return desk.confirm(desk.rung_up(ann, till), 2_000)
