"""The way to WeChat Pay: an account from the environment, the SDK on it, answers as they are meant.

`wechatpayv3` signs requests and verifies every yes. Errors of its own kind it has none, so that
whatever it raises means that an answer cannot be believed.
"""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from requests import RequestException
from wechatpayv3 import WeChatPay, WeChatPayType

from sharemall.payments import keys
from sharemall.payments.providers import RefusedByProvider, Unreachable

GATEWAY = "https://api.mch.weixin.qq.com"
TIMEOUT = (5, 15)  # seconds to connect, and between two pieces of the answer
# These are not about what was asked: a key or a clock of ours is wrong, or it was too much at once.
NOT_THE_REQUEST = (401, 429)
# Answers of WeChat that are no refusals: the same request will do later.
LATER = {"SYSTEMERROR", "BANKERROR", "FREQUENCYLIMITED", "FREQUENCYLIMIT", "NOTENOUGH"}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Account:
    """A merchant's account with WeChat Pay; keys are PEM.

    Without the public key of WeChat Pay and its number, its certificates are fetched.
    """

    merchant_no: str
    app_id: str
    api_key: str = field(repr=False)
    private_key: str = field(repr=False)
    certificate_no: str
    public_key: str = ""
    public_key_no: str = ""
    gateway: str = GATEWAY

    NAMES: ClassVar[tuple[str, ...]] = (
        "SHAREMALL_WECHAT_MERCHANT_NO",
        "SHAREMALL_WECHAT_APP_ID",
        "SHAREMALL_WECHAT_API_KEY",
        "SHAREMALL_WECHAT_PRIVATE_KEY",
        "SHAREMALL_WECHAT_CERTIFICATE_NO",
    )
    KEY_NAMES: ClassVar[tuple[str, str]] = (
        "SHAREMALL_WECHAT_PUBLIC_KEY",
        "SHAREMALL_WECHAT_PUBLIC_KEY_NO",
    )

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Account":
        """The account in the environment. Raises Unusable."""
        values = keys.given(cls.NAMES, cls.KEY_NAMES, environment)
        merchant_no, app_id, api_key, private_key, certificate_no = (
            values[name] for name in cls.NAMES
        )
        if len(api_key.encode()) != 32:
            raise keys.Unusable(f"{cls.NAMES[2]} is not the APIv3 key: it has 32 characters")
        public_key, public_key_no = (values[name] for name in cls.KEY_NAMES)
        if bool(public_key) != bool(public_key_no):
            raise keys.Unusable(f"{' and '.join(cls.KEY_NAMES)} go together")
        return cls(
            merchant_no=merchant_no,
            app_id=app_id,
            api_key=api_key,
            private_key=keys.private_key(cls.NAMES[3], private_key),
            certificate_no=certificate_no,
            public_key=keys.public_key(cls.KEY_NAMES[0], public_key) if public_key else "",
            public_key_no=public_key_no,
        )


def client(account: Account) -> WeChatPay:
    """The SDK on this account, which fetches certificates only when an answer needs them.

    Left alone, it would fetch them here, so that a mall could not start while WeChat Pay is away:
    it is made with a key that stands in.
    """
    sdk = WeChatPay(
        wechatpay_type=WeChatPayType.NATIVE,
        mchid=account.merchant_no,
        private_key=account.private_key,
        cert_serial_no=account.certificate_no,
        appid=account.app_id,
        apiv3_key=account.api_key,
        timeout=TIMEOUT,
        public_key=account.public_key or keys.public_part(account.private_key),
        public_key_id=account.public_key_no or "none",
    )
    sdk._core._gate_way = account.gateway
    if not account.public_key:
        sdk._core._public_key = sdk._core._public_key_id = None
    return sdk


def call(request: Callable[[], tuple[int, str | bytes]]) -> tuple[int, str | bytes]:
    """Status and content of an answer of the SDK's. Raises Unreachable."""
    try:
        return request()
    except RequestException as error:
        raise Unreachable("WeChat Pay does not answer") from error
    except Exception as error:  # the SDK has no kinds of errors of its own
        log.warning("An answer of WeChat Pay cannot be verified: %s", error)
        raise Unreachable("WeChat Pay's answer cannot be verified") from error


def ask(request: Callable[[], tuple[int, str | bytes]]) -> dict[str, Any]:
    """A signed yes as a dictionary. Raises RefusedByProvider and Unreachable.

    A no need not be signed: it moves nothing.
    """
    status, content = call(request)
    if status == 204:
        return {}
    try:
        answer = json.loads(content)
        if not isinstance(answer, dict):
            raise TypeError(type(answer))
    except (ValueError, TypeError, RecursionError) as error:
        raise Unreachable(f"WeChat Pay's answer cannot be read: {status}") from error
    if status < 300:
        return answer
    code, text = str(answer.get("code", ""))[:64], str(answer.get("message", ""))[:120]
    if not 400 <= status < 500 or status in NOT_THE_REQUEST or plain(code) in LATER:
        raise Unreachable(f"WeChat Pay: {status} {code} {text}")
    raise RefusedByProvider(code, text)


def plain(code: str) -> str:
    """WeChat's pages spell some codes with and some without underscores."""
    return code.replace("_", "").upper()
