"""A published change takes effect: in the journal, in the goods on sale, in what orders earn."""

import logging
from datetime import timedelta
from pathlib import Path

import pytest

from sharemall.catalogue import products
from sharemall.catalogue.errors import DoesNotFit, UnknownZone
from sharemall.catalogue.models import Product
from sharemall.cli import working
from sharemall.ledger import journal, writer
from sharemall.ledger import selectors as ledger
from sharemall.ledger.models import Day
from sharemall.orders import life
from sharemall.orders.models import Order
from sharemall.orders.refusals import Refusal, Refused
from sharemall.schemes import effect
from sharemall.schemes.models import Change
from tests.ledger.helpers import assert_equal_to_replay
from tests.orders import shop
from tests.schemes import given
from tests.schemes.given import NOW, WEEK, fresh

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
MINUTES = timedelta(minutes=5)


@pytest.fixture(autouse=True)
def _mall() -> None:
    given.open_mall()


def dear() -> Change:
    """A published change after which wine hands over 85 of 100."""
    return given.published(given.with_zone(given.today(), "wine", dividend="0.50"))


def test_nothing_happens_before_its_moment() -> None:
    given.published()
    assert effect.take_effect_due(NOW + WEEK - SECOND) == 0
    assert ledger.scheme_version() == 1


def test_at_its_moment_it_enters_the_journal_once_and_is_in_force() -> None:
    change = given.published()
    assert effect.take_effect_due(NOW + WEEK) == 1
    assert effect.take_effect_due(NOW + WEEK) == 0
    change = fresh(change)
    assert (change.state, change.version) == ("in_force", 2)
    assert change.journalled_at == change.in_force_at == change.settled_at == NOW + WEEK
    event = journal.find(f"scheme-change-{change.pk}")
    assert event is not None
    assert event["toml"] == change.toml
    assert ledger.scheme().zones["wine"].dividend_nano == 120_000_000


def test_the_workers_round_does_it() -> None:
    change = given.published()
    working.do_round(NOW + WEEK)
    assert fresh(change).state == "in_force"


def test_a_later_change_supersedes_it() -> None:
    first = given.in_force()
    later = NOW + WEEK
    second = given.in_force(given.with_zone(given.today(), "wine", quota="1"), now=later)
    assert (fresh(first).state, second.state, second.version) == ("superseded", "in_force", 3)


@pytest.mark.django_db(transaction=True)
def test_what_was_granted_stays_and_orders_keep_the_version_they_were_paid_under(
    tmp_path: Path,
) -> None:
    given.feed(given.sale("1", "zoe", 1_000), given.close(NOW))
    before = ledger.balance("zoe")
    given.in_force(given.with_zone(given.today(), "wine", quota="0", dividend="0"))
    assert ledger.balance("zoe") == before
    later = NOW + WEEK + SECOND
    given.feed(
        given.sale("2", "yan", 1_000, at=later, scheme=1),
        given.sale("3", "xia", 1_000, at=later, scheme=2),
    )
    assert ledger.balance("yan").quota_micro == 2_000_000_000
    assert ledger.balance("xia").quota_micro == 0
    assert_equal_to_replay(tmp_path)


@pytest.mark.django_db(transaction=True)
def test_days_that_were_over_are_closed_by_the_rules_they_had(tmp_path: Path) -> None:
    given.feed(given.sale("1", "zoe", 1_000))
    given.in_force()
    closed = Day.objects.get()
    assert closed.day.isoformat() == "2026-03-02"
    version = ledger.outcome(Change.objects.get().event_id or "")
    assert version is not None
    assert closed.position < version.position
    assert_equal_to_replay(tmp_path)


def test_goods_that_do_not_fit_go_off_sale_and_are_listed_with_their_figures() -> None:
    tight, wide = shop.a_product("tight"), shop.a_product("wide", cost_fen=500)
    change = dear()
    assert Product.objects.filter(on_sale=True).count() == 2
    effect.take_effect_due(NOW + WEEK)
    assert list(Product.objects.filter(on_sale=True)) == [wide]
    row = change.taken_off.get()
    assert (row.product, row.sku, row.zone_gone) == (tight, "tight", False)
    assert (row.lowest_fen, row.cost_fen, row.contributions_fen, row.over_fen) == (
        *(10_000, 4_000, 8_500),
        2_500,
    )
    with pytest.raises(DoesNotFit):
        products.put_on_sale(product_id=tight.pk, now=NOW + WEEK)


def test_a_running_flash_price_and_the_commission_count() -> None:
    flashing = shop.a_product("flashing", cost_fen=4_000)
    shop.a_flash_price(flashing, price_fen=7_500, starts_at=NOW, ends_at=NOW + 2 * WEEK)
    farm = shop.a_product("farm", cost_fen=5_000, merchant_id="farm")
    change = given.in_force(given.with_zone(given.today(), "wine", dividend="0.12"))
    over = {row.product: row.over_fen for row in change.taken_off.all()}
    # 7 500 − 4 000 − 47 % of 7 500; 10 000 − 5 000 − 47 % − 5 % of 10 000.
    assert over == {flashing: 25, farm: 200}


def test_a_zone_that_goes_takes_its_goods_off_sale() -> None:
    kettle = shop.a_product("kettle", zone_id="home")
    change = given.in_force(given.without_zone(given.today(), "home"))
    row = change.taken_off.get()
    assert (row.product, row.zone_key, row.zone_gone) == (kettle, "home", True)
    assert not Product.objects.get(pk=kettle.pk).on_sale
    with pytest.raises(UnknownZone):
        products.put_on_sale(product_id=kettle.pk, now=NOW + WEEK)


def test_goods_off_sale_and_goods_that_fit_are_left_alone() -> None:
    shop.a_product("resting", on_sale=False)
    shop.a_product("wide", cost_fen=500)
    dear()
    effect.take_effect_due(NOW + WEEK)
    assert not Change.objects.get().taken_off.exists()


@pytest.mark.django_db(transaction=True)
def test_orders_that_no_longer_fit_are_paid_and_completed_by_the_rates_they_were_placed_under(
    tmp_path: Path,
) -> None:
    ann, before = shop.a_member(), NOW + WEEK - MINUTES
    tight, wide = (shop.a_product(slug, cost_fen=cost) for slug, cost in [("t", 4_000), ("w", 500)])
    orders = [shop.place(ann, product, now=before) for product in (tight, wide)]
    dear()
    effect.take_effect_due(NOW + WEEK)
    assert [shop.pay(order, now=NOW + WEEK + MINUTES) for order in orders] == ["paid", "paid"]
    for order in orders:
        life.ship(no=order.no, carrier="顺丰", tracking_no="SF1", now=NOW + WEEK + MINUTES)
        life.receive(member=ann, no=order.no, now=NOW + WEEK + MINUTES)
    life.complete_due(NOW + 3 * WEEK)
    writer.drain()
    found = Order.objects.order_by("id").values_list(
        "scheme_version", "contributions_fen", "due_fen"
    )
    assert list(found) == [(1, 4_500, 5_500), (2, 8_500, 1_500)]
    assert_equal_to_replay(tmp_path)


def test_what_does_not_fit_is_not_ordered_a_moment_before_it_goes_off_sale() -> None:
    ann, tight = shop.a_member(), shop.a_product("tight")
    dear()
    effect.take_effect_due(NOW + WEEK)
    # As one put on sale while the change took effect, which the round has not come to.
    Product.objects.update(on_sale=True)
    with pytest.raises(Refused) as refused:
        shop.place(ann, tight, now=NOW + WEEK)
    assert refused.value.refusal == Refusal.NOT_ON_SALE
    assert not Order.objects.exists()


def test_a_refused_event_leaves_everything_as_it_was_and_is_an_alert(
    caplog: pytest.LogCaptureFixture,
) -> None:
    shop.a_product("tight")
    change = dear()
    given.tampered(change, change.toml.replace('"1000000"', '"2000000"'))
    with caplog.at_level(logging.ERROR):
        effect.take_effect_due(NOW + WEEK)
    change = fresh(change)
    assert (change.state, change.refusal, change.version) == ("refused", "bad_scheme", None)
    assert "bad_scheme" in caplog.text
    assert Product.objects.filter(on_sale=True).exists()
    assert ledger.scheme_version() == 1
    assert effect.take_effect_due(NOW + 2 * WEEK) == 0
