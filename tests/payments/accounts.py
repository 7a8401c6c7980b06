"""The mall's accounts with the gateways on 127.0.0.1."""

from sharemall.payments import alipay_gateway, wechat_gateway
from tests.payments import alipay_server, wechat_server
from tests.payments.local_server import key_of, private_pem


def with_wechat(address: str) -> wechat_gateway.Account:
    return wechat_gateway.Account(
        merchant_no=wechat_server.MERCHANT_NO,
        app_id=wechat_server.APP_ID,
        api_key=wechat_server.API_KEY,
        private_key=private_pem(key_of("merchant")),
        certificate_no=wechat_server.CERTIFICATE_NO,
        public_key=wechat_server.platform_key(),
        public_key_no=wechat_server.PUBLIC_KEY_NO,
        gateway=address,
    )


def with_alipay(address: str) -> alipay_gateway.Account:
    return alipay_gateway.Account(
        app_id=alipay_server.APP_ID,
        seller_id=alipay_server.SELLER_ID,
        private_key=private_pem(key_of("seller")),
        public_key=alipay_server.platform_key(),
        gateway=f"{address}/gateway.do",
        bills=address,
    )
