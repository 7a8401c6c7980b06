"""WeChat template messages, sent by the mall's official account.

Each kind of message needs a template that the operator chose at WeChat;
SHAREMALL_OFFICIAL_TEMPLATES is JSON that names it and says what its fields are filled with:
`{"order_shipped": {"id": "…", "fields": {"thing1": "goods", "character_string2": "no"}}}`.
A field takes `title`, `text`, or a fact of the message by its name.
"""

import json
import logging
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sharemall.members import official
from sharemall.members.official import Official, RefusedByWeChat
from sharemall.messages.senders import Letter, NotSent, Unreachable

LOG = logging.getLogger(__name__)
PATH = "/cgi-bin/message/template/send"
# WeChat refuses longer ones: by the kind of a field, which its name begins with.
LONGEST = {"thing": 20, "character_string": 32, "phrase": 5, "short_thing": 5, "const": 20}
LONGEST_FIELD = 32

Templates = Mapping[str, Mapping[str, Any]]


class WeChat:
    """Template messages of one official account."""

    def __init__(self, account: Official, templates: Templates) -> None:
        self._account = account
        self._templates = templates

    def send(self, letter: Letter, now: datetime) -> None:
        """Send it once: WeChat knows its key again for a while."""
        template = self._templates.get(letter.kind)
        if template is None:
            raise NotSent("there is no template for this kind of message")
        body = {
            "touser": letter.address,
            "template_id": template["id"],
            "client_msg_id": letter.key[:32],
            "data": {
                name: {"value": _value(name, str(source), letter)}
                for name, source in template["fields"].items()
            },
        }
        if letter.url:
            body["url"] = letter.url
        self._call(body, now)

    def _call(self, body: Mapping[str, Any], now: datetime) -> None:
        try:
            self._account.call(PATH, body, now)
        except official.Unreachable as error:
            raise Unreachable(str(error)) from error
        except RefusedByWeChat as refused:
            raise NotSent(f"WeChat: {refused}") from refused


def _value(name: str, source: str, letter: Letter) -> str:
    own = {"title": letter.title, "text": letter.text}
    text = own[source] if source in own else str(letter.values.get(source, ""))
    most = LONGEST.get(name.rstrip("0123456789"), LONGEST_FIELD)
    return text if len(text) <= most else text[: most - 1] + "…"


def opened(environment: Mapping[str, str]) -> WeChat | None:
    """The sender of the environment; None where the account or its templates are not set."""
    account = official.opened(environment)
    templates = _read(environment.get("SHAREMALL_OFFICIAL_TEMPLATES", ""))
    return WeChat(account, templates) if account and templates else None


@lru_cache(maxsize=4)
def _read(text: str) -> Templates:
    """Kept, so that a fault is logged once."""
    try:
        found = json.loads(text) if text.strip() else {}
        return {
            str(kind): {"id": str(given["id"]), "fields": dict(given["fields"])}
            for kind, given in dict(found).items()
        }
    except (ValueError, TypeError, LookupError):
        LOG.error("SHAREMALL_OFFICIAL_TEMPLATES is not what it must be: nothing is sent by it")
        return {}
