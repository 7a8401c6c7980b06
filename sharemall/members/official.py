"""The mall's WeChat official account: who a visitor is (OAuth), and the token of its other calls.

Source: WeChat's documentation of official accounts, "web page authorization" and "stable access
token". `snsapi_base` tells the openid and nothing else, and asks the visitor nothing.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import requests

GATEWAY = "https://api.weixin.qq.com"
AUTHORIZE = "https://open.weixin.qq.com/connect/oauth2/authorize"
TIMEOUT = (5, 10)  # seconds to connect, and between two pieces of the answer
LONGEST_OPENID = 64
# A code that is wrong, used or too old; all other errors are ours or WeChat's.
BAD_CODES = {40029, 40163, 41008, 42003}
# WeChat is busy, or was asked too often.
LATER = {-1, 45009, 45011}
TOKEN_GONE = {40001, 40014, 42001}
BEFORE_IT_ENDS = timedelta(minutes=5)


class Unreachable(Exception):
    """WeChat does not answer, or not so that it can be believed."""


class RefusedByWeChat(Exception):
    """WeChat says no for good; `code` is its number."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(f"{code} {text}")
        self.code = code


class BadCode(Exception):
    """The code that the visitor brought is wrong, used or too old."""


@dataclass(frozen=True, slots=True)
class Account:
    """An official account; `gateway` and `authorize` are WeChat's own but in tests."""

    app_id: str
    secret: str = field(repr=False)
    gateway: str = GATEWAY
    authorize: str = AUTHORIZE


class Official:
    """Calls of one official account. One object a process keeps its token."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self._token = ""
        self._token_until: datetime | None = None

    def page(self, return_url: str, state: str) -> str:
        """The page of WeChat's that sends the visitor back to `return_url` with a code."""
        query = urlencode(
            {
                "appid": self.account.app_id,
                "redirect_uri": return_url,
                "response_type": "code",
                "scope": "snsapi_base",
                "state": state,
            }
        )
        return f"{self.account.authorize}?{query}#wechat_redirect"

    def openid(self, code: str) -> str:
        """Who brought this code. Waits for the network. Raises BadCode and Unreachable."""
        values = {
            "appid": self.account.app_id,
            "secret": self.account.secret,
            "code": code,
            "grant_type": "authorization_code",
        }
        try:
            answer = self._ask("GET", "/sns/oauth2/access_token", params=values)
        except RefusedByWeChat as refused:
            if refused.code in BAD_CODES:
                raise BadCode from refused
            raise Unreachable(f"WeChat will not tell who it is: {refused}") from refused
        openid = answer.get("openid")
        if not isinstance(openid, str) or not 0 < len(openid) <= LONGEST_OPENID:
            raise Unreachable("WeChat's answer has no openid")
        return openid

    def call(self, path: str, body: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """A call that needs the token, which is fetched when it is needed.

        Waits for the network. Raises RefusedByWeChat and Unreachable.
        """
        try:
            return self._with_token(path, body, now)
        except RefusedByWeChat as refused:
            if refused.code not in TOKEN_GONE:
                raise
        self._token_until = None
        return self._with_token(path, body, now)

    def _with_token(self, path: str, body: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        if self._token_until is None or now >= self._token_until:
            self._fetch_token(now)
        return self._ask("POST", path, params={"access_token": self._token}, body=body)

    def _fetch_token(self, now: datetime) -> None:
        wanted = {
            "grant_type": "client_credential",
            "appid": self.account.app_id,
            "secret": self.account.secret,
        }
        try:
            answer = self._ask("POST", "/cgi-bin/stable_token", body=wanted)
            seconds, token = int(answer["expires_in"]), str(answer["access_token"])
        except (RefusedByWeChat, LookupError, TypeError, ValueError) as error:
            # Nothing is wrong with what is to be sent: the account's settings may be.
            raise Unreachable(f"WeChat gives no token: {type(error).__name__}") from error
        self._token = token
        self._token_until = now + timedelta(seconds=seconds) - BEFORE_IT_ENDS

    def _ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        try:
            response = requests.request(
                method,
                self.account.gateway + path,
                params=params,
                data=data,
                headers={"Content-Type": "application/json; charset=utf-8"},
                timeout=TIMEOUT,
                allow_redirects=False,
            )
            # The answer says no charset, and is UTF-8.
            answer = json.loads(response.content)
        except requests.RequestException as error:
            # Its text would name the address, which holds the secret.
            raise Unreachable(f"WeChat does not answer: {type(error).__name__}") from None
        except (ValueError, RecursionError):
            raise Unreachable(f"WeChat's answer cannot be read: {response.status_code}") from None
        return _checked(response.status_code, answer)


def _checked(status: int, answer: Any) -> dict[str, Any]:
    if status != 200 or not isinstance(answer, dict):
        raise Unreachable(f"WeChat's answer cannot be read: {status}")
    code = answer.get("errcode", 0)
    if not isinstance(code, int):
        raise Unreachable("WeChat's answer cannot be read")
    if code in LATER:
        raise Unreachable(f"WeChat is busy: {code}")
    if code:
        raise RefusedByWeChat(code, str(answer.get("errmsg", ""))[:120])
    return answer


def opened(environment: Mapping[str, str] = os.environ) -> Official | None:
    """The official account of the environment; None where it names none."""
    app_id = environment.get("SHAREMALL_OFFICIAL_APP_ID", "").strip()
    secret = environment.get("SHAREMALL_OFFICIAL_SECRET", "").strip()
    return _kept(Account(app_id, secret)) if app_id and secret else None


@lru_cache(maxsize=4)
def _kept(account: Account) -> Official:
    return Official(account)
