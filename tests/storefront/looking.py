"""What tests of the shop's pages share: reading a page, a running sale, coupons, categories."""

from datetime import timedelta
from typing import Any

from django.test import Client

from sharemall.catalogue import services
from sharemall.catalogue.models import Category, FlashPrice, Variant
from sharemall.clock.services import now
from sharemall.coupons.models import Coupon
from sharemall.members.models import Member
from tests.catalogue.goods import a_flash_price


def html(client: Client, path: str, status: int = 200, **headers: str) -> str:
    """The page at this address, which must answer with this status."""
    response = client.get(path, headers=headers)
    assert response.status_code == status, (path, response.status_code)
    return response.content.decode()


def a_member(account: str = "ann", name: str = "安然") -> Member:
    """Somebody who can be signed in with `client.force_login`."""
    phone = f"138{Member.objects.count():08d}"
    return Member.objects.create_user(phone, None, account=account, name=name, joined_at=now())


def a_running_sale(variant: Variant, price_fen: int = 9_000, **fields: Any) -> FlashPrice:
    """A flash price from an hour ago to an hour ahead, five pieces."""
    moment, hour = now(), timedelta(hours=1)
    window = {"starts_at": moment - hour, "ends_at": moment + hour, "now": moment}
    return a_flash_price(variant, price_fen, **(window | fields))


def a_coupon(**fields: Any) -> Coupon:
    """¥5 off ¥50 of goods, of the platform, five of them, one for each member, for a day."""
    moment, day = now(), timedelta(days=1)
    given = {
        "name_zh": "满减券",
        "name_en": "Five off",
        "funder": Coupon.Funder.PLATFORM,
        "threshold_fen": 5_000,
        "off_fen": 500,
        "quantity": 5,
        "starts_at": moment - day,
        "ends_at": moment + day,
    }
    return services.issue_coupon(now=moment, **(given | fields))


def a_category(slug: str, parent: Category | None = None, **fields: Any) -> Category:
    """A category on sale, named after its slug."""
    names = {"name_zh": f"分类{slug}", "name_en": f"Category {slug}"}
    return services.save_category(slug=slug, parent=parent, **(names | fields))
