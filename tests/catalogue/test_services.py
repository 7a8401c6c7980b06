"""What may be put on sale, and what is refused with its reason."""

import pytest
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import IntegrityError, transaction

from sharemall.catalogue import services
from sharemall.catalogue.models import Product, Zone
from sharemall.clock.services import now
from sharemall.compliance.models import BlockedClaim
from tests.catalogue.goods import RED, a_product, open_mall

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mall() -> None:
    open_mall()


def test_a_product_is_saved_and_saving_it_again_changes_it() -> None:
    first = a_product(stock=3)
    again = a_product(stock=8)
    assert again.pk == first.pk
    assert Product.objects.get().stock == 8
    assert again.created_at == first.created_at


@pytest.mark.parametrize(
    ("field", "text", "word"),
    [
        ("name_zh", "稳赚红酒", "稳赚"),
        ("subtitle_en", "Its price only rises", "only rises"),
        ("description_zh", "买了就 躺 赚", "躺赚"),
        ("specs", [RED["specs"][0] | {"zh": "零风险"}], "零风险"),  # type: ignore[index]
    ],
)
def test_a_blocked_claim_is_refused_and_named(field: str, text: object, word: str) -> None:
    with pytest.raises(services.BlockedClaims) as refusal:
        a_product(**{field: text})
    assert refusal.value.words == [word]
    assert not Product.objects.exists()


def test_the_operators_own_claims_are_refused_too() -> None:
    BlockedClaim.objects.create(phrase="祖传", added_at=now())
    with pytest.raises(services.BlockedClaims, match="祖传"):
        a_product(name_zh="祖传红酒")


def test_the_end_of_one_text_and_the_start_of_the_next_make_no_claim() -> None:
    assert a_product(name_zh="干红 稳", subtitle_zh="赚足口碑").pk


def test_a_zones_tagline_makes_no_claims_either() -> None:
    with pytest.raises(services.BlockedClaims, match="保本"):
        services.save_zone(key="wine", tagline_zh="保本好酒")


def test_a_product_whose_cost_and_contributions_exceed_its_price_is_refused_with_the_gap() -> None:
    # Of ¥100 the wine zone takes 60; a cost of 40 just fits, a fen more does not.
    assert a_product(cost_fen=4_000).pk
    with pytest.raises(services.DoesNotFit) as refusal:
        a_product("dear", cost_fen=4_001)
    assert refusal.value.short_micro == 10_000


def test_in_a_profit_zone_the_profit_carries_the_contributions() -> None:
    assert a_product("kettle", zone_id="home", cost_fen=10_000).pk
    with pytest.raises(services.DoesNotFit):
        a_product("loss", zone_id="home", cost_fen=10_001)


def test_a_misfit_may_be_kept_off_sale_but_not_put_on_sale() -> None:
    a_product("draft", cost_fen=9_000, on_sale=False)
    with pytest.raises(services.DoesNotFit):
        services.save_product(slug="draft", on_sale=True)
    assert not Product.objects.get(slug="draft").on_sale


def test_nothing_is_sold_in_a_zone_that_the_scheme_does_not_know() -> None:
    Zone.objects.create(key="toys", name_zh="玩具", name_en="Toys")
    with pytest.raises(services.UnknownZone, match="toys"):
        a_product(zone_id="toys")


@pytest.mark.parametrize(
    "fields", [{"name_zh": ""}, {"market_price_fen": 9_999}, {"price_fen": 0}, {"cost_fen": -1}]
)
def test_an_ill_formed_product_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        a_product(**fields)


def test_a_misspelt_field_is_refused() -> None:
    with pytest.raises(FieldDoesNotExist):
        a_product(prize_fen=1)


@pytest.mark.parametrize("colour", ["red", "#FFF", "#12345g", "#0f7b5f;}"])
def test_a_zones_colour_is_a_plain_hex_colour(colour: str) -> None:
    with pytest.raises(ValidationError):
        services.save_zone(key="wine", colour=colour)


def test_the_database_itself_refuses_a_negative_stock() -> None:
    product = a_product()
    with pytest.raises(IntegrityError), transaction.atomic():
        Product.objects.filter(pk=product.pk).update(stock=-1)
