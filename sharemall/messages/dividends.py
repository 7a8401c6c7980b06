"""The dividend of the day, told to everybody who got one: a worker's round over the ledger.

It reads a closed day's dividends by account, a few thousand at a time, and writes the messages of
each part in one statement, with how far it came in the same transaction: killed anywhere, it goes
on where it was, and nobody is told twice.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from sharemall.ledger import selectors as ledger
from sharemall.ledger.models import Day
from sharemall.ledger.models import Dividend as Paid
from sharemall.messages import services
from sharemall.messages.models import Told
from sharemall.messages.recipients import recipients
from sharemall.messages.services import News

NAME = "dividends"
PART = 5_000
MOST_PARTS = 40  # a round; the worker has other things to do
OLDEST = 7  # days; a mall that stood still longer does not tell what was then

LINK = "/equity/dividends/"

_SILENT = """
SELECT member_id FROM mall_messages_preference WHERE member_id = ANY(%s) AND NOT dividends
"""


def tell(now: datetime) -> int:
    """Tell the dividends of closed days that are not told yet; how many messages it wrote."""
    if not ledger.is_open():
        return 0
    told = 0
    for _part in range(MOST_PARTS):
        written = _tell_part(now)
        if written is None:
            break
        told += written
    return told


@transaction.atomic
def _tell_part(now: datetime) -> int | None:
    """Tell the next part; None when all is told."""
    place = _place(now)
    day = Day.objects.filter(day__gt=place.day).order_by("day").values_list("day", flat=True)
    following = day.first()
    if following is None:
        return None
    paid = list(
        Paid.objects.filter(day=following, account_id__gt=place.account_id)
        .order_by("account_id")
        .values_list("account_id", "fund_micro", "honour_micro")[:PART]
    )
    if len(paid) < PART:
        place.day, place.account_id = following, 0
    else:
        place.account_id = paid[-1][0]
    place.save(update_fields=["day", "account_id"])
    return services.send_many(_news(following, paid), now=now)


def _place(now: datetime) -> Told:
    """How far it is, locked. A mall that never told anything begins with yesterday."""
    today = ledger.business_day(now)
    Told.objects.get_or_create(name=NAME, defaults={"day": today - timedelta(days=2)})
    place = Told.objects.select_for_update().get(name=NAME)
    oldest = today - timedelta(days=OLDEST + 1)
    if place.day < oldest:
        place.day, place.account_id = oldest, 0
    return place


def _news(day: date, paid: Sequence[tuple[int, int, int]]) -> list[News]:
    members = recipients([account_id for account_id, _, _ in paid])
    silent = _silent(members.values())
    return [
        News(
            member_id=member_id,
            kind="dividend",
            key=f"dividend-{day}",
            facts={
                "day": day.isoformat(),
                "fund_micro": fund_micro,
                "honour_micro": honour_micro,
            },
            link=LINK,
        )
        for account_id, fund_micro, honour_micro in paid
        if fund_micro + honour_micro > 0
        and (member_id := members.get(account_id)) is not None
        and member_id not in silent
    ]


def _silent(members: Iterable[int]) -> set[int]:
    """Who of them does not want to be told."""
    with connection.cursor() as cursor:
        cursor.execute(_SILENT, [list(members)])
        return {member_id for (member_id,) in cursor.fetchall()}
