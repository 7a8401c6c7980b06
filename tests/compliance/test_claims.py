"""Claims that no consumer text may make."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.db import ProgrammingError, transaction
from pytest_django import DjangoAssertNumQueries

import sharemall
from sharemall.compliance import claims, services
from sharemall.compliance.models import BlockedClaim

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, tzinfo=UTC)
REQUIRED = ["只涨不跌", "稳赚", "保本", "零风险", "消费等于赚钱", "你消费我还钱", "白嫖", "躺赚"]


@pytest.mark.parametrize("claim", REQUIRED)
def test_every_claim_that_the_law_calls_for_is_found_and_named(claim: str) -> None:
    assert claims.check(f"今日特价，{claim}，先到先得！") == [claim]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("只 涨 不 跌", "只涨不跌"),
        ("只-涨-不-跌", "只涨不跌"),
        ("稳·赚", "稳赚"),
        ("零\u200b风\u200b险", "零风险"),
        ("零　风　险", "零风险"),
        ("躺*赚", "躺赚"),
        ("穩賺", "穩賺"),
        ("RISK-FREE shopping", "risk-free"),
        ("Risk free shopping", "risk-free"),
        ("ｒｉｓｋ－ｆｒｅｅ", "risk-free"),
        ("a price that Only   Rises", "only rises"),
        ("Returns GUARANTEED", "guaranteed"),
    ],
)
def test_a_claim_spelt_apart_or_otherwise_is_found(text: str, found: str) -> None:
    assert claims.check(text) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "干红葡萄酒 750ml，单宁柔和，果香浓郁。",
        "绿色环保。本品可降解。",
        "第一行环保\n本品第二行",
        "Dry red wine, 13.5% vol. Free of any additives; no risk of breakage in transit.",
        "公式价，扣除手续费后可能不足此数。",
    ],
)
def test_honest_texts_pass(text: str) -> None:
    assert claims.check(text) == []


def test_several_claims_are_all_named_in_the_order_of_the_list() -> None:
    assert claims.check("躺赚！保本！只涨不跌！") == ["只涨不跌", "保本", "躺赚"]


def test_the_operator_can_add_a_phrase_once() -> None:
    text = "买就送钱"
    assert claims.check(text) == []
    for _ in range(2):
        services.block_claim(phrase=" 送钱 ", now=NOW)
    assert claims.check(text) == ["送钱"]


@pytest.mark.parametrize("phrase", ["", "  ", "·", "- -", "\u200b"])
def test_a_phrase_that_would_refuse_every_text_cannot_be_added(phrase: str) -> None:
    with pytest.raises(ValueError, match="empty"):
        services.block_claim(phrase=phrase, now=NOW)
    assert claims.check("任何文字") == []


def test_nobody_takes_a_claim_off_the_list_or_changes_it() -> None:
    services.block_claim(phrase="天天涨", now=NOW)
    rows = BlockedClaim.objects.all()
    for shortened in (rows.delete, lambda: rows.update(phrase="别的")):
        with pytest.raises(ProgrammingError, match="never shortened"), transaction.atomic():
            shortened()
    assert claims.check("天天涨") == ["天天涨"]


def test_texts_are_refused_with_every_claim_that_one_of_them_makes() -> None:
    with pytest.raises(claims.BlockedClaims) as refusal:
        claims.refuse(["好茶", "稳赚", "", "Guaranteed 稳赚"])
    assert refusal.value.words == ["稳赚", "guaranteed"]


def test_the_end_of_one_text_and_the_start_of_the_next_make_no_claim(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(1):
        claims.refuse(["又快又稳", "赚足口碑", "又快又稳"])
    with django_assert_num_queries(0):
        claims.refuse(["", ""])


def test_no_text_of_the_mall_itself_makes_such_a_claim() -> None:
    folder = Path(sharemall.__file__).parent / "locale"
    catalogues = sorted(folder.glob("*/*/LC_MESSAGES/django.po"))
    assert catalogues
    for path in catalogues:
        with path.open("rb") as file:
            for message in read_po(file, locale="zh_Hans"):
                strings = [message.id, message.string]
                for text in strings:
                    parts = text if isinstance(text, list | tuple) else [text]
                    assert [claims.check(str(part)) for part in parts] == [[]] * len(parts), parts
