"""A look at what is not shown yet: a signed address that shows the mall with a draft in it.

Whoever makes one may change the page; whoever has it may look, for an hour. It carries the draft
itself, so nothing is saved for a look.
"""

from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.forms.models import model_to_dict
from django.utils.dateparse import parse_datetime

from sharemall.pages.models import Banner, HomeSection, Notice, PolicyVersion

LASTS = timedelta(hours=1)
SALT = "sharemall.pages.previews"
Draft = Banner | HomeSection | Notice | PolicyVersion
KINDS: dict[str, type[Draft]] = {
    "banner": Banner,
    "section": HomeSection,
    "notice": Notice,
    "policy": PolicyVersion,
}
MOMENTS = ("starts_at", "ends_at")


def token(draft: Banner | HomeSection | Notice, now: datetime) -> str:
    """What stands in the address of a look at this row, saved or not."""
    fields: dict[str, Any] = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in model_to_dict(draft).items()
    }
    fields |= {name: str(fields[name]) for name in ("picture", "picture_phone") if name in fields}
    kind = next(name for name, model in KINDS.items() if isinstance(draft, model))
    return _signed({"kind": kind, "fields": fields | {"id": draft.pk}}, now)


def token_of_policy(draft: PolicyVersion, now: datetime) -> str:
    """The same for a policy, which is too long for an address: its draft is saved before."""
    return _signed({"kind": "policy", "id": draft.pk, "revision": draft.revision}, now)


def read(signed: str, now: datetime) -> Draft | None:
    """The draft of an address; None if it is over or nobody of the mall made it.

    No query, but one for a policy.
    """
    try:
        held = signing.Signer(salt=SALT).unsign_object(signed)
    except (signing.BadSignature, ValueError):
        return None
    until = parse_datetime(held["until"])
    if until is None or until <= now:
        return None
    if held["kind"] == "policy":
        return PolicyVersion.objects.filter(pk=held["id"], number=None).first()
    fields = held["fields"]
    for name in MOMENTS:
        if fields.get(name):
            fields[name] = parse_datetime(fields[name])
    try:
        return KINDS[held["kind"]](**fields)
    except TypeError:  # of an earlier version of the mall, with other fields
        return None


def _signed(held: dict[str, Any], now: datetime) -> str:
    held["until"] = (now + LASTS).isoformat()
    return signing.Signer(salt=SALT).sign_object(held, compress=True)
