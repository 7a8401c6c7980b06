"""A mall of so many members and as many orders, each with its sale in the journal."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from bench.sales import append

DAYS = 5  # business days that the sales spread over, each closed
LAST_DAY = date(2026, 3, 31)
NOW = datetime(2026, 4, 1, 4, tzinfo=UTC)
FIRST_NO = 260_101_000_000_000_000  # orders' numbers have eighteen digits
SPREAD = timedelta(days=300)

MEMBERS = """
INSERT INTO members_member (password, phone, account, name, is_active, is_staff, is_demo, joined_at)
SELECT '!', '1' || (3000000000 + n)::text, 'member-' || n, 'Member ' || n, true, false, false,
       %(now)s::timestamptz - %(spread)s::interval * (%(count)s - n) / %(count)s
FROM generate_series(1, %(count)s) n
"""
PAYMENTS = """
INSERT INTO payments_payment (no, member_id, amount_fen, coins_fen, balance_fen, shares_fen,
    shares_micro, wallet, attempt, refused_code, provider, way, status, trade_no, created_at,
    paid_at)
SELECT 'P' || n, m.id, 10000, 0, 0, 0, 0, 'none', 1, '', 'sandbox', 'page', 'succeeded',
       'trade-' || n, m.joined_at, m.joined_at
FROM generate_series(1, %(count)s) n JOIN members_member m ON m.account = 'member-' || n
ORDER BY n
"""
ORDERS = """
INSERT INTO orders_order (no, member_id, merchant_id, payment_id, key, status, goods_fen,
    discount_fen, subsidy_fen, freight_fen, total_fen, coins_fen, balance_fen, shares_fen,
    provider_fen, refunded_fen, refunded_coins_fen, freight_refunded_fen, subsidy_back_fen,
    open_cases, contributions_fen, commission_fen, coin_commission_fen, due_fen, ship_name,
    ship_phone, ship_district, ship_detail, remark, carrier, tracking_no, scheme_version,
    placed_at, expires_at, paid_at, shipped_at, received_at, returnable_until, completed_at,
    cancel_reason)
SELECT (%(first)s + substr(p.no, 2)::bigint)::text, p.member_id, 'farm', p.id, gen_random_uuid(),
       'completed', 10000, 0, 0, 0, 10000, 0, 0, 0, 10000, 0, 0, 0, 0, 0, 6000, 500, 0, 3500,
       'N', '13800000000', '', '', '', '', '', 1, p.created_at, p.created_at, p.paid_at,
       p.paid_at, p.paid_at, p.paid_at, p.paid_at, ''
FROM payments_payment p ORDER BY p.id
"""
LINES = """
INSERT INTO orders_orderline (order_id, position, product_id, variant_id, zone_key, name_zh,
    name_en, variant_zh, variant_en, picture, quantity, price_fen, cost_fen, discount_fen,
    subsidy_fen, coins_fen, limited, returnable_days, refunded_quantity, returned_quantity,
    refunded_fen, subsidy_back_fen, goodwill_fen)
SELECT id, 1, %(product)s, %(variant)s, 'shop', '货', 'Goods', '', '', '', 1, 10000, 3000, 0, 0, 0,
       false, 0, 0, 0, 0, 0, 0
FROM orders_order ORDER BY id
"""


def fill(count: int) -> None:
    """Members, orders and, through the writer, their sales: a part a day, each day closed."""
    from django.db import connection

    goods = goods_of_shop()
    values: dict[str, Any] = {"count": count, "now": NOW, "spread": SPREAD, "first": FIRST_NO}
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for statement in (MEMBERS, PAYMENTS, ORDERS, LINES):
            cursor.execute(statement, values | goods)
        cursor.execute("SET session_replication_role = DEFAULT")
    for number in range(DAYS):
        _trade(count, number)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def no(number: int) -> str:
    """The number of an order, from 1."""
    return str(FIRST_NO + number)


def day(number: int) -> date:
    """A business day, from 0."""
    return LAST_DAY - timedelta(days=DAYS - 1 - number)


def goods_of_shop() -> dict[str, Any]:
    from bench.orders_shop import fill as fill_shop
    from sharemall.catalogue.models import Variant

    fill_shop()
    variant = Variant.objects.order_by("pk")[0]
    return {"product": variant.product_id, "variant": variant.pk}


def _trade(count: int, number: int) -> None:
    """The sales of one day, some that are refused, and its close."""
    from sharemall.ledger import events, tallies, writer

    at = f"{day(number)}T12:00:00+08:00"
    append(
        events.sale(
            id=f"order-{no(n)}-shop",
            at=at,
            member=f"member-{n}",
            referrer=f"member-{n // 7 + 1}" if n % 3 == 0 and n > 9 else None,
            merchant="farm",
            zone="shop",
            paid_fen=10_000,
        )
        for n in range(number + 1, count + 1, DAYS)
    )
    append(
        events.sell(
            id=f"sell-member-{n}-{number}", at=at, member=f"member-{n}", shares_micro=10**15
        )
        for n in range(1, 20)
    )
    writer.drain()
    append([events.close_day(at=f"{day(number)}T23:59:59+08:00", day=day(number))])
    writer.drain()
    tallies.add_up_due()
