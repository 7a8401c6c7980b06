"""The brand: what may be shown, and what is refused with its reason."""

from collections.abc import Iterator

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from sharemall.brand import colours, selectors
from sharemall.brand.models import Brand
from sharemall.brand.services import LARGEST_LOGO, BrandChanged, BrandRefused, save_brand
from sharemall.clock import services as clock
from sharemall.compliance.models import BlockedClaim
from tests.ledger.helpers import at_once

pytestmark = pytest.mark.usefixtures("english")
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.django_db(transaction=True)
def test_a_first_brand_that_is_saved_many_times_at_once_is_there_once() -> None:
    saved = at_once(20, lambda: save_brand(name_zh="好物商城"))
    assert sorted(brand.revision for brand in saved) == list(range(1, 21))


@pytest.mark.django_db
def test_without_a_row_the_defaults_are_neutral_names_in_both_languages() -> None:
    brand = selectors.brand()
    assert (brand.shares_zh, brand.coins_zh, brand.quota_zh) == ("增值积分", "恒定积分", "分红额度")
    assert brand.name_en == "Sharemall"
    assert brand.logo_url == ""


@pytest.mark.django_db
def test_the_default_brand_passes_its_own_checks() -> None:
    defaults = {
        field.name: getattr(Brand(), field.name)
        for field in Brand._meta.concrete_fields
        if field.name not in ("id", "logo", "revision")
    }
    assert str(save_brand(**defaults)) == "Sharemall"


@pytest.mark.django_db
def test_a_saved_field_changes_and_the_others_stay() -> None:
    save_brand(name_zh="红酒商城", primary="#7B1E3A")
    save_brand(name_en="Red Wine Mall")
    brand = selectors.brand()
    assert (brand.name_zh, brand.name_en) == ("红酒商城", "Red Wine Mall")
    assert brand.primary == "#7b1e3a"
    assert Brand.objects.count() == 1


@pytest.mark.django_db
def test_who_was_slower_overwrites_nothing() -> None:
    seen = selectors.brand().revision
    save_brand(name_zh="红酒商城", revision=seen)
    with pytest.raises(BrandChanged):
        save_brand(name_zh="白酒商城", revision=seen)
    assert selectors.brand().name_zh == "红酒商城"
    save_brand(name_zh="白酒商城", revision=selectors.brand().revision)


@pytest.mark.django_db
def test_goods_in_stock_are_no_stocks() -> None:
    save_brand(name_en="All in stock")
    with pytest.raises(BrandRefused):
        save_brand(name_en="All in stocks and bonds, stock")


@pytest.mark.django_db
def test_reading_the_brand_takes_one_query(django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        selectors.brand()


@pytest.mark.django_db
def test_a_logo_is_kept_and_gets_an_address() -> None:
    save_brand(logo=PNG)
    assert selectors.brand().logo_url.startswith("/media/brand/logo")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("shares_zh", "股票积分", "股票"),
        ("shares_zh", "股权积分", "股权"),
        ("shares_en", "pre-IPO points", "IPO"),
        ("shares_en", "Stock points", "Stock"),
        ("name_zh", "稳赚商城", "稳赚"),
        ("coins_zh", "保 本 积分", "保本"),
        ("name_zh", "", "1 to 20"),
        ("name_zh", "   ", "1 to 20"),
        ("coins_en", "x" * 25, "1 to 24"),
        ("primary", "red", "no colour"),
        ("primary", "#0f7b5", "no colour"),
        ("accent", "#ffe066", "too pale"),
    ],
)
def test_what_consumers_must_not_see_is_refused_by_name(
    field: str, value: str, reason: str
) -> None:
    with pytest.raises(BrandRefused) as refused:
        save_brand(**{field: value})
    (fault,) = refused.value.faults
    assert fault.startswith(f"{field}: ")
    assert reason in fault
    assert not Brand.objects.exists()


@pytest.mark.django_db
def test_the_operators_own_blocked_claims_count() -> None:
    BlockedClaim.objects.create(phrase="天天涨", added_at=clock.now())
    with pytest.raises(BrandRefused):
        save_brand(name_zh="天天涨商城")


@pytest.mark.django_db
def test_a_word_that_only_contains_ipo_is_no_fault() -> None:
    save_brand(name_en="Hippo Mall")


@pytest.mark.django_db
def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(BrandRefused) as refused:
        save_brand(name_zh="", primary="#ffffff", logo=b"<svg/>")
    assert [fault.split(":")[0] for fault in refused.value.faults] == ["name_zh", "primary", "logo"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "logo", [b"", b"<svg onload=x>", b"RIFFxxxxAVI ", PNG + b"x" * LARGEST_LOGO]
)
def test_a_logo_that_is_no_small_picture_is_refused(logo: bytes) -> None:
    with pytest.raises(BrandRefused, match="logo: "):
        save_brand(logo=logo)


def test_black_on_white_has_the_greatest_contrast() -> None:
    assert round(colours.contrast("#000000", "#ffffff"), 2) == 21


@given(st.integers(0, 0xFFFFFF))
def test_contrast_has_no_direction_and_its_own_tint_gives_less(number: int) -> None:
    colour = f"#{number:06x}"
    assert colours.contrast(colour, "#ffffff") == colours.contrast("#ffffff", colour)
    assert 1 <= colours.least_contrast(colour) <= colours.contrast(colour, "#ffffff")
