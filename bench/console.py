"""What the console reads, in a mall of many members and as many orders.

`python -m bench.console [--full]`
"""

from collections.abc import Callable
from statistics import median

from bench.console_shop import DAYS, LAST_DAY, NOW, day, fill, no
from bench.server import mall, timed
from bench.table import Table, main

TURNS = 7
NOTE = """Each member has ordered once; every order's sale went through the writer, in five business
days of equal size, each closed. Read by the selectors that the pages call, warm, median and worst
of seven; pages add their frame, some 20 to 40 ms. What works a whole day out runs once."""


def measure(full: bool) -> list[Table]:
    size = 1_000_000 if full else 100_000
    pages = Table(
        f"The console, {size:,} members and orders",
        ["what", "median", "worst"],
        asked="lists answer in under 300 ms",
        note=" ".join(NOTE.split()),
    )
    whole = Table("What reads a whole mall", ["what", "time"])
    with mall():
        filled = timed(lambda: fill(size))
        for name, work in reads(size).items():
            times = [timed(work) for _ in range(TURNS)]
            pages.add(name, f"{median(times) * 1000:.0f} ms", f"{max(times) * 1000:.0f} ms")
        for name, work in passes().items():
            whole.add(name, f"{timed(work):.1f} s")
        whole.add("filling the mall, before", f"{filled:.0f} s")
    return [pages, whole]


def reads(size: int) -> dict[str, Callable[[], object]]:
    """What a page asks for."""
    from sharemall.insight import alerts, overview, stories
    from sharemall.ledger import balance_sheets, explaining, searching
    from sharemall.ledger.searching import Wanted, search

    last = balance_sheets.last_position()
    member, after = f"member-{size // 2}", last // 2
    busiest = "member-1"
    return {
        "overview: figures of 30 days": lambda: overview.overview(NOW),
        "overview: alerts": lambda: alerts.alerts(NOW),
        "journal: newest": lambda: search(Wanted()),
        "journal: from the middle": lambda: search(Wanted(), before=after),
        "journal: of a member": lambda: search(Wanted(account=f"m:{member}")),
        "journal: of the reserve": lambda: search(Wanted(account=".reserve")),
        "journal: of a day": lambda: search(Wanted(day=day(1))),
        "journal: refused": lambda: search(Wanted(outcome=searching.REJECTED)),
        "journal: a rare type, until it stops": lambda: search(Wanted(type="to_coins")),
        "journal: by the beginning of an id": lambda: search(Wanted(event_id=f"order-{no(7)}")),
        "journal: an event": lambda: searching.event(f"order-{no(size // 2)}-shop"),
        "trial balance and balance sheet, now": lambda: balance_sheets.trial_and_sheet(last),
        "trial balance, in the middle of a day": lambda: balance_sheets.trial_balance(after),
        "movements of three days": lambda: balance_sheets.movements(
            *balance_sheets.period(day(1), day(3))
        ),
        "member: its story": lambda: stories.member_story(member),
        "member: one who referred many": lambda: stories.member_story(busiest),
        "member: a dividend explained": lambda: explaining.explain(member, LAST_DAY),
        "order: its story": lambda: stories.order_story(no(size // 2)),
    }


def passes() -> dict[str, Callable[[], object]]:
    """What reads all accounts or all events."""
    from sharemall.ledger import balance_sheets, downloading, rehearsing, reworking

    def rework(number: int) -> None:
        again = reworking.rework(day(number))
        assert again is not None
        assert again.agrees, again

    def download() -> None:
        for _part in downloading.journal_zip(balance_sheets.last_position()):
            pass

    return {
        "a dry run of today": lambda: rehearsing.rehearse(NOW.date()),
        "the first day worked out again": lambda: rework(0),
        "the last day worked out again": lambda: rework(DAYS - 1),
        "the journal downloaded": download,
    }


if __name__ == "__main__":
    main(measure)
