"""`sharemall migrate`: besides tables and rights, what goods are found by."""

import os

import psycopg

from tests.cli.conftest import Run, as_superuser, in_database

# A product as an earlier version saved it.
MERCHANT = """
INSERT INTO merchants_merchant (key, name_zh, name_en, intro_zh, intro_en, logo, commission_nano,
    is_open, return_to, joined_at)
VALUES ('platform', '自营店', 'Shop', '', '', '', 0, true, '{}', now())
"""
ZONE = """
INSERT INTO catalogue_zone (key, name_zh, name_en, tagline_zh, tagline_en, colour, tint, icon,
    picture, position, on_sale)
VALUES ('wine', '酒水', 'Drinks', '', '', '#000000', '#ffffff', 'wine', '', 0, true)
"""
PRODUCT = """
INSERT INTO catalogue_product (slug, kind, merchant_id, zone_id, name_zh, name_en, subtitle_zh,
    subtitle_en, description_zh, description_en, specs, options, unit_zh, unit_en, price_fen,
    returnable_days, picture, position, on_sale, sold, rating_sum, rating_count, terms, created_at)
VALUES ('red', 'goods', 'platform', 'wine', '赤霞珠', 'Cabernet', '', '', '', '', '[]', '[]', '瓶',
    'bottle', 1, 7, '', 0, true, 0, 0, 0, '{old}', now())
"""


def terms(database: str) -> list[str]:
    with psycopg.connect(in_database(os.environ["DATABASE_URL"], database)) as connection:
        row = connection.execute("SELECT terms FROM catalogue_product").fetchone()
    assert row is not None
    found: list[str] = row[0]
    return found


def test_goods_of_an_earlier_version_are_found_after_it(run: Run, database: str) -> None:
    for statement in (MERCHANT, ZONE, PRODUCT, "DELETE FROM catalogue_searchedition"):
        as_superuser(statement, database)
    ended = run("migrate", "--quiet")
    assert ended.returncode == 0, ended.stderr
    assert {"cabernet", "赤霞"} < set(terms(database))
    assert "old" not in terms(database)


def test_goods_that_are_up_to_date_stay_as_they_are(run: Run, database: str) -> None:
    for statement in (MERCHANT, ZONE, PRODUCT):
        as_superuser(statement, database)
    assert run("migrate", "--quiet").returncode == 0
    assert terms(database) == ["old"]
