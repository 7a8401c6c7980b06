"""The demo's members: every customer of the purchases under an invented name."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import product
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password

from sharemall.demo.purchases import account_of
from sharemall.members.models import Member

NAMES = Path(__file__).parent / "names.toml"
PASSWORD = "demo-2026"  # noqa: S105 printed beside the address of a mall that holds no real money
SEED = 1997
FIRST_PHONE = 19_900_000_000  # the imported customers have no phone; these stand in for one
FIRST_BUYER = 19_800_000_000  # nor have those who buy in the shop
BUYERS = 12
STAFF = "13800000009"
STAFF_NAME = "值班店员"
STAFF_NOTE = ("演示员工：在后台发货", "demo staff: ships orders")


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A member that anyone may be in the demo, and what there is to see with it."""

    name: str
    phone: str
    password: str
    note_zh: str
    note_en: str


# Who can be tried with one click: customers of the file, and one who has not bought yet.
SHOWN = {
    "13800000001": ("08736", "老客户：买得多，V7", "a regular: many purchases, V7"),
    "13800000002": ("00004", "分红额度已用完", "a dividend quota that is used up"),
    "13800000003": (
        "19339",
        "持有最多，V10；支付密码 280619",
        "the largest holding, V10; payment password 280619",
    ),
    "13800000004": (None, "新会员，还没有买过", "new here: nothing bought yet"),
}


def add_members(
    customers: Iterable[str], joined: dict[str, date], time_zone: str, end: datetime
) -> None:
    """Make every customer a member (password unusable) and the demo accounts; again: nothing.

    Those who buy in the shop have joined a while before `end`, the moment the demo is made for:
    the staff's account keeps it, so that a load that was cut off goes on with the same one.
    """
    zone, names = ZoneInfo(time_zone), _names()
    unusable, demo = make_password(None), make_password(PASSWORD)
    shown = {customer: phone for phone, (customer, _, _) in SHOWN.items() if customer}
    members = [
        _member(
            account=account_of(customer),
            name=names[place],
            phone=shown.get(customer, str(FIRST_PHONE + place)),
            password=demo if customer in shown else unusable,
            joined=datetime.combine(joined[customer], time(9), zone),
        )
        for place, customer in enumerate(customers)
    ]
    last = datetime.combine(max(joined.values()), time(12), zone)
    members += [
        _member(
            account=f"demo-{phone}", name=names[-1 - place], phone=phone, password=demo, joined=last
        )
        for place, (phone, (customer, _, _)) in enumerate(SHOWN.items())
        if customer is None
    ]
    members += [
        _member(
            account=f"demo-buyer-{number}",
            name=names[-20 - number],
            phone=buyer_phone(number),
            password=unusable,
            joined=end - timedelta(days=40 + number),
        )
        for number in range(1, BUYERS + 1)
    ]
    staff = _member(
        account=f"demo-{STAFF}", name=STAFF_NAME, phone=STAFF, password=demo, joined=end
    )
    staff.is_staff = True
    Member.objects.bulk_create([*members, staff], batch_size=1000, ignore_conflicts=True)


def buyer_phone(number: int) -> str:
    """The phone of the story's buyer of this number, from 1."""
    return str(FIRST_BUYER + number)


def end_of_story() -> datetime | None:
    """The moment a demo that was begun is made for; None: none was, or by an earlier version."""
    return Member.objects.filter(phone=STAFF).values_list("joined_at", flat=True).first()


def accounts() -> list[DemoAccount]:
    """The accounts to try, in the order to show them."""
    notes = {phone: (note_zh, note_en) for phone, (_, note_zh, note_en) in SHOWN.items()}
    notes[STAFF] = STAFF_NOTE
    names = dict(Member.objects.filter(phone__in=notes).values_list("phone", "name"))
    return [
        DemoAccount(names[phone], phone, PASSWORD, note_zh, note_en)
        for phone, (note_zh, note_en) in notes.items()
        if phone in names
    ]


def _member(*, account: str, name: str, phone: str, password: str, joined: datetime) -> Member:
    return Member(
        account=account,
        name=name,
        phone=phone,
        password=password,
        is_demo=phone in SHOWN or phone == STAFF,
        joined_at=joined,
    )


def _names() -> list[str]:
    """Every surname with every given name, always in the same shuffled order."""
    lists = tomllib.loads(NAMES.read_text(encoding="utf-8"))
    names = ["".join(pair) for pair in product(lists["surnames"], lists["given"])]
    Random(SEED).shuffle(names)  # noqa: S311 a shuffle, no secret
    return names
