"""The arithmetic of orders: means spread without loss, settlements that add up, shares enough."""

from hypothesis import given
from hypothesis import strategies as st

from sharemall.engine import rules
from sharemall.engine.scheme import parse_scheme
from sharemall.engine.state import Pool
from sharemall.merchants.models import Merchant
from sharemall.orders import amounts
from sharemall.orders.models import Order, OrderLine
from sharemall.payments.models import Payment
from tests.orders.ready import SCHEME

scheme = parse_scheme(SCHEME)
micro = st.integers(1, 10**16)
part_nano = st.integers(0, 999_999_999)


@given(
    totals=st.lists(
        st.tuples(st.lists(st.integers(1, 500), min_size=1, max_size=3), st.integers(0, 50)),
        min_size=1,
        max_size=4,
    ),
    data=st.data(),
)
def test_means_are_split_over_orders_and_coins_over_lines(
    totals: list[tuple[list[int], int]], data: st.DataObject
) -> None:
    orders, lines = [], []
    for number, (prices, freight) in enumerate(totals):
        orders.append(Order(pk=number, total_fen=sum(prices) + freight, freight_fen=freight))
        lines += [OrderLine(order_id=number, quantity=1, price_fen=price) for price in prices]
    left = amount = sum(order.total_fen for order in orders)
    means = {}
    for name in ("coins_fen", "balance_fen", "shares_fen"):
        means[name] = data.draw(st.integers(0, left))
        left -= means[name]
    amounts.split_means(Payment(amount_fen=amount, **means), orders, lines)
    for name, fen in [*means.items(), ("provider_fen", left)]:
        assert sum(getattr(order, name) for order in orders) == fen
    for order in orders:
        parts = (order.coins_fen, order.balance_fen, order.shares_fen, order.provider_fen)
        assert min(parts) >= 0
        assert sum(parts) == order.total_fen
        own = [line for line in lines if line.order_id == order.pk]
        assert all(0 <= line.coins_fen <= line.payable_fen for line in own)
        in_freight = order.coins_fen - sum(line.coins_fen for line in own)
        assert 0 <= in_freight <= order.freight_fen


@st.composite
def an_order(draw: st.DrawFn) -> Order:
    """An order with any coupons, coins and commission, in both zones; its lines are loaded."""
    lines = []
    for _ in range(draw(st.integers(1, 4))):
        quantity, price = draw(st.integers(1, 3)), draw(st.integers(1, 20_000))
        discount = draw(st.integers(0, quantity * price))
        lines.append(
            OrderLine(
                quantity=quantity,
                price_fen=price,
                cost_fen=draw(st.integers(0, 2 * price)),
                discount_fen=discount,
                subsidy_fen=draw(st.integers(0, discount)),
                coins_fen=draw(st.integers(0, quantity * price - discount)),
                zone_key=draw(st.sampled_from(("wine", "home"))),
            )
        )
    freight = draw(st.integers(0, 1_000))
    payable = sum(line.payable_fen for line in lines)
    order = Order(
        pk=1,
        merchant=Merchant(key="farm"),
        commission_nano=draw(part_nano),
        freight_fen=freight,
        total_fen=payable + freight,
        subsidy_fen=sum(line.subsidy_fen for line in lines),
        coins_fen=sum(line.coins_fen for line in lines) + draw(st.integers(0, freight)),
    )
    order._prefetched_objects_cache = {"lines": lines}  # type: ignore[attr-defined]
    return order


@given(order=an_order())
def test_a_settlement_adds_up_and_owes_nobody_less_than_nothing(order: Order) -> None:
    lines = order.lines.all()
    found = amounts.settle(order, scheme)
    assert min(found) >= 0
    assert found.coin_commission_fen <= found.commission_fen
    assert order.total_fen + order.subsidy_fen == (
        found.due_fen + found.contributions_fen + found.commission_fen + order.freight_fen
    )
    cash = found.due_fen + order.freight_fen - (order.coins_fen - found.coin_commission_fen)
    assert cash >= 0
    worth = sum(line.payable_fen for line in lines) + order.subsidy_fen
    assert found.commission_fen <= -(-worth * order.commission_nano // 10**9)
    for sums in amounts.by_zone(order):
        assert sums.paid_fen > 0


@given(
    reserve=micro,
    outstanding=st.integers(10**6, 10**16),
    fee_nano=part_nano,
    cash=st.integers(1, 10**15),
)
def test_as_many_shares_are_sold_as_are_needed_and_one_less_would_not_do(
    reserve: int, outstanding: int, fee_nano: int, cash: int
) -> None:
    pool = Pool(reserve_micro=reserve, outstanding_micro=outstanding)
    fee = f'sell_fee = "0.{fee_nano:09d}"'
    given_scheme = parse_scheme(SCHEME.replace("[zones.wine]", f"{fee}\n[zones.wine]", 1))
    shares = rules.shares_to_raise(pool, given_scheme, cash)
    if shares is None:
        assert rules.sell(pool, given_scheme, outstanding).paid_micro < cash
        return
    assert rules.sell(pool, given_scheme, shares).paid_micro >= cash
    assert shares == 1 or rules.sell(pool, given_scheme, shares - 1).paid_micro < cash


def test_nothing_can_be_raised_where_nothing_is_outstanding_or_the_fee_takes_all() -> None:
    assert rules.shares_to_raise(Pool(), scheme, 1) is None
    all_of_it = parse_scheme(SCHEME.replace("[zones.wine]", 'sell_fee = "1"\n[zones.wine]', 1))
    pool = Pool(reserve_micro=10**9, outstanding_micro=10**9)
    assert rules.shares_to_raise(pool, all_of_it, 1) is None
