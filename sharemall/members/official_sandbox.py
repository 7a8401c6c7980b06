"""WeChat's sign-in in the demo: a page of our own stands in for WeChat's, and nobody is asked."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.core import signing

from sharemall.members.official import BadCode

SALT = "sharemall.official-sandbox"
GOOD_FOR = timedelta(minutes=5)
PAGE = "/demo/wechat/"


@dataclass(frozen=True, slots=True)
class SandboxAccount:
    """What stands for the official account's settings."""

    app_id: str = "sandbox"


class SandboxOfficial:
    """Answers as `official.Official` does, for openids that its page makes up."""

    account = SandboxAccount()

    def page(self, return_url: str, state: str) -> str:
        """The stand-in for WeChat's page."""
        return f"{PAGE}?{urlencode({'back': return_url, 'state': state})}"

    def code(self, openid: str) -> str:
        """The code that the page sends a visitor back with."""
        return signing.dumps(openid, salt=SALT)

    def openid(self, code: str) -> str:
        """Who brought this code. Raises BadCode."""
        try:
            return str(signing.loads(code, salt=SALT, max_age=GOOD_FOR))
        except signing.BadSignature:
            raise BadCode from None
