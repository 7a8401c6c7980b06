"""A re-run's figures as tables and charts for the page of a change."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sharemall.console.lines import LineChart, line_chart
from sharemall.figures import decimals, points, yuan
from sharemall.members.models import Member
from sharemall.schemes import words

Figures = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """A figure of both runs; `change` is the draft's less today's, `worse` marks it."""

    label: str
    today: str
    draft: str
    change: str
    worse: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """A member, or a group of members, with what each run would have left them."""

    name: str
    spent: str
    today: str
    draft: str
    change: str
    quota: str


@dataclass(frozen=True, slots=True)
class ZoneLine:
    """A zone in both runs."""

    name: str
    sales: str
    turnover: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Tables:
    """Everything that the page shows of a re-run."""

    figures: Figures
    headlines: tuple[tuple[str, str], ...]  # (what kind of notice, sentence)
    lines: tuple[Line, ...]
    zones: tuple[ZoneLine, ...]
    groups: tuple[Person, ...]
    quantiles: tuple[tuple[str, str], ...]
    losers: tuple[Person, ...]
    gainers: tuple[Person, ...]
    charts: tuple[LineChart, ...]


def tables(figures: Figures, names: Mapping[str, str]) -> Tables | None:
    """The tables of a re-run; None for figures of nothing."""
    if "today" not in figures:
        return None
    members = figures["members"]
    people = _people([*members["losers"], *members["gainers"]])
    return Tables(
        figures=figures,
        headlines=tuple(_headlines(figures)),
        lines=tuple(_lines(figures["today"], figures["draft"])),
        zones=tuple(_zone(zone, names) for zone in figures["zones"]),
        groups=tuple(_group(group) for group in members["groups"]),
        quantiles=tuple((_part(part), signed(micro)) for part, micro in members["quantiles"]),
        losers=tuple(_person(row, people) for row in members["losers"]),
        gainers=tuple(_person(row, people) for row in members["gainers"]),
        charts=tuple(_charts(figures["nights"])),
    )


def signed(micro: int, write: Callable[[int], str] = yuan) -> str:
    """An amount with its sign; towards nothing where digits are cut off."""
    if not micro:
        return write(0)
    return ("+" if micro > 0 else "\N{MINUS SIGN}") + write(abs(micro))


def _headlines(figures: Figures) -> Iterable[tuple[str, str]]:
    today, draft, members = figures["today"], figures["draft"], figures["members"]
    if not figures["sales"]:
        yield "", _("Nothing was sold in these days: there is nothing to run again.")
        return
    if draft["short"]:
        facts = {"count": f"{draft['short']:,}", "amount": yuan(draft["short_micro"])}
        facts |= {"today": f"{today['short']:,}"}
        yield (
            "bad",
            _(
                "The margin does not hold: %(count)s sales would not bring in what they cost and "
                "hand over, %(amount)s short. Under the rules in force it is %(today)s."
            )
            % facts,
        )
    elif figures["cost_known_micro"]:
        yield "good", _("The margin holds: every sale brings in what it costs and hands over.")
    if figures["cost_known_micro"] < figures["turnover_micro"]:
        part = ratio(figures["cost_known_micro"], figures["turnover_micro"])
        yield (
            "warn",
            _("The cost is known of %(part)s of the turnover; margins are counted there alone.")
            % {"part": part},
        )
    facts = {"draft": yuan(draft["company_micro"]), "today": yuan(today["company_micro"])}
    yield "", _("The company would have kept %(draft)s, and keeps %(today)s today.") % facts
    facts = {
        "gain": f"{members['gain']:,}",
        "gained": yuan(members["gain_micro"]),
        "lose": f"{members['lose']:,}",
        "lost": yuan(members["lose_micro"]),
    }
    yield (
        "",
        _("%(gain)s members gain %(gained)s together, %(lose)s lose %(lost)s together.") % facts,
    )
    for code, count in draft["refused"].items():
        facts = {"count": f"{count:,}", "why": words.refused_code(code)}
        yield "warn", _("%(count)s sales would earn nothing: %(why)s.") % facts


def _lines(today: Figures, draft: Figures) -> Iterable[Line]:
    for label, name in (
        (_("Into the reserve"), "reserve_micro"),
        (_("Into the day's dividends"), "dividend_micro"),
        (_("Into the honour pools"), "honor_micro"),
        (_("Contributions together"), "contributions_micro"),
        (_("Quota granted"), "quota_micro"),
        (_("Dividends and honours paid"), "paid_micro"),
    ):
        yield _line(label, today[name], draft[name])
    yield Line(
        _("Paid ÷ granted"),
        ratio(today["paid_micro"], today["quota_micro"]),
        ratio(draft["paid_micro"], draft["quota_micro"]),
        "",
    )
    for label, name in (
        (_("Points for buyers"), "buyer_shares_micro"),
        (_("Points for who referred"), "referrer_shares_micro"),
    ):
        yield _line(label, today[name], draft[name], points)
    yield _line(_("Formula price at the end"), today["price_micro"], draft["price_micro"], _price)
    yield _line(_("Holdings sold by themselves"), today["exits"], draft["exits"], _count)
    yield _line(_("Commission"), today["commission_micro"], draft["commission_micro"])
    for label, name in (
        (_("What the sellers have left"), "left_micro"),
        (_("What the company keeps"), "company_micro"),
    ):
        yield _line(label, today[name], draft[name], less_is_worse=True)
    yield _line(_("Sales that do not pay for themselves"), today["short"], draft["short"], _count)


def _line(
    label: str,
    today: int,
    draft: int,
    write: Callable[[int], str] = yuan,
    *,
    less_is_worse: bool = False,
) -> Line:
    worse = less_is_worse and draft < today
    change = signed(draft - today, write) if draft != today else ""
    return Line(label, write(today), write(draft), change, worse)


def _zone(zone: Figures, names: Mapping[str, str]) -> ZoneLine:
    today, draft = zone["today"], zone["draft"]
    lines = [_line(_("Contributions"), today["contributions_micro"], draft["contributions_micro"])]
    if zone["cost_known_micro"]:
        left = _line(
            pgettext("rerun", "Left"), today["left_micro"], draft["left_micro"], less_is_worse=True
        )
        lines.append(left)
    lines.append(_line(pgettext("rerun", "Quota"), today["quota_micro"], draft["quota_micro"]))
    lines.append(
        _line(pgettext("rerun", "Points"), today["shares_micro"], draft["shares_micro"], points)
    )
    name = names.get(zone["key"], zone["key"])
    return ZoneLine(name, _count(zone["sales"]), yuan(zone["turnover_micro"]), tuple(lines))


def _group(group: Figures) -> Person:
    name = _("%(count)s members, each %(least)s to %(most)s") % {
        "count": _count(group["count"]),
        "least": yuan(group["least_micro"]),
        "most": yuan(group["most_micro"]),
    }
    return _of(name, group)


def _person(row: Figures, people: Mapping[str, str]) -> Person:
    return _of(people.get(row["account"], row["account"]), row)


def _of(name: str, row: Figures) -> Person:
    return Person(
        name=name,
        spent=yuan(row["spent_micro"]),
        today=yuan(row["today_micro"]),
        draft=yuan(row["draft_micro"]),
        change=signed(row["draft_micro"] - row["today_micro"]),
        quota=signed(row["draft_quota_micro"] - row["today_quota_micro"]),
    )


def _people(rows: Iterable[Figures]) -> dict[str, str]:
    accounts = [row["account"] for row in rows]
    return dict(Member.objects.filter(account__in=accounts).values_list("account", "name"))


def _charts(nights: list[Figures]) -> Iterable[LineChart]:
    """Price, what was paid so far, quota so far: each of both runs, night by night."""
    days = [date.fromisoformat(night["day"]) for night in nights]
    sides = (_("Rules in force"), pgettext("rule change", "Draft"))
    paid = {
        side: _sums(night[side]["paid_micro"] for night in nights) for side in ("today", "draft")
    }
    wanted = (
        (_("Formula price"), [[n[side]["price_micro"] for n in nights] for side in paid]),
        (_("Paid so far"), [paid["today"], paid["draft"]]),
        (_("Quota granted so far"), [[n[side]["granted_micro"] for n in nights] for side in paid]),
    )
    for title, lines in wanted:
        chart = line_chart(title, days, dict(zip(sides, lines, strict=True)))
        if chart is not None:
            yield chart


def _sums(amounts: Iterable[int]) -> list[int]:
    found, done = [], 0
    for amount in amounts:
        done += amount
        found.append(done)
    return found


def _part(part: int) -> str:
    if part == 0:
        return _("The one who loses most")
    if part == 100:
        return _("The one who gains most")
    if part == 50:
        return _("In the middle")
    return _("%(part)s %% have at most") % {"part": part}


def ratio(part: int, whole: int) -> str:
    """`part` of `whole` as a percentage floored to two places."""
    return decimals(part * 10_000 // whole if whole else 0, 100, 2) + "%"


def _count(number: int) -> str:
    return f"{number:,}"


def _price(micro: int) -> str:
    return "¥" + decimals(micro, 1_000_000, 4)
