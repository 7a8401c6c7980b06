"""Merchants and their rules: saved, changed, refused."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import FieldDoesNotExist, ValidationError

from sharemall.compliance.claims import BlockedClaims
from sharemall.merchants import selectors, services
from sharemall.merchants.models import FreightRule, Merchant
from tests.merchants.test_freight import ELSEWHERE, NEAR

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def a_merchant(key: str = "tea", **fields: Any) -> Merchant:
    given = {"name_zh": "山里茶", "name_en": "Mountain tea", "commission_nano": 50_000_000}
    return services.save_merchant(key=key, now=NOW, **(given | fields))


def test_a_merchant_is_made_and_changed_by_its_key() -> None:
    a_merchant(intro_zh="一叶一味")
    services.save_merchant(key="tea", now=NOW.replace(year=2030), name_zh="山里的茶")
    tea = Merchant.objects.get()
    assert (tea.name_zh, tea.intro_zh, tea.joined_at) == ("山里的茶", "一叶一味", NOW)


@pytest.mark.parametrize(
    "fields",
    [
        {"key": "escrow"},
        {"key": "no spaces"},
        {"key": ""},
        {"commission_nano": -1},
        {"commission_nano": 10**9},
        {"name_zh": ""},
        {"key": "platform"},  # with a commission
    ],
)
def test_an_ill_formed_merchant_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        a_merchant(**fields)
    assert not Merchant.objects.exists()


def test_a_merchant_makes_no_blocked_claims() -> None:
    with pytest.raises(BlockedClaims) as refusal:
        a_merchant(name_zh="稳赚茶", intro_en="Guaranteed")
    assert refusal.value.words == ["稳赚", "guaranteed"]
    assert not Merchant.objects.exists()


def test_a_misspelt_field_is_refused() -> None:
    with pytest.raises(FieldDoesNotExist):
        a_merchant(commision_nano=1)
    with pytest.raises(FieldDoesNotExist):
        a_rule(a_merchant(), band=[])


def test_the_platforms_own_shop_is_made_once() -> None:
    first = services.platform(NOW)
    assert services.platform(NOW) == first
    assert first.commission_nano == 0
    assert Merchant.objects.count() == 1


def test_closed_shops_are_shown_to_staff_only() -> None:
    a_merchant("tea")
    a_merchant("wine", is_open=False)
    assert [shop.key for shop in selectors.merchants()] == ["tea"]
    assert {shop.key for shop in selectors.every_merchant()} == {"tea", "wine"}
    assert selectors.merchant("wine") is None
    assert selectors.merchant("tea") is not None


def a_rule(merchant: Merchant, name: str = "快递", **fields: Any) -> FreightRule:
    given: dict[str, Any] = {"bands": [NEAR, ELSEWHERE], "unserved": ["54"]}
    return services.save_freight_rule(merchant_key=merchant.key, name=name, **(given | fields))


def test_a_rule_is_made_changed_and_renamed() -> None:
    tea = a_merchant()
    rule = a_rule(tea)
    assert a_rule(tea, free_over_fen=9_900).pk == rule.pk
    assert a_rule(tea, "包邮", rule_id=rule.pk).pk == rule.pk
    (kept,) = selectors.freight_rules("tea")
    assert (kept.name, kept.free_over_fen, kept.bands) == ("包邮", 9_900, [NEAR, ELSEWHERE])


@pytest.mark.parametrize(
    "fields", [{"bands": []}, {"free_over_fen": 0}, {"unserved": ["31"]}, {"name": ""}]
)
def test_an_ill_formed_rule_is_refused(fields: dict[str, Any]) -> None:
    tea = a_merchant()
    with pytest.raises(ValidationError):
        a_rule(tea, **fields)
    assert not FreightRule.objects.exists()


def test_two_rules_of_a_merchant_have_two_names() -> None:
    tea = a_merchant()
    a_rule(tea)
    other = a_rule(tea, "冷链")
    with pytest.raises(ValidationError):
        a_rule(tea, "快递", rule_id=other.pk)
    assert a_rule(a_merchant("wine")).name == "快递"


def test_anothers_rule_is_not_there() -> None:
    rule = a_rule(a_merchant("tea"))
    wine = a_merchant("wine")
    with pytest.raises(FreightRule.DoesNotExist):
        a_rule(wine, rule_id=rule.pk)
    with pytest.raises(Merchant.DoesNotExist):
        services.save_freight_rule(merchant_key="gone", name="快递", bands=[ELSEWHERE])
