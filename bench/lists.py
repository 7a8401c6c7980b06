"""What the console's work lists take with a million members and orders, and exports of them.

`python -m bench.lists [--full]`
"""

import os
import tracemalloc
from collections.abc import Callable
from statistics import median
from typing import Any

from bench import console_shop
from bench.console_shop import LINES, MEMBERS, NOW, ORDERS, PAYMENTS, SPREAD, no
from bench.pages_web import collect
from bench.server import mall, timed
from bench.table import Table, main

TURNS = 7
PHONE = "'1' || (3000000000 + substr(p.no, 2)::bigint)::text"
RARE = "CASE WHEN p.id < 2000 AND p.id %% 20 = 0 THEN 'rare' ELSE 'farm' END"
WAITING = """
UPDATE orders_order SET status = 'paid', shipped_at = NULL, received_at = NULL,
    returnable_until = NULL, completed_at = NULL, contributions_fen = 0, commission_fen = 0,
    due_fen = 0 WHERE id > (SELECT max(id) - 2000 FROM orders_order)
"""
LARGE = """
UPDATE orders_order SET goods_fen = 900000000, total_fen = 900000000, provider_fen = 900000000,
    due_fen = 899993500
WHERE id IN (SELECT id FROM orders_order ORDER BY id LIMIT 40) AND status = 'completed'
"""
NOTE = """Whole pages, as a browser asks for them, warm, median and worst of seven: the frame, the
counts of the tabs and the filters are in it. Each member has ordered and paid once; 2 000 orders
are to be shipped, 99 old ones are of a merchant that sells nothing now, 40 cost nine million."""


def measure(full: bool) -> list[Table]:
    size = 1_000_000 if full else 100_000
    pages = Table(
        f"Work lists, {size:,} members and orders",
        ["list", "median", "worst"],
        asked="lists answer in under 300 ms",
        note=" ".join(NOTE.split()),
    )
    files = Table("Exports", ["what", "time", "rows a second", "Python's memory at the highest"])
    os.environ["SHAREMALL_MODE"] = "demo"
    with mall():
        collect()
        filled = timed(lambda: fill(size))
        get, post = browser()
        for name, url in addresses(size).items():
            get(url)
            times = [timed(lambda url=url: get(url)) for _ in range(TURNS)]  # type: ignore[misc]
            pages.add(name, f"{median(times) * 1000:.0f} ms", f"{max(times) * 1000:.0f} ms")
        pages.add("filling, before", f"{filled:.0f} s", "")
        for kind, most in (("csv", size), ("xlsx", size if full else 20_000)):
            export(files, post, kind, most, size)
    return [pages, files]


def fill(count: int) -> None:
    """Members, their payments, orders and lines, with what is rare among them."""
    from django.db import connection

    from sharemall.merchants.models import Merchant

    goods = console_shop.goods_of_shop()
    Merchant.objects.create(key="rare", name_zh="稀", name_en="Rare", joined_at=NOW)
    values: dict[str, Any] = {
        "count": count,
        "now": NOW,
        "spread": SPREAD,
        "first": console_shop.FIRST_NO,
    }
    orders = ORDERS.replace("'farm'", RARE).replace("'13800000000'", PHONE)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for statement in (MEMBERS, PAYMENTS, orders, LINES):
            cursor.execute(statement, values | goods)
        cursor.execute(WAITING)
        cursor.execute(LARGE)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")


def browser() -> tuple[Callable[[str], None], Callable[..., Any]]:
    """An owner's browser, its second factor proved: what gets a page, what posts a form."""
    from django.test import Client
    from django_otp import DEVICE_ID_SESSION_KEY
    from django_otp.plugins.otp_totp.models import TOTPDevice

    from sharemall.members.models import Member
    from sharemall.office.models import Post

    boss = Member.objects.get(account="member-1")
    Member.objects.filter(pk=boss.pk).update(is_staff=True)
    Post.objects.create(member=boss, role="owner", given_at=NOW)
    device = TOTPDevice.objects.create(user=boss, name="phone")
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(boss)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()

    def get(url: str) -> None:
        assert client.get(url).status_code == 200, url

    return get, client.post


def addresses(size: int) -> dict[str, str]:
    """The pages that are asked for."""
    first, last = "from=2025-06-01&to=2025-06-10", "from=2026-03-25"
    return {
        "orders: newest": "/console/orders/",
        "orders: to ship": "/console/orders/?state=paid",
        "orders: cancelled (none)": "/console/orders/?state=cancelled",
        "orders: from the middle": f"/console/orders/?before={size // 2}",
        "orders: by number": f"/console/orders/?q={no(size // 3)}",
        "orders: by the beginning of a number": f"/console/orders/?q={no(7)[:15]}",
        "orders: by phone": "/console/orders/?q=13000000077",
        "orders: of ten days long ago": f"/console/orders/?{first}",
        "orders: to ship, of ten days long ago (none)": f"/console/orders/?state=paid&{first}",
        "orders: of a merchant without any lately": "/console/orders/?merchant=rare",
        "orders: of a merchant, long ago": f"/console/orders/?merchant=rare&{first}",
        "orders: above a million yuan (old ones)": "/console/orders/?least=1000000",
        "orders: above a million yuan, lately (none)": f"/console/orders/?least=1000000&{last}",
        "members: newest": "/console/members/",
        "members: from the middle": f"/console/members/?before={size // 2}",
        "members: by the beginning of a phone": "/console/members/?q=1300000",
        "members: by phone": "/console/members/?q=13000000077",
        "members: by the beginning of a name": "/console/members/?q=Member%2077",
        "members: locked (none)": "/console/members/?state=locked",
        "members: joined long ago": f"/console/members/?{first}",
        "members: never ordered": "/console/members/?ordered=0",
        "payments: newest": "/console/payments/",
        "payments: failed (none)": "/console/payments/?state=failed",
        "payments: by trade": "/console/payments/?q=trade-77",
        "payments: of ten days long ago": f"/console/payments/?{first}",
        "products": "/console/products/",
        "stock that runs low": "/console/stock/",
        "audit log": "/console/audit/",
    }


def export(files: Table, post: Callable[..., Any], kind: str, most: int, size: int) -> None:
    """All orders, or members up to a key, as a file; once more with Python's memory traced."""

    def whole() -> int:
        query = "" if most == size else f"?q={no(7)[:15]}"
        answer = post(f"/console/orders/{query}", {"action": "export", "as": kind})
        return sum(map(len, answer.streaming_content))

    taken = timed(whole)
    tracemalloc.start()
    post(f"/console/orders/?q={no(7)[:15]}", {"action": "export", "as": kind})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    rows = most if most == size else 1_000
    speed, memory = f"{rows / taken:,.0f}", f"{peak / 2**20:.0f} MiB"
    files.add(f"{rows:,} orders as {kind}", f"{taken:.1f} s", speed, memory)


if __name__ == "__main__":
    main(measure)
