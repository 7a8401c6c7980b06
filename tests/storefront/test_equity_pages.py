"""A member's equity pages: what they show, whom they refuse, how many queries they take."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils.translation import override

from sharemall.equity import selectors
from sharemall.ledger import events
from sharemall.ledger import selectors as ledger
from sharemall.ledger.models import Event
from sharemall.members.models import Member
from tests.equity import mall
from tests.equity.mall import FIRST_DAY

pytestmark = pytest.mark.django_db

PAGES = (
    "/equity/",
    "/equity/dividends/",
    "/equity/movements/",
    "/equity/sell/",
    "/equity/sell/quote/?shares=1.5",
)


@pytest.fixture(autouse=True)
def _mall() -> None:
    mall.open_mall()


@pytest.fixture
def ann(client: Client) -> Member:
    """Ann, signed in, with three days of trade behind her."""
    member = mall.a_member("ann")
    mall.days_of_trade(3, "ann", "bob")
    client.force_login(member)
    return member


def text(response: HttpResponse) -> str:
    return unescape(response.content.decode())


def confirmed(client: Client, shares: int, **changes: object) -> HttpResponse:
    """The POST of a quote's confirmation."""
    fields = {"key": uuid4(), "shares_micro": shares, "least_micro": 0}
    return client.post("/equity/sell/", fields | changes)


@pytest.mark.parametrize("address", [*PAGES, "/equity/sell/216c5497-0f31-4027-9874-f92bef3168e5/"])
def test_who_is_not_signed_in_is_sent_to_sign_in(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in/?next=/equity/")


def test_nobody_sells_without_signing_in(client: Client) -> None:
    assert confirmed(client, 1)["Location"].startswith("/sign-in/")
    assert not Event.objects.exists()


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_is_shown_in_both_languages(
    client: Client, ann: Member, address: str, language: str
) -> None:
    client.cookies["django_language"] = language
    response = client.get(address)
    assert response.status_code == 200
    assert f'lang="{language}"' in text(response)
    assert 'style="' not in text(response)


@pytest.mark.parametrize("address", PAGES[:4])
def test_a_member_without_anything_gets_pages_that_say_so(client: Client, address: str) -> None:
    client.force_login(mall.a_member("new"))
    assert client.get(address).status_code == 200


def test_the_overview_shows_the_holding_and_what_selling_it_pays(
    client: Client, ann: Member
) -> None:
    holding = selectors.holding("ann")
    assert holding.quote is not None
    page = text(client.get("/equity/"))
    for micro in (holding.quote.gross_micro, holding.quote.fee_micro, holding.quote.received_micro):
        assert f"¥{micro // 1_000_000:,}.{micro % 1_000_000:06d}" in page
    assert 'role="img"' in page
    assert page.count("<table>") == 2


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/equity/", 22),
        ("/equity/dividends/", 8),
        ("/equity/movements/", 8),
        ("/equity/sell/", 9),
        ("/equity/sell/quote/?part=50", 9),
    ],
)
def test_a_page_takes_few_queries_however_much_there_is(
    client: Client,
    ann: Member,
    address: str,
    most: int,
    django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    for number in range(4, 12):
        day = FIRST_DAY + timedelta(days=number)
        mall.feed(mall.sale("ann", 10, day=day), mall.close(day))
    with django_assert_max_num_queries(most):
        client.get(address)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("abc", "请输入数字"),
        ("", "请填写要卖出的数量"),
        ("-1", "大于零"),
        ("0", "大于零"),
        ("1.1234567", "六位小数"),
        ("999999", "不能超过"),
        ("1e3", "请输入数字"),
    ],
)
def test_an_amount_that_cannot_be_sold_is_answered_with_a_sentence(
    client: Client, ann: Member, typed: str, answer: str
) -> None:
    response = client.get("/equity/sell/quote/", {"shares": typed})
    assert response.status_code == 422
    assert answer in text(response)


@pytest.mark.parametrize("typed", ["1,0.5", "１０．５", " 10.5 "])
def test_an_amount_may_be_typed_as_people_type_it(client: Client, ann: Member, typed: str) -> None:
    response = client.get("/equity/sell/quote/", {"shares": typed})
    assert response.status_code == 200
    assert 'name="shares_micro" value="10500000"' in text(response)


def test_all_is_the_whole_holding_to_the_micro_share(client: Client, ann: Member) -> None:
    held = ledger.balance("ann").shares_micro
    page = text(client.get("/equity/sell/quote/?part=100"))
    assert f'name="shares_micro" value="{held}"' in page


def test_the_sell_page_says_what_a_sale_does_to_the_quota_under_the_scheme_in_force(
    client: Client, ann: Member
) -> None:
    assert "您的额度不变。" in text(client.get("/equity/sell/"))
    exiting = mall.SCHEME.replace("[scheme]", "[scheme]\nforced_exit = true")
    at = events.timestamp(mall.NOW)
    mall.feed({"id": "scheme-2", "type": "set_scheme", "at": at, "toml": exiting})
    page = text(client.get("/equity/sell/"))
    assert "您的额度会按卖出价值相应减少。" in page
    assert "您的额度不变。" not in page


def test_confirming_sells_and_shows_exactly_what_the_ledger_moved(
    client: Client, ann: Member
) -> None:
    quote = selectors.quote(selectors.holding("ann"), 5_000_000)
    cash = ledger.balance("ann").cash_micro
    response = confirmed(client, 5_000_000, least_micro=quote.received_micro)
    assert response.status_code == 302
    page = text(client.get(response["Location"]))
    received = ledger.balance("ann").cash_micro - cash
    assert received == quote.received_micro
    assert f"¥{received // 1_000_000:,}.{received % 1_000_000:06d}" in page


def test_sending_the_confirmation_twice_shows_the_same_result(client: Client, ann: Member) -> None:
    key = uuid4()
    first = confirmed(client, 5_000_000, key=key)
    after = ledger.balance("ann")
    second = confirmed(client, 5_000_000, key=key)
    assert first["Location"] == second["Location"] == f"/equity/sell/{key}/"
    assert ledger.balance("ann") == after


@pytest.mark.parametrize(
    "wrong",
    [{"key": "no-key"}, {"shares_micro": "0"}, {"shares_micro": "x"}, {"least_micro": "-1"}],
)
def test_a_confirmation_that_was_tampered_with_sells_nothing(
    client: Client, ann: Member, wrong: dict[str, str]
) -> None:
    before = ledger.balance("ann")
    response = confirmed(client, 1_000_000, **wrong)
    assert response.status_code == 422
    assert "没有卖出" in text(response)
    assert ledger.balance("ann") == before


def test_more_than_is_held_is_refused_in_words(client: Client, ann: Member) -> None:
    response = confirmed(client, 10**15)
    page = text(client.get(response["Location"]))
    assert "没有卖出任何积分" in page
    assert "少于要卖出的数量" in page


def test_a_sale_that_would_pay_less_is_quoted_again(client: Client, ann: Member) -> None:
    before = ledger.balance("ann")
    response = confirmed(client, 1_000_000, least_micro=10**12)
    assert response.status_code == 409
    assert "规则刚刚有变" in text(response)
    assert ledger.balance("ann") == before


def test_one_members_result_is_nobody_elses(client: Client, ann: Member) -> None:
    location = confirmed(client, 1_000_000)["Location"]
    client.force_login(mall.a_member("eve"))
    assert client.get(location).status_code == 404


def test_a_confirmation_without_its_token_is_refused(ann: Member) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ann)
    before = ledger.balance("ann")
    assert confirmed(strict, 1_000_000).status_code == 403
    assert ledger.balance("ann") == before


def test_dividends_and_movements_page_to_the_first_day(client: Client, ann: Member) -> None:
    for number in range(3, 40):
        day = FIRST_DAY + timedelta(days=number)
        mall.feed(mall.sale("ann", 10, day=day), mall.close(day))
    for address in ("/equity/dividends/", "/equity/movements/"):
        following = "?before="
        page = text(client.get(address))
        assert following in page
        older = page.split('href="?before=')[1].split('"')[0]
        assert str(FIRST_DAY) in text(client.get(f"{address}?before={older}"))


@pytest.mark.parametrize(
    "address", ["/equity/dividends/?before=soon", "/equity/movements/?before=-1"]
)
def test_a_broken_mark_in_a_list_is_not_found(client: Client, ann: Member, address: str) -> None:
    assert client.get(address).status_code == 404


def test_no_text_of_these_pages_makes_a_blocked_claim() -> None:
    from babel.messages.pofile import read_po

    from sharemall.compliance.claims import check
    from sharemall.config import PACKAGE

    source = PACKAGE / "locale" / "equity" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    with source.open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    assert len(messages) > 200
    with override("en"):
        for message in messages:
            assert check(f"{message.id} {message.string}") == []
