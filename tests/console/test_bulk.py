"""Actions on many rows: each through its service, what failed with its reason, asked first."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from sharemall.accounts import locking
from sharemall.catalogue.models import FlashPrice, Product
from sharemall.clock import services as clock
from sharemall.coupons.models import Coupon
from sharemall.members.models import Device, Member
from sharemall.office.models import Action, Outcome, Role
from sharemall.payments.models import Refund
from sharemall.reviews.models import Review
from sharemall.tickets.models import Ticket
from tests.catalogue import goods
from tests.console import given
from tests.console.lists import act
from tests.office import given as staff

pytestmark = pytest.mark.django_db


def test_products_go_on_and_off_sale_and_a_misfit_says_why(office: Client) -> None:
    good = goods.a_product("red", on_sale=False)
    bad = goods.a_product("oven", on_sale=False, cost_fen=9_900)
    response = act(office, "console-products", "on", good.pk, bad.pk)
    text = given.words(response)
    assert (response.status_code, "1 done" in text, "Over by" in text) == (422, True, True)
    assert [Product.objects.get(pk=one.pk).on_sale for one in (good, bad)] == [True, False]
    assert Action.objects.get().outcome.end == Outcome.End.REFUSED
    assert "Nobody can buy them" in given.words(act(office, "console-products", "off", good.pk))
    assert Product.objects.get(pk=good.pk).on_sale
    assert act(office, "console-products", "off", good.pk, sure="1").status_code == 302
    assert not Product.objects.get(pk=good.pk).on_sale


def test_refunds_that_failed_are_sent_again_and_others_are_not(office: Client) -> None:
    order = given.an_order()
    failed, done = given.a_refund(order), given.a_refund(order, "sent")
    response = act(office, "console-refunds", "retry", failed.pk, done.pk, sure="1")
    assert "It has not failed" in given.words(response)
    assert [Refund.objects.get(pk=one.pk).status for one in (failed, done)] == ["waiting", "sent"]


def test_reviews_are_hidden_and_shown(office: Client) -> None:
    review = given.a_review(given.an_order())
    for action, shown in (("hide", False), ("show", True)):
        assert act(office, "console-reviews", action, review.pk).status_code == 302
        assert Review.objects.get().is_shown is shown
        assert "already" in given.words(act(office, "console-reviews", action, review.pk))


def test_coupons_are_closed_and_flash_prices_ended(office: Client) -> None:
    coupon = given.a_coupon()
    flash = goods.a_flash_price(goods.the_variant(goods.a_product("blue", cost_fen=100)), 9_000)
    act(office, "console-coupons", "close", coupon.pk)
    assert Coupon.objects.get().is_open
    act(office, "console-coupons", "close", coupon.pk, sure="1")
    assert not Coupon.objects.get().is_open
    assert "closed already" in given.words(
        act(office, "console-coupons", "close", coupon.pk, sure="1")
    )
    act(office, "console-flash", "end", flash.pk, sure="1")
    assert not FlashPrice.objects.filter(ends_at__gt=clock.now()).exists()


def test_tickets_are_closed_only_when_they_are_answered(office: Client) -> None:
    ticket = given.a_ticket()
    response = act(office, "console-tickets", "close", ticket.pk, sure="1")
    assert "Answer it first." in given.words(response)
    assert Ticket.objects.get().state == "open"


def test_a_locked_member_is_signed_out_and_cannot_come_back(office: Client) -> None:
    ann = given.a_member("ann")
    browser = Client()
    browser.force_login(ann)
    assert browser.get("/me/").status_code == 200
    Device.objects.update_or_create(
        session_key=browser.session.session_key,
        defaults={
            "member": ann,
            "name": "x",
            "address": "127.0.0.1",
            "signed_in_at": clock.now(),
            "seen_on": localdate(clock.now()),
        },
    )
    assert "signed out everywhere" in given.words(act(office, "console-members", "lock", ann.pk))
    act(office, "console-members", "lock", ann.pk, sure="1")
    assert not Member.objects.get(pk=ann.pk).is_active
    assert browser.get("/me/invite/").status_code == 302
    assert not Device.objects.filter(member=ann).exists()
    act(office, "console-members", "unlock", ann.pk)
    assert Member.objects.get(pk=ann.pk).is_active


def test_staff_are_not_locked_and_nobody_twice(boss: Member) -> None:
    ann = given.a_member("ann")
    now = clock.now()
    for member_id, refusal in (
        (boss.pk, locking.Refusal.STAFF),
        (10**9, locking.Refusal.UNKNOWN),
    ):
        with pytest.raises(locking.Refused) as caught:
            locking.lock(member_id=member_id, by=boss, now=now)
        assert caught.value.refusal == refusal
    with pytest.raises(locking.Refused):
        locking.unlock(member_id=ann.pk, by=boss, now=now)
    locking.lock(member_id=ann.pk, by=boss, now=now)
    with pytest.raises(locking.Refused):
        locking.lock(member_id=ann.pk, by=boss, now=now)


@pytest.mark.parametrize("keys", [[], ["x"], ["999999"], ["99999999999999999999999"], ["\0"]])
def test_rows_that_are_not_there_are_none(keys: list[str], office: Client) -> None:
    assert act(office, "console-products", "on", *keys).status_code == 422


def test_an_action_that_is_none_does_nothing(office: Client) -> None:
    product = goods.a_product("red")
    assert act(office, "console-products", "delete", product.pk).status_code == 422
    assert Product.objects.count() == 1


@pytest.mark.parametrize("role", Role)
def test_a_role_sees_only_the_actions_that_it_may(role: Role) -> None:
    goods.open_mall()
    product = goods.a_product("red")
    client = staff.sign_in(Client(), staff.employ(given.a_member("sam"), role))
    may = role in (Role.OWNER, Role.OPERATIONS)
    assert ('value="off"' in client.get(reverse("console-products")).content.decode()) == may
    response = act(client, "console-products", "off", product.pk, sure="1")
    assert response.status_code == (302 if may else 403)
    assert Product.objects.get().on_sale != may
