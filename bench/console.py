"""What the console reads, in a mall of many members and as many orders.

`python -m bench.console [--full]`
"""

from collections.abc import Callable
from functools import partial
from statistics import median

from bench.console_shop import DAYS, LAST_DAY, NOW, day, fill, no
from bench.server import mall, timed
from bench.table import Table, main

TURNS = 7
NOTE = """Each member has ordered once; every order's sale went through the writer, in five business
days of equal size, each closed. Read by the selectors that the pages call, warm, median and worst
of seven; then whole pages, with Django's client. What works a whole day out runs once."""


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
        for name, work in {**reads(size), **requests(size)}.items():
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


def requests(size: int) -> dict[str, Callable[[], object]]:
    """Whole pages, as a browser of the staff asks for them."""
    from django.urls import reverse

    ask = staff_browser()
    number, member = no(size // 2), f"member-{size // 2}"
    pages = {
        "overview": reverse("console"),
        "journal": reverse("console-journal"),
        "journal of a member": f"{reverse('console-journal')}?account={member}",
        "list of orders": reverse("console-orders"),
        "list of orders, a number": f"{reverse('console-orders')}?q={number}",
        "list of payments": reverse("console-payments"),
        "list of members": reverse("console-members"),
        "list of members, a phone": f"{reverse('console-members')}?q={13_000_000_000 + size // 2}",
        "order": reverse("console-order", kwargs={"no": number}),
        "order's story": reverse("console-order-story", kwargs={"no": number}),
        "member's story": reverse("console-member", kwargs={"account": member}),
        "trial balance": reverse("console-trial"),
        "day close": reverse("console-days"),
    }
    return {f"page: {name}": partial(ask, address) for name, address in pages.items()}


def staff_browser() -> Callable[[str], None]:
    """Asks for a page as the owner, who has proved the second factor."""
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client
    from django_otp import DEVICE_ID_SESSION_KEY
    from django_otp.plugins.otp_totp.models import TOTPDevice

    from sharemall.members.models import Member
    from sharemall.office.models import Post, Role

    settings.ALLOWED_HOSTS.append("testserver")
    call_command("collectstatic", verbosity=0, interactive=False)
    owner = Member.objects.create(
        phone="18800000000", account="owner", name="Owner", is_staff=True, joined_at=NOW
    )
    Post.objects.create(member=owner, role=Role.OWNER, given_at=NOW)
    client = Client()
    client.force_login(owner)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = TOTPDevice.objects.create(user=owner).persistent_id
    session.save()

    def ask(address: str) -> None:
        assert client.get(address).status_code == 200, address

    return ask


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
