"""What is kept of pages: parts that are the same for all, and cards by what they show."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.template import TemplateSyntaxError, engines
from django.test import Client
from django.utils import translation

from sharemall.catalogue import selectors
from sharemall.catalogue.models import Category, FlashPrice, Product, Variant, Zone
from sharemall.clock.services import now
from sharemall.storefront import cards
from sharemall.storefront.templatetags import keeping
from tests.catalogue.goods import COLOURS, a_draft, a_product, open_mall, the_variant
from tests.storefront.looking import a_category, a_member, a_running_sale, html

PART = engines["django"].from_string(
    "{% load i18n keeping %}{% kept 'part' dock %}{% translate 'Home' %} {{ dock }} {{ told }}"
    "{% endkept %}"
)


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    keeping._texts.clear()
    yield
    keeping._texts.clear()


def drawn(edition: UUID | None, told: str, dock: Any = "home") -> str:
    return PART.render({"edition": edition, "told": told, "dock": dock})


def test_a_part_is_drawn_once_for_an_edition_a_language_and_the_values_it_names() -> None:
    edition = uuid4()
    assert drawn(edition, "first") == drawn(edition, "second") == "首页 home first"
    assert drawn(edition, "third", dock="cart") == "首页 cart third"
    with translation.override("en"):
        assert drawn(edition, "fourth") == "Home home fourth"
    assert drawn(uuid4(), "fifth") == "首页 home fifth"


def test_a_part_of_a_page_that_knows_no_edition_is_not_kept() -> None:
    assert drawn(None, "first") != drawn(None, "second")


def test_what_was_used_longest_ago_makes_room() -> None:
    edition = uuid4()
    assert drawn(edition, "first") == drawn(edition, "again")
    for number in range(keeping.MOST - 1):
        drawn(edition, "", dock=number)
    assert drawn(edition, "used") == "首页 home first"
    drawn(edition, "", dock="one more")
    assert len(keeping._texts) == keeping.MOST
    assert drawn(edition, "used again") == "首页 home first"


def test_a_kept_part_has_a_name() -> None:
    with pytest.raises(TemplateSyntaxError):
        engines["django"].from_string("{% load keeping %}{% kept %}{% endkept %}")


@pytest.fixture
def mall(db: None) -> None:
    open_mall()


@pytest.mark.usefixtures("mall")
def test_a_changed_zone_and_category_are_on_the_next_page(client: Client) -> None:
    a_category("cellar", name_zh="酒窖")
    assert "酒窖" in html(client, "/")
    Category.objects.filter(slug="cellar").update(name_zh="茶窖")
    Zone.objects.filter(key="wine").update(name_zh="好酒", tagline_zh="新的一句")
    page = html(client, "/")
    assert "茶窖" in page
    assert "酒窖" not in page
    assert page.count("新的一句") == 2  # its banner and its tile


@pytest.mark.usefixtures("mall")
def test_every_change_of_what_a_card_shows_is_on_the_next_page(client: Client) -> None:
    red = a_product(cost_fen=1_000)
    changes: list[tuple[dict[str, Any], str]] = [
        ({"price_fen": 7_700}, '</span>77<span class="price-cents">'),
        ({"market_price_fen": 12_345}, "¥123.45"),
        ({"name_zh": "另一个名字"}, "另一个名字"),
        ({"subtitle_zh": "一句副标题"}, "一句副标题"),
        ({"sold": 4321}, "4,321"),
        ({"rating_sum": 9, "rating_count": 2}, "</span>4.5</span>"),
    ]
    for fields, shown in changes:
        assert shown not in html(client, "/")
        Product.objects.filter(pk=red.pk).update(**fields)
        assert shown in html(client, "/")
    Variant.objects.filter(product=red).update(stock=0)
    assert "售罄" in html(client, "/")


@pytest.mark.usefixtures("mall")
def test_a_flash_price_is_on_cards_while_it_runs_and_has_pieces_left(client: Client) -> None:
    sale = a_running_sale(the_variant(a_product(cost_fen=1_000)), 6_600)
    price = '</span>66<span class="price-cents">'
    assert html(client, "/").count(price) == 3  # the sale's row, the newest, all goods
    FlashPrice.objects.filter(pk=sale.pk).update(left=1)
    assert "80%" in html(client, "/")
    FlashPrice.objects.filter(pk=sale.pk).update(left=0)
    assert price not in html(client, "/")
    FlashPrice.objects.filter(pk=sale.pk).update(left=5, ends_at=now())
    assert price not in html(client, "/")


def the_product() -> Product:
    return selectors.listing(selectors.Filter()).products[0]


@pytest.mark.usefixtures("mall")
def test_a_card_is_drawn_once_for_the_same_values_and_language() -> None:
    a_product()
    product = the_product()
    cards._drawn.cache_clear()
    first = cards.drawn(cards.card_of(product))
    assert cards.drawn(cards.card_of(the_product())) == first
    assert cards._drawn.cache_info().misses == 1
    with translation.override("en"):
        assert cards.drawn(cards.card_of(product)) != first
    product.picture = "products/a-400x400.webp"
    with_picture = cards.drawn(cards.card_of(product))
    assert cards.drawn(cards.card_of(product, is_eager=True)) != with_picture != first


@pytest.mark.usefixtures("mall")
def test_what_belongs_to_one_shopper_is_in_nobody_elses_page(client: Client) -> None:
    ann, bob = a_member("ann", "安然"), a_member("bob", "何宝")
    product = a_product()
    client.force_login(ann)
    client.post("/cart/add/", {"variant": the_variant(product).pk, "quantity": 3})
    assert "安然" in html(client, "/")
    other = Client()
    assert "安然" not in html(other, "/")
    other.force_login(bob)
    page = html(other, "/")
    assert "何宝" in page
    assert "安然" not in page
    assert 'data-cart-count="0"' in page


@pytest.mark.usefixtures("mall")
def test_a_product_opens_with_the_price_that_its_card_shows(client: Client) -> None:
    fields = {"cost_fen": 1_000, "market_price_fen": None}
    drafts = [a_draft("r", 0, **fields), a_draft("w", 1, **fields)]
    _red, white = a_product(options=[COLOURS], variants=drafts).variants.all()
    sale = a_running_sale(white, 6_600)
    assert cards.card_of(the_product()).flash_fen == 6_600
    assert f'value="{white.pk}" checked' in html(client, "/products/red/")
    Variant.objects.filter(pk=white.pk).update(price_fen=20_000)
    FlashPrice.objects.filter(pk=sale.pk).update(price_fen=15_000)
    card = cards.card_of(the_product())
    assert (card.price_fen, card.flash_fen) == (10_000, None)
    assert cards.mini_card_of(the_product()).price_fen == 10_000
    assert f'value="{white.pk}" checked' not in html(client, "/products/red/")
