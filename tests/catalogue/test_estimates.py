"""Estimates say what the ledger then does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharemall.catalogue import estimates
from sharemall.catalogue.models import Zone
from sharemall.engine.scheme import parse_scheme
from sharemall.ledger import selectors as ledger
from sharemall.ledger.values import PoolView
from sharemall.merchants.models import PLATFORM
from tests.catalogue.goods import (
    COLOURS,
    SCHEME,
    a_draft,
    a_merchant,
    a_product,
    buy,
    open_mall,
)


@pytest.mark.django_db
@pytest.mark.parametrize(("zone", "quantity"), [("wine", 1), ("wine", 3), ("home", 5)])
def test_an_estimate_is_what_the_purchase_brings_if_it_completes_at_once(
    zone: str, quantity: int
) -> None:
    open_mall()
    buy("early", "300")
    product = a_product(zone_id=zone)
    before = ledger.pool()
    estimate = estimates.of_product(product, quantity)
    assert estimate is not None
    buy("ann", str(100 * quantity), zone=zone, cost=str(40 * quantity))
    balance, after = ledger.balance("ann"), ledger.pool()
    assert balance.shares_micro == estimate.shares_micro > 0
    assert balance.quota_micro == estimate.quota_micro
    assert after.reserve_micro - before.reserve_micro == estimate.reserve_micro
    assert after.dividend_fund_micro - before.dividend_fund_micro == estimate.dividend_micro
    assert after.honor_fund_micro - before.honor_fund_micro == estimate.honour_micro


@pytest.mark.django_db
def test_selling_at_once_pays_much_less_than_was_paid_and_the_estimate_says_so() -> None:
    open_mall()
    buy("early", "300")
    estimate = estimates.of_product(a_product())
    assert estimate is not None
    # ¥100: 30 into the reserve, shares worth 21, a tenth of it the fee.
    assert 20_999_000 <= estimate.value_micro <= 30_000_000
    assert estimate.sold_micro == estimate.value_micro - estimate.fee_micro
    assert estimate.sold_micro * 10 <= estimate.value_micro * 9
    assert estimate.sold_micro < estimate.paid_micro


@pytest.mark.django_db
def test_there_is_no_estimate_without_a_ledger_or_outside_the_scheme() -> None:
    Zone.objects.create(key="toys", name_zh="玩具", name_en="Toys")
    a_merchant(PLATFORM)
    product = a_product(zone_id="toys", on_sale=False)
    assert estimates.of_product(product) is None
    open_mall()
    assert estimates.of_product(product) is None


@pytest.mark.django_db
def test_an_estimate_is_of_the_cheapest_variant_on_sale_or_of_the_chosen_one() -> None:
    open_mall()
    drafts = [
        a_draft("r", 0, price_fen=11_000),
        a_draft("w", 1, price_fen=10_000),
    ]
    product = a_product(variants=drafts, options=[COLOURS])
    red = product.variants.get(sku="r")
    assert _paid(estimates.of_product(product, 2)) == 200_000_000
    assert _paid(estimates.of_product(product, 2, variant=red)) == 220_000_000
    assert _paid(estimates.of_product(product, 2, variant=red, price_fen=9_000)) == 180_000_000
    product.variants.update(on_sale=False)
    assert estimates.of_product(product) is None


def _paid(estimate: estimates.Estimate | None) -> int:
    assert estimate is not None
    return estimate.paid_micro


@given(
    paid_fen=st.integers(1, 10**10),
    reserve_micro=st.integers(0, 10**15),
    outstanding_micro=st.integers(1_000_000, 10**15),
)
def test_no_estimate_promises_more_than_the_purchase_put_in(
    paid_fen: int, reserve_micro: int, outstanding_micro: int
) -> None:
    scheme = parse_scheme(SCHEME.replace('"1000000"', '"1000000000000"'))
    pool = _pool(reserve_micro + outstanding_micro, outstanding_micro)
    estimate = estimates.of_sale(pool, scheme, scheme.zones["wine"], paid_fen, 0)
    assert estimate.sold_micro <= estimate.value_micro <= estimate.reserve_micro


def _pool(reserve_micro: int, outstanding_micro: int) -> PoolView:
    return PoolView(
        reserve_micro=reserve_micro,
        outstanding_micro=outstanding_micro,
        treasury_micro=0,
        issued_micro=outstanding_micro,
        dividend_fund_micro=0,
        dividend_carry_micro=0,
        honor_fund_micro=0,
        honor_carry_micro=(0,) * 10,
        unassigned_micro=0,
        coins_micro=0,
        quota_granted_micro=0,
        quota_paid_micro=0,
        position=0,
        last_closed=None,
        initial_price_micro=1_000_000,
    )
