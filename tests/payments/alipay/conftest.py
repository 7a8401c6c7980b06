"""Alipay on a gateway of its own, and a trade that was paid there."""

from collections.abc import Iterator

import pytest

from sharemall.payments.alipay import Alipay
from sharemall.payments.alipay_gateway import Account
from tests.payments import accounts
from tests.payments.alipay_server import AlipayServer
from tests.payments.charges import NO, NOW, charge
from tests.payments.local_server import running


@pytest.fixture
def server() -> Iterator[AlipayServer]:
    gateway = AlipayServer()
    with running(gateway):
        yield gateway


@pytest.fixture
def account(server: AlipayServer) -> Account:
    return accounts.with_alipay(server.address)


@pytest.fixture
def alipay(account: Account) -> Alipay:
    return Alipay(account)


@pytest.fixture
def paid(server: AlipayServer, alipay: Alipay) -> str:
    """A trade that was asked for and paid; its number at Alipay."""
    server.open(alipay.start(charge("wap"), NOW).url)
    server.pay(NO)
    return server.trades[NO]["trade_no"]
