"""A shop with one of everything that pages show, for the tests that look around in a browser."""

from pathlib import Path

from django.core.files.base import ContentFile

from sharemall import demo
from sharemall.catalogue import selectors
from sharemall.catalogue.models import Product
from sharemall.members import services
from sharemall.members.models import Member
from sharemall.merchants.models import FreightRule
from sharemall.reviews import services as reviews
from sharemall.reviews.models import Review
from tests.catalogue.goods import (
    COLOURS,
    SIZES,
    a_draft,
    a_merchant,
    a_product,
    an_upload,
    buy,
    open_mall,
)
from tests.reviews import given
from tests.storefront.looking import a_category, a_coupon, a_running_sale

DRAWING = Path(demo.__file__).parent / "pictures" / "shop-winery.svg"
PHONE, PASSWORD = "13800138000", "Jade-terraces-7"
CHEAP = 1_000


def open_shop() -> Member:
    """A price, categories, coupons, a sale, reviews, and more goods than fit on one shelf.

    `red` has variants of two options, one of them sold out; `gone` is sold out; `plain` has nothing
    to choose. Gives a member, who is one of the demo's.
    """
    open_mall()
    a_merchant("winery", intro_zh="自种自酿", intro_en="Our own grapes")
    band = {"provinces": [], "first_grams": 1000, "first_fen": 800, "step_grams": 1, "step_fen": 1}
    rule = FreightRule.objects.create(merchant_id="winery", name="普通", bands=[band])
    member = services.register(phone=PHONE, password=PASSWORD, name="安安")
    Member.objects.filter(pk=member.pk).update(is_demo=True)
    buy(member.account, "300")
    cellar = a_category("cellar", picture=an_upload())
    reds = a_category("reds", cellar)
    drafts = [a_draft(f"r{one}{two}", one, two, cost_fen=CHEAP) for one in (0, 1) for two in (0, 1)]
    drafts[2] = a_draft("r10", 1, 0, cost_fen=CHEAP, price_fen=20_000, market_price_fen=None)
    drafts[3] = a_draft("r11", 1, 1, cost_fen=CHEAP, stock=0)
    red = a_product(
        "red",
        options=[COLOURS, SIZES],
        variants=drafts,
        merchant_id="winery",
        freight_rule=rule,
        category=reds,
        picture=an_upload(),
        pictures=[an_upload(600, 600), an_upload(1300, 1300)],
        limit_per_member=3,
    )
    a_running_sale(red.variants.all()[0], 9_000)
    a_product("gone", stock=0, position=1, cost_fen=CHEAP)
    drawing = ContentFile(DRAWING.read_bytes(), name="hero.svg")
    a_product("plain", name_zh="素酒", position=2, picture=drawing, cost_fen=CHEAP)
    for number in range(selectors.PAGE):
        a_product(
            f"p{number}",
            name_zh=f"商品 {number}",
            position=3 + number,
            category=reds,
            cost_fen=CHEAP,
        )
    a_coupon(name_zh="满减券")
    a_coupon(name_zh="酒庄券", merchant_id="winery", threshold_fen=6_000)
    _review(red)
    return member


def _review(product: Product) -> None:
    """A review of this product, though its writer bought another: an order that is easily made."""
    plain = Product.objects.get(slug="plain")
    order = given.an_order(given.a_member("buyer", "林一"), plain)
    written = reviews.write(
        member=order.member,
        order_no=order.no,
        position=1,
        stars=4,
        text="酒体很顺，包装也结实。",
        pictures=[],
        now=given.NOW,
    )
    Review.objects.filter(pk=written.pk).update(product=product)
    Product.objects.filter(pk=plain.pk).update(rating_count=0, rating_sum=0)
    Product.objects.filter(pk=product.pk).update(rating_count=1, rating_sum=4, sold=12_345)
