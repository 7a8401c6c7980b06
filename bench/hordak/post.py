"""Posts given orders with django-hordak and says how long it took; runs in .venv-peers.

Reads JSON from standard input: `accounts` (names), `orders` (lists of account, unit, micro),
`clients` (how many, each in turn), `rounds`, and the `count` of orders for one way in one round.
Prints JSON: for each way of writing legs and number of clients, orders a second.
"""

import json
import multiprocessing
import os
import sys
import time
from decimal import Decimal
from itertools import islice, product
from typing import Any

import django

UNITS = {"cash": "CNY", "share": "SHR", "quota": "QTA"}
PROCESSES = multiprocessing.get_context("spawn")
Posting = tuple[str, str, int]


def main() -> None:
    """Each number of clients and each way in turn, on the same tables; the best of the rounds."""
    given = json.load(sys.stdin)
    set_up()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    numbers = open_accounts(given["accounts"])
    best: dict[tuple[int, str], float] = {}
    rest = iter(given["orders"])
    for clients, way in list(product(given["clients"], WAYS)) * given["rounds"]:
        part = list(islice(rest, given["count"]))
        rate = run(part, numbers, clients, way)
        best[clients, way] = max(best.get((clients, way), 0.0), rate)
    runs = [{"clients": key[0], "way": key[1], "rate": rate} for key, rate in best.items()]
    balanced = check(given["orders"], numbers)
    print(json.dumps({"runs": runs, "balanced": balanced, "version": version()}))


def set_up() -> None:
    """Django, and the two units that are no currency."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.hordak.settings"
    import moneyed

    for code, name in (("SHR", "shares"), ("QTA", "quota")):
        moneyed.add_currency(code=code, numeric=None, name=name)
    django.setup()


def version() -> str:
    """The installed version."""
    from importlib.metadata import version as installed

    return installed("django-hordak")


def open_accounts(names: list[str]) -> dict[str, int]:
    """All accounts beforehand: making one renumbers the whole tree of accounts."""
    from hordak.models import Account, AccountType

    currencies = list(UNITS.values())
    with Account.objects.delay_mptt_updates():
        for name in names:
            kind = AccountType.asset if name == ".outside" else AccountType.liability
            Account.objects.create(name=name, type=kind, currencies=currencies)
    return dict(Account.objects.values_list("name", "id"))


def run(orders: list[Any], numbers: dict[str, int], clients: int, way: str) -> float:
    """Orders a second, all clients together."""
    go = PROCESSES.Barrier(clients + 1)
    shares = [orders[n::clients] for n in range(clients)]
    processes = [PROCESSES.Process(target=work_off, args=(s, numbers, way, go)) for s in shares]
    for process in processes:
        process.start()
    go.wait()
    start = time.perf_counter()
    go.wait()
    taken = time.perf_counter() - start
    for process in processes:
        process.join()
    return len(orders) / taken


def work_off(orders: list[Any], numbers: dict[str, int], way: str, go: Any) -> None:
    """One client: one transaction an order."""
    set_up()
    from django.db import connection

    connection.ensure_connection()
    go.wait()
    for order in orders:
        WAYS[way](order, numbers)
    go.wait()


def one_by_one(order: list[Posting], numbers: dict[str, int]) -> None:
    """As its documentation shows."""
    from django.db import transaction
    from hordak.models import Leg, Transaction

    with transaction.atomic():
        made = Transaction.objects.create()
        for account, unit, micro in order:
            Leg.objects.create(transaction=made, account_id=numbers[account], **amount(unit, micro))


def in_bulk(order: list[Posting], numbers: dict[str, int]) -> None:
    """All legs in one statement."""
    from django.db import transaction
    from hordak.models import Leg, Transaction

    with transaction.atomic():
        made = Transaction.objects.create()
        Leg.objects.bulk_create(
            Leg(transaction=made, account_id=numbers[account], **amount(unit, micro))
            for account, unit, micro in order
        )


def amount(unit: str, micro: int) -> dict[str, Any]:
    """What is in micro-units for us, as a leg's debit or credit."""
    from moneyed import Money

    side = "credit" if micro > 0 else "debit"
    return {side: Money(Decimal(abs(micro)).scaleb(-6), UNITS[unit])}


def check(orders: list[Any], numbers: dict[str, int]) -> bool:
    """Whether its balance of every account is what the orders moved there."""
    from hordak.models import Account

    moved: dict[tuple[str, str], int] = {}
    for order in orders:
        for account, unit, micro in order:
            place = (account, UNITS[unit])
            moved[place] = moved.get(place, 0) + micro
    held = {
        (account.name, money.currency.code): int(money.amount.scaleb(6)) * account.sign
        for account in Account.objects.with_balances()
        for money in account.balance.monies()
        if money.amount
    }
    return held == {place: micro for place, micro in moved.items() if micro}


WAYS = {"leg by leg": one_by_one, "legs in bulk": in_bulk}

if __name__ == "__main__":
    main()
