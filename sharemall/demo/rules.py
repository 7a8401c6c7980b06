"""How the demo's rules changed: one change is in force, one is announced, one is a draft."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sharemall.demo import office
from sharemall.ledger import selectors as ledger
from sharemall.members.models import Member
from sharemall.office.models import Role
from sharemall.schemes import effect, reruns, services
from sharemall.schemes.models import NOTICE, Change
from sharemall.schemes.services import Words
from sharemall.schemes.values import Values, values_of

State = Change.State
ZONE = ZoneInfo("Asia/Shanghai")
Do = Callable[[datetime], None]

FIRST = Words(
    title="本地生活额度下调",
    note="额度发得比分红快，先把倍数降下来。",
    announcement_zh="本地生活专区的额度由消费额的 1.5 倍调整为 1.2 倍，已经发放的额度不变。",
    announcement_en=(
        "Quota in the local zone goes from 1.5 to 1.2 times what is paid. What was granted stays."
    ),
)
NEXT = Words(
    title="家电让利下调",
    note="家电毛利薄，分红与额度一起降。",
    announcement_zh="家电专区进入当天分红的比例由 3% 调整为 2%，额度由 1 倍调整为 0.8 倍。",
    announcement_en="Appliances: dividends from 3% to 2%, quota from 1 to 0.8 times what is paid.",
)
DRAFT = Words(title="红酒方案试算", note="照红酒方案重算一遍，看哪些商品承受不了。")
FIRST_RATES = {"local": {"quota": "1.2"}}
NEXT_RATES = {"appliance": {"dividend": "0.02", "quota": "0.8"}}


def steps(end: datetime) -> Iterator[tuple[datetime, Do]]:
    """What was done with the rules before `end`, each at its moment."""
    published = end - timedelta(days=24, hours=5)
    yield published, partial(_publish, FIRST, FIRST_RATES)
    yield _midnight_after(published + NOTICE) + timedelta(seconds=20), effect_of
    yield end - timedelta(days=3, hours=4), partial(_publish, NEXT, NEXT_RATES)
    yield end - timedelta(hours=5), _draft


def _midnight_after(moment: datetime) -> datetime:
    following = moment.astimezone(ZONE) + timedelta(days=1)
    return following.replace(hour=0, minute=0, second=0, microsecond=0)


def effect_of(now: datetime) -> None:
    """What the worker does at the moment of a change."""
    effect.take_effect_due(now)


def _publish(words: Words, rates: dict[str, dict[str, str]], now: datetime) -> None:
    """A colleague drafts, another approves; each part is passed over that is done already."""
    writer, approver = _colleague(Role.OPERATIONS), _colleague(Role.FINANCE)
    change = Change.objects.filter(title=words.title).first()
    if change is None:
        change = services.start_draft(by=writer, words=words, now=now)
    if change.state == State.DRAFT:
        change = services.save_draft(
            draft_id=change.pk,
            revision=change.revision,
            values=_with(values_of(ledger.scheme()), rates),
            words=words,
            by=writer,
            now=now,
        )
        reruns.rerun(draft_id=change.pk, now=now)
        change = services.submit(draft_id=change.pk, revision=change.revision, by=writer, now=now)
    if change.state == State.SUBMITTED:
        services.approve(
            draft_id=change.pk,
            revision=change.revision,
            effective_at=services.earliest(now),
            by=approver,
            now=now,
        )


def _draft(now: datetime) -> None:
    """A preset is tried out, with goods that could not bear it."""
    change = Change.objects.filter(title=DRAFT.title).first()
    if change is None:
        writer = _colleague(Role.OPERATIONS)
        change = services.start_draft(by=writer, words=DRAFT, preset="red_wine", now=now)
    if not change.is_rerun:
        reruns.rerun(draft_id=change.pk, now=now)


def _with(values: Values, rates: dict[str, dict[str, str]]) -> Values:
    zones = (replace(zone, **rates.get(zone.key, {})) for zone in values.zones)
    return replace(values, zones=tuple(zones))


def _colleague(role: Role) -> Member:
    phone = next(phone for phone, (_, own) in office.COLLEAGUES.items() if own == role)
    return Member.objects.get(phone=phone)
