"""`{% url %}`, whose addresses are kept: it writes what Django's own writes."""

from collections.abc import Callable, Iterator

import pytest
from django.template import engines
from django.urls import NoReverseMatch, get_script_prefix, set_script_prefix


def drawn(source: str, **context: object) -> str:
    return engines["django"].from_string(source).render(context)


@pytest.mark.parametrize(
    ("source", "context", "address"),
    [
        ("{% url 'home' %}", {}, "/"),
        ("{% url name slug=slug %}", {"name": "product", "slug": "red"}, "/products/red/"),
        ("{% url 'product' slug %}", {"slug": "red"}, "/products/red/"),
        ("{% url 'coupon-claim' coupon_id=one %}", {"one": 1}, "/coupons/1/claim/"),
        ("{% url 'home' as here %}[{{ here }}]", {}, "[/]"),
        ("{% url 'nowhere' as here %}[{{ here }}]", {}, "[]"),
    ],
)
def test_an_address_is_written_or_named(
    source: str, context: dict[str, object], address: str
) -> None:
    for _again in range(2):
        assert drawn(source, **context) == address


@pytest.mark.parametrize("source", ["{% url 'nowhere' %}", "{% url 'product' slug='a/b' %}"])
def test_an_address_that_does_not_exist_is_a_fault(source: str) -> None:
    with pytest.raises(NoReverseMatch):
        drawn(source)


def test_the_same_name_with_other_texts_is_another_address() -> None:
    for slug in ("red", "white", "red"):
        assert drawn("{% url 'product' slug=slug %}", slug=slug) == f"/products/{slug}/"


@pytest.fixture
def prefix() -> Iterator[Callable[[str], None]]:
    """Sets the address that the mall is below; as before afterwards."""
    before = get_script_prefix()
    yield set_script_prefix
    set_script_prefix(before)


def test_a_mall_below_another_address_gets_its_own(prefix: Callable[[str], None]) -> None:
    assert drawn("{% url 'cart' %}") == "/cart/"
    prefix("/mall/")
    assert drawn("{% url 'cart' %}") == "/mall/cart/"
