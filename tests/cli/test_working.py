"""The worker and the orders: what waits for time to pass is not forgotten."""

import os
from pathlib import Path

import psycopg

from tests.cli.conftest import Run, command, in_database
from tests.cli.test_serving import eventually
from tests.processes import running

AN_EXPIRED_ORDER = """
WITH member AS (
    INSERT INTO members_member
        (password, phone, account, name, is_active, is_staff, is_demo, joined_at)
    VALUES ('!', '13800000000', 'ann', 'Ann', true, false, false, '2026-01-01') RETURNING id
), merchant AS (
    INSERT INTO merchants_merchant
        (key, name_zh, name_en, intro_zh, intro_en, logo, commission_nano, is_open, joined_at)
    VALUES ('platform', '店', 'Shop', '', '', '', 0, true, '2026-01-01') RETURNING key
), zone AS (
    INSERT INTO catalogue_zone (key, name_zh, name_en, tagline_zh, tagline_en, colour, tint, icon,
        picture, position, on_sale)
    VALUES ('wine', '酒', 'Wine', '', '', '#000000', '#ffffff', 'wine', '', 0, true) RETURNING key
), product AS (
    INSERT INTO catalogue_product (slug, kind, merchant_id, zone_id, name_zh, name_en, subtitle_zh,
        subtitle_en, description_zh, description_en, specs, options, unit_zh, unit_en, price_fen,
        returnable_days, picture, position, on_sale, sold, rating_sum, rating_count, terms,
        created_at)
    SELECT 'red', 'goods', merchant.key, zone.key, '酒', 'Red', '', '', '', '', '[]', '[]', '瓶',
        'bottle', 10000, 7, '', 0, true, 0, 0, 0, '{}', '2026-01-01' FROM merchant, zone
    RETURNING id
), variant AS (
    INSERT INTO catalogue_variant (product_id, sku, choice, name_zh, name_en, price_fen, cost_fen,
        stock, weight_grams, picture, on_sale, position)
    SELECT id, 'red', '{}', '', '', 10000, 4000, 7, 0, '', true, 0 FROM product
    RETURNING id, product_id
), payment AS (
    INSERT INTO payments_payment (no, member_id, amount_fen, coins_fen, balance_fen, shares_fen,
        shares_micro, wallet, attempt, refused_code, provider, way, status, created_at)
    SELECT '1', id, 20000, 0, 0, 0, 0, 'none', 0, '', 'sandbox', 'page', 'pending', '2026-01-01'
    FROM member RETURNING id
), placed AS (
    INSERT INTO orders_order (no, member_id, merchant_id, payment_id, key, status, goods_fen,
        discount_fen, subsidy_fen, freight_fen, total_fen, coins_fen, balance_fen, shares_fen,
        provider_fen, refunded_fen, contributions_fen, commission_fen, coin_commission_fen,
        due_fen, ship_name, ship_phone, ship_district, ship_detail, remark, carrier, tracking_no,
        scheme_version, placed_at, expires_at, cancel_reason, refunded_coins_fen,
        freight_refunded_fen, subsidy_back_fen, open_cases)
    SELECT '1', member.id, merchant.key, payment.id, gen_random_uuid(), 'unpaid', 20000,
        0, 0, 0, 20000, 0, 0, 0, 0, 0, 0, 0, 0, 0, '', '', '', '', '', '', '',
        1, '2026-01-01', '2026-01-01', '', 0, 0, 0, 0 FROM member, merchant, payment RETURNING id
)
INSERT INTO orders_orderline (order_id, position, product_id, variant_id, zone_key, name_zh,
    name_en, variant_zh, variant_en, picture, quantity, price_fen, cost_fen, discount_fen,
    subsidy_fen, coins_fen, limited, returnable_days, refunded_quantity, returned_quantity,
    refunded_fen, subsidy_back_fen, goodwill_fen)
SELECT placed.id, 1, variant.product_id, variant.id, 'wine', '酒', 'Red', '', '', '', 2, 10000,
    4000, 0, 0, 0, false, 7, 0, 0, 0, 0, 0 FROM placed, variant
"""
HOW_IT_ENDED = """
SELECT o.status, o.cancel_reason, p.status, t.stock
FROM orders_order o JOIN payments_payment p ON p.id = o.payment_id, catalogue_variant t
WHERE o.status <> 'unpaid'
"""


def row(database: str, statement: str) -> tuple[object, ...] | None:
    """The first row of a statement, run by the owner."""
    url = in_database(os.environ["DATABASE_URL"], database)
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchone() if cursor.description else None


def test_a_worker_closes_unpaid_orders_and_puts_their_stock_back(
    env: dict[str, str], run: Run, database: str, scheme: Path, events: Path
) -> None:
    assert run("journal", "import", str(scheme), str(events)).returncode == 0
    row(database, AN_EXPIRED_ORDER)
    with running(command("worker"), env):
        ended = eventually(lambda: row(database, HOW_IT_ENDED))
    assert ended == ("cancelled", "expired", "closed", 9)


def test_a_worker_verifies_the_ledger_after_it_has_closed_days(
    env: dict[str, str], run: Run, database: str, scheme: Path, events: Path
) -> None:
    until_the_close = events.read_text().splitlines()[:3]
    events.write_text("\n".join(until_the_close))
    assert run("journal", "import", str(scheme), str(events)).returncode == 0
    with running(command("worker"), env):
        verified = eventually(lambda: row(database, "SELECT position FROM ledger_verification"))
    assert verified == (4,)
