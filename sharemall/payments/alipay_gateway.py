"""The way to Alipay: an account from the environment, the SDK on it, answers as they are meant.

`python-alipay-sdk` signs requests and verifies answers. Its way of sending is replaced: the
request goes as a form instead of an address of thousands of letters, follows no redirect and has
bounds. So is its way of finding what is signed, which counts braces inside of texts.
"""

import json
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

import requests
from alipay import AliPay
from alipay.exceptions import AliPayException, AliPayValidationError

from sharemall.payments import keys
from sharemall.payments.days import SHANGHAI
from sharemall.payments.providers import RefusedByProvider, Unreachable

GATEWAY = "https://openapi.alipay.com/gateway.do"
TIMEOUT = (5, 15)  # seconds to connect, and between two pieces of the answer
LONGEST_ANSWER = 1024 * 1024
DONE = "10000"
# Answers of Alipay that are no refusals: the same request will do later, or when a key, a right or
# an account of ours is in order again.
LATER = {
    "ISV.INVALID-SIGNATURE",
    "ISV.INVALID-APP-ID",
    "ISV.INVALID-TIMESTAMP",
    "ISV.INSUFFICIENT-ISV-PERMISSIONS",
    "ACQ.SYSTEM_ERROR",
    "ACQ.SELLER_BALANCE_NOT_ENOUGH",
    "AOP.ACQ.SYSTEM_ERROR",
    "ISP.UNKNOW-ERROR",
    "ISP.UNKNOWN-ERROR",
    "AOP.APP-CALL-LIMITED",
    "ISV.APP-CALL-LIMITED",
}


@dataclass(frozen=True, slots=True)
class Account:
    """An application of a seller at Alipay; keys are PEM.

    `public_key` is Alipay's. `bills` is where bills must come from; empty means any host of
    Alipay's, over TLS.
    """

    app_id: str
    seller_id: str
    private_key: str = field(repr=False)
    public_key: str
    gateway: str = GATEWAY
    bills: str = ""

    NAMES: ClassVar[tuple[str, ...]] = (
        "SHAREMALL_ALIPAY_APP_ID",
        "SHAREMALL_ALIPAY_SELLER_ID",
        "SHAREMALL_ALIPAY_PRIVATE_KEY",
        "SHAREMALL_ALIPAY_PUBLIC_KEY",
    )

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Account":
        """The account in the environment. Raises Unusable."""
        values = keys.given(cls.NAMES, (), environment)
        app_id, seller_id, private_key, public_key = (values[name] for name in cls.NAMES)
        return cls(
            app_id=app_id,
            seller_id=seller_id,
            private_key=keys.private_key(cls.NAMES[2], private_key),
            public_key=keys.public_key(cls.NAMES[3], public_key),
        )


class Gateway(AliPay):  # type: ignore[misc]  # the SDK has no types
    """The SDK with another way of sending and of finding what is signed."""

    def __init__(self, account: Account) -> None:
        super().__init__(
            appid=account.app_id,
            app_private_key_string=account.private_key,
            alipay_public_key_string=account.public_key,
            sign_type="RSA2",
        )
        self._gateway = account.gateway

    def page(self, method: str, content: dict[str, Any], now: datetime, **more: str) -> str:
        """The address at which the shopper goes on with what `content` asks for."""
        signed = self.client_api(method, content, timestamp=stamp(now), **more)
        return f"{self._gateway}?{signed}"

    def ask(self, method: str, content: dict[str, Any], now: datetime) -> dict[str, Any]:
        """A signed yes. Raises RefusedByProvider and Unreachable."""
        answer: dict[str, Any] = self.server_api(method, content, timestamp=stamp(now))
        return answer

    def is_signed(self, fields: dict[str, str], signature: str) -> bool:
        """Whether these fields of a notification bear Alipay's signature."""
        try:
            return bool(self.verify(dict(fields), signature))
        except (AliPayException, NotBase64, ValueError):
            return False

    def verified_sync_response(self, data: dict[str, Any], response_type: str) -> dict[str, Any]:
        """The SDK's: send a request and verify what comes back."""
        form = self.sign_data(data)
        raw = fetch(
            "POST",
            f"{self._gateway}?charset=utf-8",
            LONGEST_ANSWER,
            data=form.encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded;charset=utf-8"},
        )
        try:
            return self._understand(raw.decode(), response_type)
        except (AliPayException, AliPayValidationError, NotBase64) as error:
            raise Unreachable("Alipay's answer cannot be verified") from error
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            raise Unreachable("Alipay's answer cannot be read") from error

    def _understand(self, text: str, response_type: str) -> dict[str, Any]:
        """A no need not be signed: it moves nothing."""
        whole = json.loads(text)
        answer = whole.get(response_type) or whole["error_response"]
        if answer["code"] == DONE:
            signed: dict[str, Any] = self._verify_and_return_sync_response(text, response_type)
            return signed
        code = str(answer.get("sub_code") or answer["code"])[:64]
        sentence = str(answer.get("sub_msg") or answer.get("msg", ""))[:120]
        if str(answer["code"]).startswith("2") or code.upper() in LATER:
            raise Unreachable(f"Alipay: {code} {sentence}")
        raise RefusedByProvider(code, sentence)

    def _verify(self, raw_content: str, signature: str) -> bool:
        """The SDK passes over letters that are not base64, so that one signature had many forms."""
        b64decode(signature, validate=True)
        return bool(super()._verify(raw_content, signature))

    def _get_string_to_be_signed(self, raw_string: str, response_type: str) -> str:
        start = raw_string.index("{", raw_string.index(f'"{response_type}"'))
        _, end = json.JSONDecoder().raw_decode(raw_string, start)
        return raw_string[start:end]


def fetch(method: str, address: str, limit: int, **more: Any) -> bytes:
    """The content of an address, of at most `limit` bytes. Raises Unreachable."""
    try:
        with requests.request(
            method, address, timeout=TIMEOUT, allow_redirects=False, stream=True, **more
        ) as response:
            if response.status_code != 200:
                raise Unreachable(f"Alipay answers {response.status_code}")
            content = b""
            for piece in response.iter_content(65_536):
                content += piece
                if len(content) > limit:
                    raise Unreachable("Alipay's answer is too long")
            return content
    except requests.RequestException as error:
        raise Unreachable("Alipay does not answer") from error


def stamp(moment: datetime) -> str:
    """A moment as Alipay writes it, by the clocks of Shanghai."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
