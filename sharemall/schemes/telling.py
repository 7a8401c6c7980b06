"""Members are told that a change of the rules is announced, and if it is withdrawn after all.

A worker's round walks over the members by id, a few thousand at a time, and writes the messages of
each part in one statement, with how far it came in the same transaction: killed anywhere, it goes
on where it was, and nobody is told twice. Who joins later reads it on home.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sharemall.brand.selectors import BrandView
from sharemall.ledger import failpoints
from sharemall.members.models import Member
from sharemall.messages import services
from sharemall.messages.kinds import Facts, Group, Kind
from sharemall.messages.models import Message
from sharemall.messages.services import News
from sharemall.schemes.models import Change, Telling

PART = 5_000
MOST_PARTS = 40  # a round; the worker has other things to do
LINK = "/rule-changes/"
What = Telling.What


def tell(now: datetime) -> int:
    """Tell of published and withdrawn changes whoever is not told yet; how many messages."""
    told = 0
    for _part in range(MOST_PARTS):
        written = _tell_part(now)
        if written is None:
            break
        told += written
        failpoints.reached("rules-part-told")
    return told


@transaction.atomic
def _tell_part(now: datetime) -> int | None:
    """Tell the next part; None when all is told."""
    place = _place()
    if place is None:
        return None
    members = list(
        Member.objects.filter(is_active=True, pk__gt=place.member_id)
        .order_by("pk")
        .values_list("pk", flat=True)[:PART]
    )
    if members:
        place.member_id = members[-1]
    if len(members) < PART:
        place.ended_at = now
    place.save(update_fields=["member_id", "ended_at"])
    written = services.send_many(_news(place, members), now=now)
    failpoints.reached("rules-part-written")
    return written


def _place() -> Telling | None:
    """How far the first of what is to be told is, locked."""
    announced = Q(state=Change.State.PUBLISHED) & ~Q(tellings__what=What.ANNOUNCED)
    # What nobody was told of needs no word when it goes.
    withdrawn = (
        Q(state=Change.State.WITHDRAWN, tellings__what=What.ANNOUNCED)
        & ~Q(tellings__what=What.WITHDRAWN)
    )  # fmt: skip
    for what, new in ((What.ANNOUNCED, announced), (What.WITHDRAWN, withdrawn)):
        rows = [Telling(change=change, what=what) for change in Change.objects.filter(new)]
        Telling.objects.bulk_create(rows, ignore_conflicts=True)
    # One that is withdrawn meanwhile is announced to nobody further: its row is locked as well.
    left = Telling.objects.filter(ended_at=None).exclude(
        what=What.ANNOUNCED, change__state=Change.State.WITHDRAWN
    )
    locked = left.select_for_update(of=("self", "change")).select_related("change")
    return locked.order_by("pk").first()


def _news(place: Telling, members: Sequence[int]) -> list[News]:
    change, what = place.change, What(place.what)
    assert change.effective_at is not None
    if what == What.WITHDRAWN:
        key = _key(change, What.ANNOUNCED)
        told = Message.objects.filter(member__in=members, key=key)
        members = list(told.values_list("member_id", flat=True))
    facts = {"effective_at": change.effective_at.isoformat(), "why": change.withdrawn_why}
    return [
        News(member_id=pk, kind=f"rules_{what}", key=_key(change, what), facts=facts, link=LINK)
        for pk in members
    ]


def _key(change: Change, what: Telling.What) -> str:
    return f"scheme-change-{change.pk}-{what}"


def _announced(facts: Facts, brand: BrandView) -> str:
    text = _(
        "The mall's rules change at %(moment)s. New rates are for purchases that are paid from "
        "then on; how much you hold, and your level, stay as they are. The page says all that "
        "changes."
    )
    return text % {"moment": _moment(facts)}


def _withdrawn(facts: Facts, brand: BrandView) -> str:
    text = _("The change of the rules that was announced for %(moment)s does not come: %(why)s")
    return text % {"moment": _moment(facts), "why": facts["why"]}


def _moment(facts: Facts) -> str:
    at = parse_datetime(facts["effective_at"])
    if at is None:
        raise ValueError
    return date_format(localtime(at), "Y-m-d H:i")


KINDS = (
    Kind("rules_announced", Group.EQUITY, "calendar", gettext_lazy("The rules change"), _announced),
    Kind("rules_withdrawn", Group.EQUITY, "calendar", gettext_lazy("The rules stay"), _withdrawn),
)
