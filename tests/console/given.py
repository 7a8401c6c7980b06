"""What the staff's tests work with: members, orders, forms as a browser sends them."""

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sharemall.catalogue.models import Product, Variant
from sharemall.clock import services as clock
from sharemall.console.fields import MINUTE
from sharemall.coupons.models import Coupon
from sharemall.members.models import Member
from sharemall.orders.models import Order
from sharemall.payments.models import BillCheck, BillDifference, Notice, Payment, Refund
from sharemall.reviews.models import Review
from sharemall.tickets import services as tickets
from sharemall.tickets.models import Ticket
from tests.orders import ready

FORM: dict[str, Any] = {
    "slug": "white",
    "merchant": "platform",
    "zone": "wine",
    "category": "",
    "freight_rule": "",
    "name_zh": "霞多丽干白",
    "name_en": "Chardonnay",
    "unit_zh": "瓶",
    "unit_en": "bottle",
    "returnable_days": "7",
    "position": "0",
    "version": "",
    "variant-rows": "1",
    "variant-0-sku": "white-1",
    "variant-0-price_fen": "100",
    "variant-0-cost_fen": "40.00",
    "variant-0-stock": "5",
    "variant-0-on_sale": "on",
}
TWO: dict[str, Any] = FORM | {
    "option_0_zh": "容量",
    "option_0_en": "Size",
    "option_0_values": "375 毫升 | 375 ml\n750 毫升 | 750 ml",
    "variant-rows": "2",
    "variant-0-choice_0": "0",
    "variant-1-sku": "white-2",
    "variant-1-price_fen": "180.00",
    "variant-1-cost_fen": "70",
    "variant-1-choice_0": "1",
    "variant-1-on_sale": "on",
}


def a_member(account: str = "ann", **fields: Any) -> Member:
    """A member who can be signed in by `force_login`."""
    return ready.a_member(account, **fields)


def words(response: HttpResponse) -> str:
    """What a page says, without tags."""
    text = re.sub(r"<(script|style|svg).*?</\1>", "", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))


def errors_at(response: HttpResponse, name: str) -> str:
    """What stands at a field as its error; empty where there is none."""
    html = response.content.decode()
    found = re.search(rf'<div id="id_{name}_error">(.*?)</div>', html, flags=re.S)
    return re.sub(r"<[^>]+>", "", unescape(found[1])).strip() if found else ""


def version_of(response: HttpResponse) -> str:
    """The version that a product's page carries."""
    found = re.search(r'name="version" value="([^"]*)"', response.content.decode())
    assert found is not None
    return found[1]


def sheet_of(client: Client, slug: str) -> dict[str, str]:
    """The product's form as the browser would send it back unchanged."""
    return fields_in(client.get(reverse("console-product", kwargs={"slug": slug})), "version")


def fields_in(response: HttpResponse, marker: str) -> dict[str, str]:
    """Names and values of the first form that has a field called `marker`."""
    html = response.content.decode()
    forms = re.findall(r"<form.*?</form>", html, flags=re.S)
    form = next(part for part in forms if f'name="{marker}"' in part)
    values = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = (_attribute(tag, key) for key in ("name", "value"))
        if 'type="checkbox"' not in tag or " checked" in tag:
            values[name] = value or ("on" if 'type="checkbox"' in tag else "")
    texts = r'<textarea name="([^"]+)".*?>\n?(.*?)</textarea>'
    for name, text in re.findall(texts, form, flags=re.S):
        values[name] = unescape(text)
    for name, inside in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', form, flags=re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', inside)
        values[name] = chosen[1] if chosen else ""
    values.pop("csrfmiddlewaretoken", None)
    return values


def _attribute(tag: str, key: str) -> str:
    found = re.search(rf'{key}="([^"]*)"', tag)
    return unescape(found[1]) if found else ""


def an_order(member: Member | None = None, *, status: str = "paid") -> Order:
    """An order of a bottle, unpaid, paid or shipped."""
    now = clock.now()
    payment = ready.place(member or a_member(f"m{Member.objects.count()}"), now=now)
    if status != "unpaid":
        assert ready.pay(payment, now) == "paid"
    order = ready.only(payment)
    return ready.ship(order, now) if status == "shipped" else order


def a_refund(order: Order, status: str = "failed", **fields: Any) -> Refund:
    """A refund through the provider."""
    given: dict[str, Any] = {
        "no": f"{order.no}-{Refund.objects.count()}",
        "payment": order.payment,
        "order_no": order.no,
        "means": "provider",
        "provider": "sandbox",
        "trade_no": "t1",
        "amount_fen": 100,
        "reason": "cancel",
        "status": status,
        "tries": 5,
        "fault": "refused",
        "created_at": clock.now(),
    }
    return Refund.objects.create(**(given | fields))


def a_notice(payment: Payment, verdict: str = "late") -> Notice:
    """News of money that nobody expected."""
    return Notice.objects.create(
        payment=payment,
        provider="sandbox",
        trade_no=f"t{Notice.objects.count()}",
        succeeded=True,
        amount_fen=100,
        verdict=verdict,
        body="{}",
        received_at=clock.now(),
    )


def a_difference() -> BillDifference:
    """A day's bill that has a trade more."""
    check = BillCheck.objects.create(
        provider="sandbox",
        day=timezone.localdate(clock.now()) - timedelta(days=BillCheck.objects.count() + 1),
        checked_at=clock.now(),
        lines=3,
        paid_fen=30_000,
        refunded_fen=0,
    )
    return BillDifference.objects.create(
        check_of=check,
        kind="missing_here",
        is_refund=False,
        payment_no="P9",
        trade_no="t9",
        there_fen=100,
    )


def a_review(order: Order, **fields: Any) -> Review:
    """Five stars for the first line of an order."""
    line = order.lines.get()
    Product.objects.filter(pk=line.product_id).update(rating_sum=5, rating_count=1)
    given = {"line": line, "product": line.product, "member": order.member, "stars": 5}
    return Review.objects.create(written_at=clock.now(), **(given | {"text": "好喝"} | fields))


def a_coupon(**fields: Any) -> Coupon:
    """¥1 off goods of ¥50, of the platform and funded by it."""
    now = clock.now()
    given = {
        "name_zh": "满减券",
        "name_en": "One off",
        "funder": Coupon.Funder.PLATFORM,
        "threshold_fen": 5_000,
        "off_fen": 100,
        "quantity": 100,
        "left": 100,
        "starts_at": now - timedelta(days=1),
        "ends_at": now + timedelta(days=10),
    }
    return Coupon.objects.create(**(given | fields))


def typed(moment: datetime) -> str:
    """A moment as the browser sends it."""
    return timezone.localtime(moment).strftime(MINUTE)


def stock_form(by: str, **fields: Any) -> dict[str, Any]:
    """A change of a stock as it is sent."""
    return {"by": by, "reason": "delivery", "note": "", "key": str(uuid4())} | fields


def stock_of(variant: Variant) -> int:
    """What is there of it now."""
    variant.refresh_from_db()
    return variant.stock


def a_ticket(account: str = "asker", kind: str = "complaint", **fields: Any) -> Ticket:
    """A member's complaint."""
    asked = {"about": "", "text": "酒瓶碎了", "key": uuid4(), "now": clock.now()}
    member = Member.objects.filter(account=account).first() or a_member(account)
    return tickets.open_ticket(member=member, kind=kind, **(asked | fields))
