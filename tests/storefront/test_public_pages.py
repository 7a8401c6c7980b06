"""Pages that anybody may see: transparency, its days, the honour hall, the rules in words."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from html import unescape

import pytest
from django.http import HttpResponse
from django.test import Client

from sharemall.catalogue.models import Zone
from sharemall.ledger import selectors as ledger
from sharemall.ledger.models import Verification
from sharemall.referral import depths
from tests.equity import mall
from tests.equity.mall import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db

PAGES = ("/honour/", "/transparency/", "/transparency/days/", "/how-it-works/")


@pytest.fixture(autouse=True)
def _mall() -> None:
    mall.open_mall()
    Zone.objects.create(key="wine", name_zh="酒水", name_en="Wine")


def text(response: HttpResponse) -> str:
    return unescape(response.content.decode())


def exact(micro: int) -> str:
    return f"{micro // 1_000_000:,}.{micro % 1_000_000:06d}"


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_everybody_sees_them_before_and_after_the_first_sale(
    client: Client, address: str, language: str
) -> None:
    client.cookies["django_language"] = language
    for _ in range(2):
        response = client.get(address)
        assert response.status_code == 200
        assert f'lang="{language}"' in text(response)
        assert 'style="' not in text(response)
        mall.days_of_trade(2, "ann", "bob")


@pytest.mark.parametrize(
    ("address", "most"),
    [("/honour/", 12), ("/transparency/", 14), ("/transparency/days/", 8), ("/how-it-works/", 8)],
)
def test_they_take_few_queries_however_many_days_there_are(
    client: Client,
    address: str,
    most: int,
    django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    mall.days_of_trade(12, "ann", "bob")
    client.get("/zones/")  # the process has read the frame
    with django_assert_max_num_queries(most):
        client.get(address)


def test_the_price_is_shown_as_the_fraction_that_it_is(client: Client) -> None:
    mall.days_of_trade(2, "ann", "bob")
    pool = ledger.pool()
    page = text(client.get("/transparency/"))
    assert f"¥{exact(pool.reserve_micro)}" in page
    assert exact(pool.outstanding_micro) in page
    assert f"¥{pool.price_micro // 1_000_000}.{pool.price_micro % 1_000_000 // 100:04d}" in page


def test_paid_over_granted_is_what_the_ledger_has(client: Client) -> None:
    mall.days_of_trade(4, "ann", "bob")
    pool = ledger.pool()
    share = pool.quota_paid_micro * 10_000 // pool.quota_granted_micro
    shown = f"{share // 100}.{share % 100:02d}%"
    assert shown in text(client.get("/transparency/"))
    assert shown in text(client.get("/how-it-works/"))


def test_the_last_verified_position_is_shown_with_its_fingerprint(client: Client) -> None:
    mall.feed(mall.sale("ann", 100))
    assert "尚未校验" in text(client.get("/transparency/"))
    Verification.objects.create(position=1, hash=b"\xab\xcd" * 16, verified_at=NOW)
    page = text(client.get("/transparency/"))
    assert "abcdabcd abcdabcd" in page
    assert "第 1 条，共 1 条" in page


@pytest.mark.django_db(transaction=True)
def test_the_greatest_paid_depth_is_shown_once_it_was_looked_up(client: Client) -> None:
    mall.feed(mall.sale("ann", 100), mall.sale("bob", 100) | {"referrer": "ann"})
    assert "最大层级" not in text(client.get("/transparency/"))
    assert depths.check(NOW).is_one_level
    page = " ".join(re.sub(r"<[^>]+>", " ", text(client.get("/transparency/"))).split())
    assert "推荐奖励到达的最大层级 1" in page
    assert "1 笔推荐奖励中，发给直接推荐人以外的 0" in page


def test_the_days_page_back_to_the_first(client: Client) -> None:
    mall.days_of_trade(40, "ann")
    page = text(client.get("/transparency/days/"))
    assert str(FIRST_DAY) not in page
    older = page.split('href="?before=')[1].split('"')[0]
    assert older == str(FIRST_DAY + timedelta(days=9))
    assert str(FIRST_DAY) in text(client.get(f"/transparency/days/?before={older}"))
    assert client.get("/transparency/days/?before=never").status_code == 404


def test_a_signed_in_member_finds_its_own_rank(client: Client) -> None:
    mall.feed(mall.sale("ann", 100))
    assert "您在这里" not in text(client.get("/honour/"))
    client.force_login(mall.a_member("ann"))
    assert text(client.get("/honour/")).count("您在这里") == 1


def test_the_rules_say_the_arithmetic_of_every_zone(client: Client) -> None:
    page = text(client.get("/how-it-works/"))
    assert "酒水" in page
    assert "“home”（商城未展示）" in page
    for figure in ("¥21.00", "¥18.90", "¥5.1731", "15%"):
        assert figure in page
