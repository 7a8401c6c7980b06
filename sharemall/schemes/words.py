"""The words of scheme changes that members' and the staff's pages share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from sharemall.engine.amounts import scaled
from sharemall.engine.scheme import Scheme
from sharemall.figures import decimals
from sharemall.schemes.difference import OF_ZONE, Changed, Difference
from sharemall.schemes.refusals import Refusal, Refused
from sharemall.schemes.values import MOST_ZONES, Fault, FaultCode, ZoneValues, values_of

LABELS: dict[str, Any] = {
    "name": _("Name of the rules"),
    "sell_fee": _("Fee on selling"),
    "forced_exit": _("Sold by itself when it reaches the quota"),
    "base": _("Rates are counted on"),
    "reserve": _("To the reserve"),
    "dividend": _("To the day's dividends"),
    "honor": _("To the honour pools"),
    "quota": _("Quota granted"),
    "by": _("How points are issued"),
    "buyer": _("Of the reserve's part, points for the buyer"),
    "yuan_per_share": _("At most one point for every"),
    "referrer": _("Points for who referred the buyer"),
}
WORDS: dict[str, Any] = {
    "true": pgettext_lazy("rule", "yes"),
    "false": pgettext_lazy("rule", "no"),
    "sales": pgettext_lazy("rule", "what is paid"),
    "profit": pgettext_lazy("rule", "the margin"),
    "value": pgettext_lazy("rule", "by value"),
    "amount": pgettext_lazy("rule", "by amount"),
}
STATES: dict[str, Any] = {
    "draft": pgettext_lazy("rule change", "Draft"),
    "submitted": pgettext_lazy("rule change", "Waits for approval"),
    "published": pgettext_lazy("rule change", "Published, waits for its day"),
    "in_force": pgettext_lazy("rule change", "In force"),
    "superseded": pgettext_lazy("rule change", "Superseded"),
    "withdrawn": pgettext_lazy("rule change", "Withdrawn"),
    "refused": pgettext_lazy("rule change", "Refused by the journal"),
}
PRESETS: dict[str, tuple[Any, Any]] = {
    "share_of_the_shop": (
        _("Share of the shop"),
        _("Points by the amount paid; a tenth of the turnover is paid out as dividends."),
    ),
    "red_wine": (
        _("Red wine"),
        _("For goods with a wide margin: three tenths go to the reserve, no dividends."),
    ),
    "cautious": (
        _("Cautious"),
        _("No more quota than is paid out: all of it can be paid one day."),
    ),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One value before and after, as people read it; "" where there is none."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Group:
    """One place: `kind` is "changed", "added" or "removed", or "whole" where all of it stands."""

    title: str
    kind: str
    rows: tuple[Row, ...]


def groups(found: Difference, names: Mapping[str, str]) -> list[Group]:
    """A difference as tables: the whole mall first, then zone by zone under its name."""
    by_zone: dict[str, list[Changed]] = {}
    for one in found.changed:
        by_zone.setdefault(one.zone, []).append(one)
    changed = [
        Group(
            names.get(zone, zone) if zone else gettext("The whole mall"),
            "changed",
            tuple(
                Row(label(row.field), shown(row.field, row.old), shown(row.field, row.new))
                for row in rows
            ),
        )
        for zone, rows in by_zone.items()
    ]
    return [
        *changed,
        *(Group(names.get(zone.key, zone.key), "added", _rows(zone)) for zone in found.added),
        *(Group(names.get(zone.key, zone.key), "removed", ()) for zone in found.removed),
    ]


def whole(scheme: Scheme, names: Mapping[str, str]) -> list[Group]:
    """All that a scheme says, place by place; each row has a new value only."""
    values = values_of(scheme)
    of_mall = [
        ("sell_fee", values.sell_fee),
        ("forced_exit", "true" if values.forced_exit else "false"),
    ]
    rows = [Row(label(name), "", shown(name, text)) for name, text in of_mall]
    if values.honor_thresholds:
        levels = " · ".join(values.honor_thresholds)
        rows.append(Row(gettext("Levels V1 to V10 begin at"), "", levels))
    zones = (Group(names.get(zone.key, zone.key), "whole", _rows(zone)) for zone in values.zones)
    return [Group(gettext("The whole mall"), "whole", tuple(rows)), *zones]


def _rows(zone: ZoneValues) -> tuple[Row, ...]:
    values = ((name, getattr(zone, name)) for name in OF_ZONE)
    return tuple(Row(label(name), "", shown(name, text)) for name, text in values if text)


def label(field: str) -> str:
    """What a field of the scheme is called."""
    name, _dot, level = field.partition(".")
    if name == "honor_thresholds":
        return gettext("Level V%(level)s begins at") % {"level": level}
    return str(LABELS[name])


def shown(field: str, text: str) -> str:
    """A field's value, a decimal or a word of the scheme file, as people read it."""
    if not text or field == "name":
        return text
    if text in WORDS:
        return str(WORDS[text])
    if field == "quota":
        return gettext("%(times)s times") % {"times": text}
    if field == "yuan_per_share":
        return gettext("¥%(amount)s paid") % {"amount": text}
    if field.startswith("honor_thresholds"):
        return text
    return percent(text)


def percent(text: str) -> str:
    """A rate of a scheme file as a percentage without idle zeros; what is no rate stays."""
    parsed = scaled(text, 9)
    if parsed is None:
        return text
    return decimals(parsed[0], 10_000_000, 7).rstrip("0").rstrip(".") + "%"


def sentence(refused: Refused) -> str:
    """Why nothing was done."""
    facts = {
        name: moment(fact) if hasattr(fact, "tzinfo") else fact
        for name, fact in refused.facts.items()
    }
    if refused.refusal == Refusal.WRONG_STATE:
        state = STATES.get(str(facts.get("state")), "")
        return gettext("It has moved on meanwhile: %(state)s.") % {"state": state}
    return str(SENTENCES[refused.refusal]) % facts


def moment(at: Any) -> str:
    """A moment in the mall's time, to the minute."""
    return date_format(localtime(at), "Y-m-d H:i")


SENTENCES: dict[Refusal, Any] = {
    Refusal.CHANGED: _(
        "%(name)s saved this draft at %(at)s, after you opened it. Nothing of yours was saved: "
        "open it again and put your changes into what stands there now."
    ),
    Refusal.UNCHANGED: _("It says what is in force already. Change something first."),
    Refusal.CANNOT_FOLLOW: _(
        "Share cap, initial price and time zone stay as they are on a running mall."
    ),
    Refusal.NO_RERUN: _(
        "Re-run the last 90 days with the draft as it is now, against the rules in force."
    ),
    Refusal.OWN_WORK: _(
        "Who wrote in a draft or submitted it cannot approve it. Ask somebody else."
    ),
    Refusal.TOO_SOON: _(
        "It is announced for at least seven days: %(earliest)s is the earliest moment."
    ),
    Refusal.TOO_FAR: _("Choose a day within a year: %(latest)s at the latest."),
    Refusal.ONE_WAITS: _(
        "“%(title)s” is published already and takes effect at %(at)s. Only one change can wait: "
        "the next one is compared with the rules that are then in force."
    ),
    Refusal.TOO_LATE: _("It takes effect now and can no longer be withdrawn."),
    Refusal.NO_REASON: _("Say why, in a sentence: members have read the announcement."),
    Refusal.NO_PRESET: _("There is no such preset."),
}
FAULTS: dict[FaultCode, Any] = {
    FaultCode.MISSING: _("Something is needed here."),
    FaultCode.NAME: _("At most 60 characters in one line."),
    FaultCode.RATE: _("A number from 0 to 1 with at most nine decimals, such as 0.3."),
    FaultCode.QUOTA: _("A number from 0 to 1000 with at most nine decimals, such as 2."),
    FaultCode.AMOUNT: _("An amount above 0 with at most six decimals, such as 200."),
    FaultCode.WORD: _("Choose one of the two."),
    FaultCode.TEN_OR_NONE: _("Ten thresholds, or none at all."),
    FaultCode.ASCENDING: _("Each threshold must be above the one before."),
    FaultCode.KEY: _("Small letters, digits, - and _, beginning with a letter or digit."),
    FaultCode.KEY_TWICE: _("Another zone has this key."),
    FaultCode.NO_ZONE: _("At least one zone is needed."),
}


def fault_sentence(fault: Fault) -> str:
    """What is wrong with a field."""
    if fault.code == FaultCode.MORE_THAN_ALL:
        name = fault.field.rpartition(".")[2]
        if name in ("buyer", "referrer"):
            return gettext("The parts of buyer and referrer come to more than 1.")
        return gettext("Reserve, dividends and honours come to more than 1.")
    if fault.code == FaultCode.TOO_MANY_ZONES:
        return gettext("At most %(most)s zones.") % {"most": MOST_ZONES}
    return str(FAULTS.get(fault.code, fault.text))


def refused_code(code: str) -> str:
    """Why the engine would refuse sales, or the journal a scheme."""
    return {
        "unknown_zone": pgettext("engine", "zone without rates"),
        "bad_event": pgettext("engine", "cost unknown in a zone that counts on the margin"),
        "bad_scheme": pgettext("engine", "the scheme cannot follow the one in force"),
    }.get(code, code)


def zone_names(zones: Iterable[Any]) -> dict[str, str]:
    """The names of the shop's zones by their keys, in the language of the page."""
    return {zone.key: zone.name for zone in zones}
