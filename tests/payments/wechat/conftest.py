"""WeChat on a gateway of its own, and a trade that was paid there."""

from collections.abc import Iterator

import pytest

from sharemall.payments.wechat import WeChat
from sharemall.payments.wechat_gateway import Account
from tests.payments import accounts
from tests.payments.charges import NO, NOW, charge
from tests.payments.local_server import running
from tests.payments.wechat_server import WeChatServer


@pytest.fixture
def server() -> Iterator[WeChatServer]:
    gateway = WeChatServer()
    with running(gateway):
        yield gateway


@pytest.fixture
def account(server: WeChatServer) -> Account:
    return accounts.with_wechat(server.address)


@pytest.fixture
def wechat(account: Account) -> WeChat:
    return WeChat(account)


@pytest.fixture
def paid(server: WeChatServer, wechat: WeChat) -> str:
    """A trade that was asked for and paid; its number at WeChat Pay."""
    wechat.start(charge("native"), NOW)
    server.pay(NO)
    return str(server.trades[NO]["transaction_id"])
