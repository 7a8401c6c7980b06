"""The demo: real purchases through the journal's own writer, moved to the present."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from sharemall.catalogue.models import Product, Zone
from sharemall.demo import loader, people, purchases
from sharemall.ledger import selectors
from sharemall.ledger.models import Day, Event
from sharemall.members.models import Member
from tests.ledger.helpers import assert_equal_to_replay

ANCHOR = date(2026, 11, 22)


def test_the_file_holds_the_purchases_that_were_paid_for() -> None:
    rows = purchases.purchases()
    assert len(rows) == 6911
    assert len({row.customer for row in rows}) == 2349
    assert sum(row.paid_fen for row in rows) == 24_409_194


@pytest.mark.parametrize("anchor", [ANCHOR + timedelta(days=days) for days in range(8)])
def test_the_last_purchase_moves_into_the_week_before_the_anchor(anchor: date) -> None:
    last = date(1998, 6, 30)
    moved = last + purchases.shift_to(last, anchor)
    assert timedelta(days=1) <= anchor - moved <= timedelta(days=7)
    assert moved.weekday() == last.weekday()


@pytest.mark.django_db(transaction=True)
def test_a_load_that_was_cut_off_goes_on_where_it_was(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rows = purchases.purchases()[:400]
    monkeypatch.setattr(purchases, "purchases", lambda: rows)

    def cut_off(what: str, done: int, total: int) -> None:
        if what == "days" and done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        loader.load(cut_off, ANCHOR)
    assert not loader.loaded()
    loader.load(lambda what, done, total: None, ANCHOR + timedelta(days=30))
    assert loader.loaded()
    state = assert_equal_to_replay(tmp_path)
    assert len(state["days"]) == (rows[-1].day - rows[0].day).days + 1 == Day.objects.count()
    assert len(state["members"]) == len({row.customer for row in rows})
    last = Event.objects.get(id=f"cdnow-{rows[-1].number}")
    assert str(rows[-1].day + purchases.shift_to(rows[-1].day, ANCHOR)) in last.payload
    _the_shop_is_complete()


def _the_shop_is_complete() -> None:
    assert Product.objects.count() == 24
    assert all(product.picture for product in Product.objects.all())
    zones = selectors.scheme().zones
    assert {zone.key for zone in Zone.objects.all()} == set(zones)
    assert [zone.key for zone in Zone.objects.filter(on_sale=False)] == [purchases.ZONE]
    customers = Member.objects.filter(account__startswith="cdnow-")
    assert not any(member.has_usable_password() for member in customers.filter(is_demo=False))
    shown = people.accounts()
    assert all(Member.objects.get(phone=one.phone).check_password(one.password) for one in shown)
    assert any(one.note_en for one in shown)
