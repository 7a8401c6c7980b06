"""SMS by Alibaba Cloud's short message service (`SendSms`), signed by ACS3-HMAC-SHA256.

Each kind of message needs a template that the operator registered there; SHAREMALL_SMS_TEMPLATES is
JSON that names them: `{"code": "SMS_123456"}`. A template's parameters have the names of the facts.
Source: Alibaba Cloud's documentation, "V3 request structure and signature", "SendSms".
"""

import hashlib
import hmac
import json
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlsplit

import requests

from sharemall.messages.senders import Letter, NotSent, Unreachable

LOG = logging.getLogger(__name__)
GATEWAY = "https://dysmsapi.aliyuncs.com"
TIMEOUT = (5, 10)
ALGORITHM = "ACS3-HMAC-SHA256"
# The service is busy, or the phone had too many for now; everything else is said for good.
LATER = ("isp.SYSTEM_ERROR", "isv.BUSINESS_LIMIT_CONTROL", "Throttling", "ServiceUnavailable")
NAMES = ("SHAREMALL_SMS_KEY_ID", "SHAREMALL_SMS_SECRET", "SHAREMALL_SMS_SIGN")


@dataclass(frozen=True, slots=True)
class Account:
    """An account with the service; `sign` is the name that stands before every message."""

    key_id: str
    secret: str = field(repr=False)
    sign: str
    templates: tuple[tuple[str, str], ...]
    gateway: str = GATEWAY


class Sms:
    """SMS of one account."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def send(self, letter: Letter, now: datetime) -> None:
        """Send it. The service does not know a key again: a second try may arrive twice."""
        template = dict(self._account.templates).get(letter.kind)
        if template is None:
            raise NotSent("there is no template for this kind of message")
        values = {name: str(value) for name, value in letter.values.items()}
        query = {
            "OutId": letter.key,
            "PhoneNumbers": letter.address,
            "SignName": self._account.sign,
            "TemplateCode": template,
            "TemplateParam": json.dumps(values, ensure_ascii=False),
        }
        _check(self._ask(canonical_query(query), now))

    def _ask(self, query: str, now: datetime) -> Any:
        headers = signed_headers(self._account, query, nonce=secrets.token_hex(16), now=now)
        try:
            response = requests.post(
                f"{self._account.gateway}/?{query}",
                headers=headers,
                timeout=TIMEOUT,
                allow_redirects=False,
            )
            return json.loads(response.content)
        except requests.RequestException as error:
            # Its text would name the address, which holds the phone and the code.
            raise Unreachable(f"the SMS service does not answer: {type(error).__name__}") from None
        except (ValueError, RecursionError):
            raise Unreachable("the SMS service's answer cannot be read") from None


def canonical_query(values: Mapping[str, str]) -> str:
    """Names and values as they are signed: sorted, everything but letters, digits, -_.~ quoted."""
    return "&".join(f"{quote(n, safe='')}={quote(v, safe='')}" for n, v in sorted(values.items()))


def signed_headers(account: Account, query: str, *, nonce: str, now: datetime) -> dict[str, str]:
    """The headers of a signed request without a body."""
    headers = {
        "host": urlsplit(account.gateway).netloc,
        "x-acs-action": "SendSms",
        "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
        "x-acs-date": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": nonce,
        "x-acs-version": "2017-05-25",
    }
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    whole = "\n".join(("POST", "/", query, lines, names, headers["x-acs-content-sha256"]))
    to_sign = f"{ALGORITHM}\n{hashlib.sha256(whole.encode()).hexdigest()}"
    signature = hmac.new(account.secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    credential = f"Credential={account.key_id},SignedHeaders={names},Signature={signature}"
    return headers | {"Authorization": f"{ALGORITHM} {credential}"}


def _check(answer: Any) -> None:
    code = answer.get("Code") if isinstance(answer, dict) else None
    if code == "OK":
        return
    if not isinstance(code, str) or code.startswith(LATER):
        raise Unreachable(f"the SMS service: {str(code)[:60]}")
    raise NotSent(f"the SMS service: {code[:60]}")


def opened(environment: Mapping[str, str]) -> Sms | None:
    """The sender of the environment; None where something of its account is not set."""
    key_id, secret, sign = (environment.get(name, "").strip() for name in NAMES)
    templates = _read(environment.get("SHAREMALL_SMS_TEMPLATES", ""))
    if not (key_id and secret and sign and templates):
        return None
    return Sms(Account(key_id=key_id, secret=secret, sign=sign, templates=templates))


@lru_cache(maxsize=4)
def _read(text: str) -> tuple[tuple[str, str], ...]:
    """Kept, so that a fault is logged once."""
    try:
        found = dict(json.loads(text)) if text.strip() else {}
        return tuple((str(kind), str(template)) for kind, template in found.items())
    except (ValueError, TypeError):
        LOG.error("SHAREMALL_SMS_TEMPLATES is not what it must be: no SMS is sent")
        return ()
