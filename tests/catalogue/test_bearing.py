"""What fits is borne: no order leaves a merchant less than its goods cost, but for one fen."""

from hypothesis import assume, given
from hypothesis import strategies as st

from sharemall.catalogue import estimates, fit
from sharemall.catalogue.models import Product, Variant
from sharemall.coupons.discounts import in_scope
from sharemall.coupons.models import Coupon
from sharemall.engine.scheme import Scheme, parse_scheme
from sharemall.merchants.models import NANO, Merchant
from tests.catalogue.test_lowest import NOW, Line, coupons, orders, pay

SCHEME = """
[scheme]
name = "test"
share_cap = "1000000"

[zones.wine]
base = "{wine}"
reserve = "{reserve}"
dividend = "{dividend}"
honor = "{honor}"
[zones.wine.issue]
by = "value"
buyer = "0.70"

[zones.home]
base = "{home}"
reserve = "0.123456789"
[zones.home.issue]
by = "amount"
yuan_per_share = "200"
"""


@st.composite
def schemes(draw: st.DrawFn) -> Scheme:
    parts = draw(st.lists(st.integers(0, NANO // 3), min_size=3, max_size=3))
    base = st.sampled_from(["sales", "profit"])
    reserve, dividend, honor = (f"0.{part:09}" for part in parts)
    text = SCHEME.format(
        wine=draw(base), home=draw(base), reserve=reserve, dividend=dividend, honor=honor
    )
    return parse_scheme(text)


def fits(scheme: Scheme, shop: Merchant, line: Line, cost: int, stack: list[Coupon]) -> bool:
    product = Product(slug="p", zone_id=line.zone, merchant=shop)
    variant = Variant(sku="v", price_fen=line.price_fen, cost_fen=cost)
    own = [one for one in stack if in_scope(one, merchant_key=shop.key, zone_key=line.zone)]
    return not list(fit.misfits_of(scheme, fit.Goods(product, shop, [variant], []), own, NOW))


def dearest(scheme: Scheme, shop: Merchant, line: Line, stack: list[Coupon]) -> int | None:
    """The highest cost that fits, by halving; None if not even 0 does."""
    low, high = -1, line.price_fen
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(scheme, shop, line, middle, stack) else (low, middle - 1)
    return low if low >= 0 else None


@given(
    schemes(),
    st.integers(0, NANO // 2),
    orders(),
    coupons("tea"),
    coupons(),
    st.tuples(st.booleans(), st.booleans(), st.booleans()),
)
def test_an_order_of_goods_that_just_fit_pays_for_them(
    scheme: Scheme,
    commission_nano: int,
    lines: list[Line],
    first: Coupon,
    second: Coupon,
    chances: tuple[bool, bool, bool],
) -> None:
    shop = Merchant(key="tea", commission_nano=commission_nano)
    costs = [dearest(scheme, shop, line, [first, second]) for line in lines]
    goods = [(line, cost) for line, cost in zip(lines, costs, strict=True) if cost is not None]
    assume(goods)
    lines = [line for line, _cost in goods]
    uses_first, uses_second, platform_pays = chances
    paid = pay(lines, *([first] if uses_first else []))
    after = pay(lines, *([first] if uses_first else []), *([second] if uses_second else []))
    subsidy = sum(paid) - sum(after) if platform_pays else 0
    contributions = 0
    for zone, rates in scheme.zones.items():
        own = [place for place, line in enumerate(lines) if line.zone == zone]
        total = sum(after[place] for place in own)
        cost = sum((goods[place][1] or 0) * lines[place].quantity for place in own)
        if total:
            contributions += estimates.contributions_micro(scheme, rates, total, cost)
    worth = sum(after) + subsidy
    commission = -(-worth * commission_nano // NANO)
    due = worth - commission - -(-contributions // estimates.MICRO_PER_FEN)
    assert due >= sum((cost or 0) * line.quantity for line, cost in goods) - 1
