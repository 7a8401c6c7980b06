"""Coins for shares: the quote, the confirmation, what became of it, and what is refused."""

from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from sharemall.equity import selectors, services
from sharemall.ledger import selectors as ledger
from sharemall.ledger.models import Event
from sharemall.members.models import Member
from tests.equity import mall
from tests.ledger.helpers import assert_equal_to_replay
from tests.orders.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)

EXITING = mall.SCHEME.replace('name = "test"', 'name = "test"\nforced_exit = true')


@pytest.fixture
def ann() -> Member:
    mall.open_mall()
    mall.days_of_trade(3, "ann", "bob")
    return mall.a_member("ann")


@pytest.fixture
def browser(client: Client, ann: Member) -> Client:
    client.force_login(ann)
    client.cookies["django_language"] = "en"
    return client


def text(response: HttpResponse) -> str:
    return unescape(response.content.decode())


def confirmed(browser: Client, shares: object, **changes: object) -> HttpResponse:
    fields: dict[str, Any] = {"key": uuid4(), "shares_micro": shares, "least_micro": 0}
    return browser.post(reverse("wallet-coins"), fields | changes)


def test_the_quote_shows_price_fee_and_what_coins_are(browser: Client) -> None:
    page = text(browser.get(reverse("wallet-coins-quote"), {"shares": "2.5"}))
    quote = selectors.coins_quote(selectors.holding("ann"), 2_500_000)
    assert f"{quote.coins_micro // 10**6}.{quote.coins_micro % 10**6:06d}" in page
    assert "<dt>Fee</dt><dd>none</dd>" in page
    assert "¥1 of goods" in page
    assert "You cannot turn" in page
    assert "used up" not in page


def test_a_member_gets_exactly_what_was_shown(browser: Client, tmp_path: Path) -> None:
    before = ledger.balance("ann")
    quote = selectors.coins_quote(selectors.holding("ann"), 2_500_000)
    response = confirmed(browser, 2_500_000, least_micro=quote.coins_micro)
    after = ledger.balance("ann")
    assert after.coins_micro == before.coins_micro + quote.coins_micro
    assert after.shares_micro == before.shares_micro - 2_500_000
    assert after.quota_micro == before.quota_micro
    page = text(browser.get(response["Location"]))
    assert "Exchanged. You received" in page
    assert "2.500000" in page
    assert_equal_to_replay(tmp_path)


def test_under_forced_exit_the_quota_is_used(client: Client) -> None:
    mall.open_mall(EXITING)
    mall.feed(mall.sale("ann", 100), mall.sale("bob", 100))
    client.force_login(mall.a_member("ann"))
    client.cookies["django_language"] = "en"
    before = ledger.balance("ann")
    quote = selectors.coins_quote(selectors.holding("ann"), 1_000_000)
    assert quote.quota_micro == quote.coins_micro > 0
    assert "used up" in text(client.get(reverse("wallet-coins-quote"), {"shares": "1"}))
    response = confirmed(client, 1_000_000)
    assert ledger.balance("ann").quota_micro == before.quota_micro - quote.quota_micro
    assert "used up" in text(client.get(response["Location"]))


def test_no_more_quota_is_used_than_is_left() -> None:
    mall.open_mall(EXITING)
    mall.feed(mall.sale("ann", 100), mall.sale("bob", 100))
    holding = selectors.holding("ann")
    few = selectors.quote_coins(holding.pool, holding.scheme, 1_000_000, quota_micro=5)
    assert few.quota_micro == 5


def test_the_same_form_fifty_times_at_once_exchanges_once(ann: Member, tmp_path: Path) -> None:
    before, key = ledger.balance("ann"), uuid4()

    def exchange() -> str:
        return services.exchange(
            account="ann", shares_micro=1_000_000, least_micro=0, key=key, now=mall.NOW
        ).code

    assert set(at_once([exchange] * 50)) == {""}
    assert ledger.balance("ann").shares_micro == before.shares_micro - 1_000_000
    assert_equal_to_replay(tmp_path)


def test_all_shares_exchanged_fifty_times_at_once_are_exchanged_once(ann: Member) -> None:
    held = ledger.balance("ann").shares_micro

    def exchange(key: UUID) -> str:
        return services.exchange(
            account="ann", shares_micro=held, least_micro=0, key=key, now=mall.NOW
        ).code

    keys = [uuid4() for _ in range(50)]
    codes = at_once([lambda key=key: exchange(key) for key in keys])
    assert sorted(codes) == ["", *["insufficient_shares"] * 49]
    assert ledger.balance("ann").shares_micro == 0


def test_fewer_coins_than_shown_are_asked_about_again(browser: Client) -> None:
    events = Event.objects.count()
    response = confirmed(browser, 1_000_000, least_micro=10**12)
    assert response.status_code == 409
    assert "Nothing was exchanged" in text(response)
    assert Event.objects.count() == events


def test_more_than_is_held_is_refused_in_a_sentence(browser: Client) -> None:
    response = confirmed(browser, 10**12)
    page = text(browser.get(response["Location"]))
    assert "You no longer hold as many as you wanted to exchange." in page


@pytest.mark.parametrize("shares", ["", "0", "-1", "abc", "1.0000001", "99999999"])
def test_an_amount_that_cannot_be_is_refused_at_its_field(browser: Client, shares: str) -> None:
    response = browser.get(reverse("wallet-coins-quote"), {"shares": shares})
    assert response.status_code == 422
    assert "field-error" in text(response)


@pytest.mark.parametrize("changes", [{"key": "x"}, {"shares_micro": "0"}, {"least_micro": ""}])
def test_a_confirmation_that_is_not_whole_moves_nothing(
    browser: Client, changes: dict[str, str]
) -> None:
    events = Event.objects.count()
    response = confirmed(browser, 1_000_000, **changes)
    assert response.status_code == 422
    assert Event.objects.count() == events


def test_anothers_exchange_is_no_page(browser: Client) -> None:
    key = uuid4()
    services.exchange(account="bob", shares_micro=1_000_000, least_micro=0, key=key, now=mall.NOW)
    assert browser.get(reverse("wallet-exchanged", kwargs={"key": key})).status_code == 404


def test_who_holds_nothing_is_told_where_shares_come_from(client: Client) -> None:
    mall.open_mall()
    client.force_login(mall.a_member("new"))
    client.cookies["django_language"] = "en"
    assert "They come with completed purchases." in text(client.get(reverse("wallet-coins")))
