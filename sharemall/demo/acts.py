"""What is done with one purchase of the story, through the services that the pages call."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID, uuid5

from django.core.files.base import ContentFile
from django.utils import translation

from sharemall.catalogue.models import Variant
from sharemall.compliance import notes
from sharemall.demo import media
from sharemall.members.models import Address, Member
from sharemall.orders import checkout, items, life, paying
from sharemall.orders.cashier import cashier
from sharemall.orders.checkout import Basket
from sharemall.orders.models import Order
from sharemall.orders.pricing import Choice
from sharemall.payments import refunds
from sharemall.payments.models import Payment
from sharemall.payments.providers import asked_no
from sharemall.payments.registry import provider
from sharemall.payments.sandbox import Sandbox
from sharemall.payments.wallet import Plan
from sharemall.reviews import services as reviews
from sharemall.reviews.models import Review

CARRIERS = ("顺丰速运", "中通快递", "京东快递", "圆通速递")
LANGUAGE = "zh-hans"


@dataclass(frozen=True)
class Purchase:
    """One checkout of the story: whose, under which form key, and its fields in the file."""

    phone: str
    key: UUID
    fields: dict[str, Any]

    @cached_property
    def member(self) -> Member | None:
        """Whoever buys; None where the demo was made without it."""
        return Member.objects.filter(phone=self.phone).first()

    @property
    def orders(self) -> list[Order]:
        """Its orders, one for each merchant."""
        found = Order.objects.filter(member=self.member, key=self.key)
        return list(found.select_related("payment").order_by("id")) if self.member else []

    def place(self, now: datetime) -> None:
        """Order it, with the coupons that take most off."""
        if self.member is None or self.orders:
            return
        address = Address.objects.get(member=self.member, is_default=True)
        basket = self._basket(now)
        with translation.override(LANGUAGE):
            quote = checkout.quote(
                member=self.member, basket=basket, address_id=address.pk, claims=None, now=now
            )
            checkout.place(
                member=self.member,
                basket=basket,
                address_id=address.pk,
                claims={
                    order.merchant.key: Choice(
                        order.merchant_claim.pk if order.merchant_claim else None,
                        order.platform_claim.pk if order.platform_claim else None,
                    )
                    for order in quote.orders
                },
                remarks=dict.fromkeys(
                    (order.merchant.key for order in quote.orders), self.fields.get("remark", "")
                ),
                seen=quote.fingerprint,
                key=self.key,
                note_version=notes.current().version,
                language=LANGUAGE,
                now=now,
            )

    def _basket(self, now: datetime) -> Basket:
        ids = dict(Variant.objects.values_list("sku", "pk"))
        found = [items.of_variant(ids[sku], pieces, now) for sku, pieces in self.fields["lines"]]
        return Basket(tuple(item for item in found if item is not None))

    def pay(self, now: datetime) -> None:
        """Pay as the file says, as far as the wallet goes; the rest through the sandbox."""
        if not self.orders or self.orders[0].payment.status != Payment.Status.PENDING:
            return
        assert self.member is not None
        no = self.orders[0].payment.no
        plan = self._plan(no)
        paying.begin(member=self.member, no=no, plan=plan, key=uuid5(self.key, "pay"), now=now)
        paying.settle(no=no, now=now)
        payment = Payment.objects.get(no=no)
        if payment.status == Payment.Status.PENDING and payment.provider_fen:
            sandbox = provider(Sandbox.key)
            assert isinstance(sandbox, Sandbox)
            signed = sandbox.pay(
                payment_no=asked_no(payment.no, payment.attempt),
                amount_fen=payment.provider_fen,
                attempt="demo",
                succeeds=True,
                now=now,
            )
            paying.take_notification(
                provider_key=Sandbox.key, headers=signed.headers, body=signed.body, now=now
            )

    def _plan(self, no: str) -> Plan:
        assert self.member is not None
        found = cashier(member=self.member, no=no)
        left, parts = found.payment.amount_fen, {}
        for name, has in (
            ("coins", found.means.coins_fen),
            ("balance", found.means.balance_fen),
            ("shares", found.means.shares_fen),
        ):
            parts[name] = min(self.fields.get(name, 0), has, left)
            left -= parts[name]
        return Plan(
            coins_fen=parts["coins"],
            balance_fen=parts["balance"],
            shares_fen=parts["shares"],
            provider=Sandbox.key if left else "",
            way=Sandbox.ways[0].key if left else "",
        )

    def ship(self, now: datetime) -> None:
        """Send what is paid."""
        for order in self._in(Order.Status.PAID):
            carrier = CARRIERS[order.pk % len(CARRIERS)]
            life.ship(no=order.no, carrier=carrier, tracking_no=tracking_no(order), now=now)

    def receive(self, now: datetime) -> None:
        """The member says that it is there; what cannot be returned completes with it."""
        for order in self._in(Order.Status.SHIPPED):
            assert self.member is not None
            life.book(life.receive(member=self.member, no=order.no, now=now))

    def complete(self, now: datetime) -> None:
        """Complete what is due by now, of all members."""
        if self._in(Order.Status.RECEIVED):
            life.complete_due(now)
            for order in self._in(Order.Status.COMPLETED):
                life.book(order)

    def cancel(self, now: datetime) -> None:
        """The member does not want it any more, paid or not."""
        for order in self._in(Order.Status.UNPAID, Order.Status.PAID):
            assert self.member is not None
            life.cancel(member=self.member, no=order.no, now=now)

    def expire(self, now: datetime) -> None:
        """It was not paid in time."""
        if self._in(Order.Status.UNPAID):
            life.close_unpaid(now)

    def refuse(self, now: datetime) -> None:
        """The merchant cannot deliver it."""
        for order in self._in(Order.Status.PAID):
            life.cancel_by_staff(no=order.no, now=now)

    def review(self, now: datetime) -> None:
        """Say what the file has to say, line by line of the purchase."""
        lines = {
            line.variant.sku: (order.no, line.position)
            for order in self._in(Order.Status.COMPLETED)
            for line in order.lines.select_related("variant")
        }
        for (sku, _), said in zip(
            self.fields["lines"], self.fields.get("reviews", []), strict=False
        ):
            if sku in lines:
                self._review(*lines[sku], said, now)

    def _review(self, no: str, position: int, said: dict[str, Any], now: datetime) -> None:
        assert self.member is not None
        if Review.objects.filter(line__order__no=no, line__position=position).exists():
            return
        pictures = [
            ContentFile((media.FOLDER / name).read_bytes(), name=name)
            for name in said.get("pictures", [])
        ]
        reviews.write(
            member=self.member,
            order_no=no,
            position=position,
            stars=said["stars"],
            text=said["text"],
            pictures=pictures,
            now=now,
        )

    def _in(self, *states: Order.Status) -> list[Order]:
        return [order for order in self.orders if order.status in states]


def tracking_no(order: Order) -> str:
    """A parcel's number that looks like one, always the same for an order."""
    return f"DEMO{order.pk:010d}"


def send_refunds(now: datetime) -> None:
    """What the worker does every few seconds."""
    refunds.send_due(now)
