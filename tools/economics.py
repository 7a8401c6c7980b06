"""Works out the figures and pictures of docs/economics.md: `python -m tools.economics`.

Every figure between two marks of that file is written anew, and every picture of it, by the engine
over the presets of the two worked examples and variations of them. It takes some minutes.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from math import exp, gamma, lgamma
from pathlib import Path

import numpy as np
from PIL import Image

from sharemall.engine.apply import apply
from sharemall.engine.state import State
from sharemall.simulator.reading import parse_scenario, preset
from sharemall.simulator.report.model import Chart, Floats, Line, Unit
from sharemall.simulator.report.pictures import COLOURS, QUIET, canvas, draw, style
from sharemall.simulator.report.words import Words
from sharemall.simulator.results import Run
from sharemall.simulator.run import simulate
from sharemall.simulator.scenario import Scenario
from sharemall.simulator.variation import varied

PROJECT = Path(__file__).resolve().parent.parent
DOCUMENT = PROJECT / "docs" / "economics.md"
PICTURES = PROJECT / "docs" / "pictures"
WORDS = Words("en")
SEED = 1
MICRO = 1_000_000
WINE, SHOP = "red-wine", "share-of-the-shop"
NAMES = {WINE: "red wine", SHOP: "share of the shop"}
STOP = 730
GROWTHS = ("0.25", "0.5", "1", "2", "4", "8")
MONTHS = 24
SELLERS = 1_000
EQUAL_ORDERS = """
[scenario]
name = "equal-orders"
scheme = "{scheme}"
days = 400
[arrivals]
at_start = 1
a_day = "1"
growth = "1000"
[orders]
median = "{paid}"
completion_days = 0
[zones.{zone}]
"""
EQUAL = {WINE: ("wine", 100), SHOP: ("standard", 2_000)}


def main() -> None:
    """Every part in the order of the document."""
    text = DOCUMENT.read_text(encoding="utf-8")
    with style(None):
        for part in (ratio, price, late, stop, run_order, run_months):
            for key, table in part().items():
                text = replaced(text, key, table)
    DOCUMENT.write_text(text, encoding="utf-8")


def ratio() -> dict[str, str]:
    """Paid ÷ granted at any growth."""
    lines, rows = [], []
    for name in (WINE, SHOP):
        runs = [run_of(name, {"arrivals.growth": growth}) for growth in GROWTHS]
        parts = [last(run, "quota_paid_micro") / last(run, "quota_granted_micro") for run in runs]
        lines.append(Line(NAMES[name], np.array(parts)))
        rows.append([NAMES[name], ceiling(runs[0]), *(percent(part, 2) for part in parts)])
    save(
        "ratio",
        draw(
            chart(
                "Paid ÷ granted does not depend on growth",
                "New members a day after a year, as a multiple of those at the start; three years.",
                "percent",
                GROWTHS,
                lines,
            ),
            WORDS,
        ),
    )
    heads = ["", "p ÷ m", *(f"growth {growth}" for growth in GROWTHS)]
    return {"ratio": table(heads, rows)}


def price() -> dict[str, str]:
    """The price after n equal sales, beside the closed form."""
    found = {}
    for name in (WINE, SHOP):
        zone, paid = EQUAL[name]
        text = EQUAL_ORDERS.format(scheme=name, zone=zone, paid=paid)
        run = simulate(parse_scenario(text), SEED)
        found[name] = np.cumsum(run.days["orders"]), run.days["price_micro"] / MICRO
    figure, axes = canvas(
        "The price after n equal sales",
        "Of ¥100 (red wine) and ¥2,000 (share of the shop). On logarithmic axes a power is a "
        "straight line.",
    )
    for colour, (name, (sales, prices)) in zip(COLOURS, found.items(), strict=False):
        axes.plot(sales, prices, color=colour, lw=2, label=NAMES[name])
    sales, prices = found[WINE]
    axes.plot(sales, [law(n) for n in sales], color=QUIET, ls=":", lw=3, label="1.298 · n^0.3")
    axes.set(xscale="log", yscale="log", xlabel="sales", ylabel="price, ¥")
    axes.legend(frameon=False)
    save("price", figure)
    rows = []
    for wanted in (10, 100, 1_000, 10_000, 100_000):
        row = [f"{wanted:,}"]
        for name in (WINE, SHOP):
            at = int(np.argmax(found[name][0] >= wanted))
            count, value = int(found[name][0][at]), float(found[name][1][at])
            row.append(f"¥{value:,.4f} after {count:,}")
            if name == WINE:
                row.append(f"¥{law(count):,.4f}")
        rows.append(row)
    heads = ["sales", NAMES[WINE], "the closed form there", NAMES[SHOP]]
    return {"price": table(heads, rows)}


def law(sales: int) -> float:
    """(10/7)·Γ(1.7)·Γ(n+1)/Γ(n+0.7): the by-value scheme's price at 30 % and 70 %."""
    return 10 / 7 * gamma(1.7) * exp(lgamma(int(sales) + 1) - lgamma(int(sales) + 0.7))


def late() -> dict[str, str]:
    """What members had back a year after the month in which they joined."""
    lines, rows = [], []
    labels: tuple[str, ...] = ()
    for name in (WINE, SHOP):
        received, worth = [], []
        for month in range(MONTHS):
            run = run_of(name, {"scenario.days": str((month + 1) * 30 + 365)})
            mine = run.members["joined_day"] // 30 == month
            mine &= run.members["paid_micro"] > 0
            paid = run.members["paid_micro"][mine]
            got = run.members["received_micro"][mine]
            received.append(float(np.median(got / paid)))
            worth.append(float(np.median((got + run.members["holding_micro"][mine]) / paid)))
        lines.append(Line(f"{NAMES[name]}: received", np.array(received)))
        lines.append(Line(f"{NAMES[name]}: with its shares", np.array(worth)))
        labels = tuple(str(month + 1) for month in range(MONTHS))
        rows.append(
            [NAMES[name], *(percent(received[n]) for n in (0, 5, 11, 23)), percent(worth[23])]
        )
    save(
        "late",
        draw(
            chart(
                "Who comes later gets less",
                "Of its spending, what the member in the middle had back a year after its month of "
                "joining (1 to 24).",
                "percent",
                labels,
                lines,
            ),
            WORDS,
        ),
    )
    heads = ["joined in month", "1", "6", "12", "24", "24, with the shares it still held"]
    return {"late": table(heads, rows)}


def stop() -> dict[str, str]:
    """Growth for two years, then no order any more."""
    lines, rows = [], []
    changes = {"arrivals.growth": "3", "orders.stop_day": str(STOP)}
    for name in (WINE, SHOP):
        run = run_of(name, changes)
        settled = STOP + run.scenario.completion_days
        paid = run.days["dividend_paid_micro"] + run.days["honor_paid_micro"]
        lines.append(Line(NAMES[name], weekly(paid / MICRO)))
        granted = last(run, "quota_granted_micro")
        rows.append(
            [
                NAMES[name],
                money(int(paid[:settled].sum())),
                money(int(paid[settled:].sum())),
                money(granted - last(run, "quota_paid_micro")),
                f"¥{run.days['price_micro'][settled] / MICRO:,.2f}",
                f"¥{run.days['price_micro'][-1] / MICRO:,.2f}",
                money(last(run, "reserve_micro")),
            ]
        )
    dates = [str(np.datetime64("2026-01-01") + 7 * n) for n in range(len(lines[0].values))]
    save(
        "stop",
        draw(
            chart(
                "After the last order nothing is shared out",
                "Dividends a day, mean of each week; three times as many new members a year, and "
                "no order after two years.",
                "yuan",
                tuple(dates),
                lines,
                marks=((STOP // 7, "no orders from here"),),
            ),
            WORDS,
        ),
    )
    heads = [
        "",
        "dividends until the last order",
        "after it",
        "quota never paid",
        "price then",
        "price a year later",
        "reserve a year later",
    ]
    return {"stop": table(heads, rows)}


def run_order() -> dict[str, str]:
    """Holders of equally many shares sell everything, one after the other."""
    found = [sold_out(preset(name)) for name in (WINE, SHOP)]
    # The fee alone decides: how shares were issued makes no difference.
    assert np.allclose(*found, rtol=1e-4)
    parts = found[0]
    tenths = tuple(range(9, SELLERS, 10))
    save(
        "run",
        draw(
            chart(
                "In a run everybody is paid, and who waits gets more",
                f"{SELLERS:,} equal holders sell all they have, one after the other: what each "
                "gets, as a part of what it was worth before.",
                "percent",
                tuple(f"{n + 1:,}" for n in tenths),
                [Line("both examples", parts[list(tenths)])],
            ),
            WORDS,
        ),
    )
    rows = [paid_out(name, holders) for name in (WINE, SHOP) for holders in ("0.8", "1")]
    asked = [
        "",
        "sell on one day",
        "members",
        "get after the fee",
        "reserve the evening before",
        "and after",
    ]
    prices = ["price the evening before", "and after"]
    shown = (1, 250, 500, 750, 990, SELLERS)
    heads = ["seller", *(f"{n:,}" for n in shown)]
    paid = table([*asked, *prices], rows)
    return {
        "run-paid": paid,
        "run": table(heads, [["gets", *(percent(float(parts[n - 1])) for n in shown)]]),
    }


def paid_out(name: str, holders: str) -> list[str]:
    """The day on which a part of all holders sells everything."""
    text = f'[[selling.panic]]\nday = {STOP}\nholders = "{holders}"\n'
    scenario = parse_scenario(f"{preset(name).text}\n{text}".replace("days = 1095", "days = 731"))
    run = simulate(scenario, SEED)
    before, after = STOP - 1, STOP
    reserve, price = run.days["reserve_micro"], run.days["price_micro"] / MICRO
    gone = not run.days["outstanding_micro"][after]
    return [
        NAMES[name],
        percent(float(holders), 0),
        f"{run.days['sells'][after]:,}",
        money(int(run.days["sold_shares_cash_micro"][after])),
        money(int(reserve[before])),
        money(int(reserve[after])),
        f"¥{price[before]:,.2f}",
        "none is left" if gone else f"¥{price[after]:,.2f}",
    ]


def sold_out(scenario: Scenario) -> Floats:
    """What each of the sellers gets, as a part of what its shares were worth before the first."""
    state = State.empty(scenario.scheme)
    zone = scenario.zones[0].name
    for n in range(SELLERS):
        buys = {"id": f"b{n}", "type": "sale", "at": "2026-01-01T00:00:00Z", "member": f"m{n}"}
        assert apply(state, {**buys, "zone": zone, "paid": "100000"}) == ""
    members, pool = state.members, state.pool
    equal = pool.outstanding_micro // SELLERS
    for row in range(SELLERS):  # equal holdings, so that only the order tells them apart
        members.shares[row] = equal
    members.shares[0] += pool.outstanding_micro - equal * SELLERS
    before = equal * pool.reserve_micro / pool.outstanding_micro
    for n in range(SELLERS):
        sells = {"id": f"s{n}", "type": "sell", "at": "2026-01-01T00:00:00Z", "shares": "all"}
        assert apply(state, {**sells, "member": f"m{n}"}) in ("", "insufficient_shares")
    assert pool.outstanding_micro == 0
    return np.array([members.cash[row] / before for row in range(SELLERS)])


def run_months() -> dict[str, str]:
    """What selling everything after two years brings, by the month of joining."""
    lines, rows = [], []
    labels: tuple[str, ...] = ()
    for name in (WINE, SHOP):
        run = run_of(name, {"scenario.days": str(STOP)})
        some = run.cohorts["members"] > 0
        paid = run.cohorts["paid_micro"][some]
        received = run.cohorts["received_micro"][some] / paid
        sale = run.cohorts["holding_micro"][some] / paid
        labels = tuple(str(month) for month in run.cohorts["month"][some])
        lines.append(Line(f"{NAMES[name]}: selling brings", sale))
        lines.append(Line(f"{NAMES[name]}: received before", received))
        places = (0, 5, 11, len(sale) - 1)
        rows.append([NAMES[name], *(percent(sale[n] + received[n]) for n in places)])
        heads = ["joined in", *(labels[n] for n in places)]
    save(
        "run-months",
        draw(
            chart(
                "What a run after two years brings, by the month of joining",
                "Of what the month's members had paid together: selling all they hold, and what "
                "they had received before.",
                "percent",
                labels,
                lines,
            ),
            WORDS,
        ),
    )
    return {"run-months": table(heads, rows)}


def run_of(name: str, changes: Mapping[str, str]) -> Run:
    """The preset's run with these numbers set."""
    return simulate(varied(preset(name), changes, None), SEED)


def chart(
    title: str,
    about: str,
    unit: Unit,
    labels: Sequence[str],
    lines: Sequence[Line],
    marks: tuple[tuple[int, str], ...] = (),
) -> Chart:
    """A chart of these lines."""
    return Chart("", title, about, unit, "", tuple(labels), tuple(lines), (), marks)


def weekly(values: Floats) -> Floats:
    """The mean of each whole week."""
    return values[: len(values) // 7 * 7].reshape(-1, 7).mean(axis=1)


def last(run: Run, column: str) -> int:
    return int(run.days[column][-1])


def ceiling(run: Run) -> str:
    zone = next(iter(run.scenario.scheme.zones.values()))
    return percent((zone.dividend_nano + zone.honor_nano) / zone.quota_nano, 0)


def percent(part: float, decimals: int = 1) -> str:
    return f"{part * 100:.{decimals}f} %"


def money(micro: int) -> str:
    return f"¥{micro / MICRO:,.0f}"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The table in Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def replaced(text: str, key: str, content: str) -> str:
    """The document with what stands between the marks of `key` replaced."""
    marks = f"<!-- {key} -->", f"<!-- /{key} -->"
    pattern = re.compile(f"{re.escape(marks[0])}.*?{re.escape(marks[1])}", re.DOTALL)
    assert pattern.search(text), f"the document has no marks {marks[0]} … {marks[1]}"
    return pattern.sub(lambda _: f"{marks[0]}\n{content}\n{marks[1]}", text)


def save(name: str, figure: object) -> None:
    """Writes the picture, in few colours: it is committed."""
    path = PICTURES / f"economics-{name}.png"
    save_to: Callable[..., None] = figure.savefig  # type: ignore[attr-defined]
    save_to(path, dpi=150, metadata={"Software": None})
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(96)
    small.save(path, optimize=True)


if __name__ == "__main__":
    main()
