"""WeChat on a gateway of its own, and a trade that was paid there."""

from collections.abc import Iterator

import pytest

from sharemall.payments.wechat import WeChat
from sharemall.payments.wechat_gateway import Account
from tests.payments import wechat_server
from tests.payments.charges import NO, NOW, charge
from tests.payments.local_server import key_of, private_pem, running
from tests.payments.wechat_server import WeChatServer


@pytest.fixture
def server() -> Iterator[WeChatServer]:
    gateway = WeChatServer()
    with running(gateway):
        yield gateway


@pytest.fixture
def account(server: WeChatServer) -> Account:
    return Account(
        merchant_no=wechat_server.MERCHANT_NO,
        app_id=wechat_server.APP_ID,
        api_key=wechat_server.API_KEY,
        private_key=private_pem(key_of("merchant")),
        certificate_no=wechat_server.CERTIFICATE_NO,
        public_key=wechat_server.platform_key(),
        public_key_no=wechat_server.PUBLIC_KEY_NO,
        gateway=server.address,
    )


@pytest.fixture
def wechat(account: Account) -> WeChat:
    return WeChat(account)


@pytest.fixture
def paid(server: WeChatServer, wechat: WeChat) -> str:
    """A trade that was asked for and paid; its number at WeChat Pay."""
    wechat.start(charge("native"), NOW)
    server.pay(NO)
    return str(server.trades[NO]["transaction_id"])
