"""The cashier's pages: means, refusals, the sandbox's outcomes, and what came of it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from sharemall.clock import services as clock
from sharemall.ledger import selectors as ledger
from sharemall.members.models import Member
from sharemall.orders import life, paying
from sharemall.orders.models import Order
from sharemall.orders.paying import Plan
from sharemall.payments.models import Notice, Payment, Refund
from tests.orders import ready, shop
from tests.orders.forms import fields_of, text_of

pytestmark = pytest.mark.django_db

HTMX = {"hx-request": "true"}
SANDBOX = "sandbox:page"
HOSTILE = ["-1", "abc", "1.234", "9" * 30, "\0", "1e9", "٣"]


@pytest.fixture
def ann() -> Member:
    shop.open_mall()
    return shop.a_member("ann")


@pytest.fixture
def payment(ann: Member) -> Payment:
    """Two bottles, ¥200."""
    return shop.place(ann, shop.a_product(), 2, now=clock.now()).payment


@pytest.fixture
def client(ann: Member) -> Client:
    """Ann's browser, in English."""
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(ann)
    return client


@pytest.fixture
def rich(ann: Member) -> None:
    """Ann has ¥150 of balance, and shares and coins enough."""
    ready.give("ann", cash_fen=15_000, coins="2000")
    ready.give("ann", shares="1000")


def where(payment: Payment) -> str:
    return f"/pay/{payment.no}/"


def choose(client: Client, payment: Payment, **amounts: object) -> HttpResponse:
    """Send the cashier's form."""
    form = {"key": uuid4(), "do": "pay", "way": SANDBOX, **amounts}
    return client.post(where(payment), form)


def look(client: Client, payment: Payment, **amounts: object) -> HttpResponse:
    """Let the form be worked out anew, as htmx does."""
    form = {"key": uuid4(), "do": "look", "way": SANDBOX, **amounts}
    return client.post(where(payment), form, headers=HTMX)


def in_sandbox(client: Client, payment: Payment, outcome: str, key: object = None) -> HttpResponse:
    payment.refresh_from_db()
    form = {"key": key or uuid4(), "outcome": outcome}
    return client.post(f"/sandbox/{payment.no}_{payment.attempt}/", form)


def state(payment: Payment) -> tuple[str, str]:
    payment.refresh_from_db()
    return payment.status, Order.objects.get(payment=payment).status


def test_the_cashier_shows_amount_time_and_ways(client: Client, payment: Payment) -> None:
    text = text_of(client.get(where(payment)))
    for words in ("200", "data-ends=", "Please pay before", "Sandbox (no real money)"):
        assert words in text
    assert "From my wallet" not in text


def test_through_the_provider_alone_it_goes_on_to_its_page(
    client: Client, payment: Payment
) -> None:
    answer = choose(client, payment)
    assert answer.headers["Location"] == f"{where(payment)}start/"
    answer = client.get(answer.headers["Location"])
    assert answer.headers["Location"] == f"/sandbox/{payment.no}_1/"
    assert in_sandbox(client, payment, "succeed").headers["Location"] == f"{where(payment)}done/"
    assert state(payment) == ("succeeded", "paid")
    text = text_of(client.get(f"{where(payment)}done/"))
    assert "What happens next" in text
    assert client.get(where(payment)).headers["Location"] == f"{where(payment)}done/"


@pytest.mark.usefixtures("rich")
class TestWallet:
    def test_all_of_it_out_of_the_wallet_needs_no_provider(
        self, client: Client, payment: Payment
    ) -> None:
        answer = choose(client, payment, coins="80.00", balance="120")
        assert answer.headers["Location"] == f"{where(payment)}done/"
        assert state(payment) == ("succeeded", "paid")
        order = Order.objects.get()
        assert (order.coins_fen, order.balance_fen, order.provider_fen) == (8_000, 12_000, 0)

    def test_shares_are_quoted_exactly_and_sold_only_with_the_tick(
        self, client: Client, payment: Payment
    ) -> None:
        quoted = look(client, payment, shares="50")
        assert "What is sold: exactly as many" in text_of(quoted)
        form = fields_of(quoted, "cashier", do="pay")
        assert int(form["shares_micro"][0]) > 0
        before = ledger.balance("ann").shares_micro
        answer = client.post(where(payment), form)
        assert answer.status_code == 422
        assert "Confirm the sale first." in text_of(answer)
        assert ledger.balance("ann").shares_micro == before
        answer = client.post(where(payment), form | {"agreed": "yes"})
        assert answer.headers["Location"] == f"{where(payment)}start/"
        payment.refresh_from_db()
        assert (payment.wallet, payment.shares_fen) == ("held", 5_000)
        assert ledger.balance("ann").shares_micro == before - payment.shares_micro

    def test_as_much_as_possible_fills_what_the_others_leave(
        self, client: Client, payment: Payment
    ) -> None:
        filled = look(client, payment, do="most-balance", coins="100")
        form = fields_of(filled, "cashier")
        assert (form["coins"], form["balance"]) == (["100.00"], ["100.00"])
        assert "from the wallet" in text_of(filled)
        form = fields_of(look(client, payment, do="most-balance"), "cashier")
        assert form["balance"] == ["150.00"]

    @pytest.mark.parametrize("text", HOSTILE)
    @pytest.mark.parametrize("means", ["coins", "balance", "shares"])
    def test_what_is_no_amount_is_said_at_its_field(
        self, client: Client, payment: Payment, means: str, text: str
    ) -> None:
        answer = choose(client, payment, **{means: text})
        assert answer.status_code == 422
        assert "Enter an amount in yuan" in text_of(answer)
        assert state(payment) == ("pending", "unpaid")

    def test_more_than_is_held_or_owed_is_refused(self, client: Client, payment: Payment) -> None:
        answer = choose(client, payment, balance="150.01")
        assert "You can pay at most 150.00 with this." in text_of(answer)
        answer = choose(client, payment, balance="150", coins="50.01")
        assert "That is more than there is to pay." in text_of(answer)
        assert answer.status_code == 422
        assert state(payment) == ("pending", "unpaid")

    def test_without_a_provider_the_rest_is_not_left_open(
        self, client: Client, payment: Payment
    ) -> None:
        for way in ("", "nobody:page", "\0", "x" * 100):
            answer = choose(client, payment, balance="10", way=way)
            assert answer.status_code == 422
            assert "Choose who takes the rest of the payment." in text_of(answer)
        assert ledger.balance("ann").cash_micro == 150_000_000

    def test_a_part_that_is_held_is_shown_and_another_provider_may_be_chosen(
        self, client: Client, payment: Payment
    ) -> None:
        choose(client, payment, balance="150")
        text = text_of(client.get(where(payment)))
        assert "Your wallet has paid its part" in text
        assert "¥50.00" in text
        answer = client.post(f"{where(payment)}start/", {"way": SANDBOX})
        assert answer.headers["Location"] == f"{where(payment)}start/"
        answer = client.post(f"{where(payment)}start/", {"way": "nobody:page"}, follow=True)
        assert "Choose who takes the rest of the payment." in text_of(answer)
        in_sandbox(client, payment, "succeed")
        assert state(payment) == ("succeeded", "paid")
        assert Order.objects.get().provider_fen == 5_000

    def test_other_means_may_be_chosen_and_what_was_held_comes_back(
        self, client: Client, payment: Payment
    ) -> None:
        choose(client, payment, balance="150")
        form = fields_of(client.get(where(payment)), "cashier", do="pay", coins="200")
        answer = client.post(where(payment), form)
        assert answer.headers["Location"] == f"{where(payment)}done/"
        assert state(payment) == ("succeeded", "paid")
        assert Order.objects.get().coins_fen == 20_000
        assert ledger.balance("ann").cash_micro == 150_000_000

    def test_what_the_books_refuse_is_explained_and_can_be_tried_again(
        self, client: Client, payment: Payment
    ) -> None:
        other = shop.place(payment.member, shop.a_product("beer"), now=clock.now()).payment
        for each, fen in ((other, 10_000), (payment, 15_000)):
            plan = Plan(balance_fen=fen, provider="sandbox", way="page")
            paying.begin(member=each.member, no=each.no, plan=plan, key=uuid4(), now=clock.now())
        waiting = text_of(client.get(where(payment)))
        assert "Your wallet is paying" in waiting
        assert 'http-equiv="refresh"' in waiting
        assert client.get(f"{where(payment)}done/").headers["Location"] == where(payment)
        assert client.get(f"{where(payment)}start/").headers["Location"] == where(payment)
        assert "Your wallet is still paying" in text_of(choose(client, payment, balance="1"))
        paying.settle_moving(clock.now())
        polled = client.get(where(payment), headers=HTMX)
        assert polled.headers["HX-Redirect"] == where(payment)
        text = text_of(client.get(where(payment)))
        assert "Your cash balance is no longer as large" in text
        assert "back in your wallet" in text
        assert state(payment) == ("pending", "unpaid")
        assert choose(client, payment).status_code == 302

    def test_the_same_form_twice_pays_once(self, client: Client, payment: Payment) -> None:
        form = {"key": uuid4(), "do": "pay", "balance": "100", "coins": "100"}
        for _ in range(2):
            answer = client.post(where(payment), form)
            assert answer.headers["Location"] == f"{where(payment)}done/"
        assert ledger.balance("ann").cash_micro == 50_000_000


class TestSandbox:
    def test_a_failure_is_told_and_may_be_tried_again(
        self, client: Client, payment: Payment
    ) -> None:
        choose(client, payment)
        assert in_sandbox(client, payment, "fail").headers["Location"] == where(payment)
        assert "The last attempt failed." in text_of(client.get(where(payment)))
        assert state(payment) == ("pending", "unpaid")
        in_sandbox(client, payment, "succeed")
        assert state(payment) == ("succeeded", "paid")

    def test_told_twice_is_paid_once(self, client: Client, payment: Payment) -> None:
        choose(client, payment)
        in_sandbox(client, payment, "twice")
        assert state(payment) == ("succeeded", "paid")
        assert (Notice.objects.count(), Refund.objects.count()) == (1, 0)

    def test_the_same_form_twice_is_one_trade(self, client: Client, payment: Payment) -> None:
        choose(client, payment)
        key = uuid4()
        for _ in range(2):
            in_sandbox(client, payment, "succeed", key)
        assert (Notice.objects.count(), Refund.objects.count()) == (1, 0)

    def test_told_later_the_page_waits(self, client: Client, payment: Payment) -> None:
        choose(client, payment)
        in_sandbox(client, payment, "delay")
        assert state(payment) == ("pending", "unpaid")
        waiting = text_of(client.get(f"{where(payment)}done/"))
        assert "Waiting for the provider" in waiting
        assert 'hx-trigger="every 1s"' in waiting

    def test_money_that_comes_late_or_twice_is_shown_on_its_way_back(
        self, client: Client, payment: Payment
    ) -> None:
        choose(client, payment)
        life.close_unpaid(clock.now() + timedelta(hours=1))
        page = client.get(f"/sandbox/{payment.no}_1/")
        assert "What is paid now comes late" in text_of(page)
        in_sandbox(client, payment, "succeed")
        assert state(payment) == ("closed", "cancelled")
        assert Refund.objects.get().amount_fen == 20_000
        text = text_of(client.get(f"{where(payment)}done/"))
        assert "On the way back" in text
        assert "¥200.00" in text

    @pytest.mark.parametrize("outcome", ["", "steal", "\0"])
    def test_what_is_no_outcome_moves_nothing(
        self, client: Client, payment: Payment, outcome: str
    ) -> None:
        choose(client, payment)
        assert in_sandbox(client, payment, outcome).status_code == 422
        assert in_sandbox(client, payment, "succeed", "no key").status_code == 422
        assert not Notice.objects.exists()

    def test_what_was_never_asked_for_cannot_be_paid(
        self, client: Client, payment: Payment
    ) -> None:
        assert in_sandbox(client, payment, "succeed").status_code == 404
        choose(client, payment)
        for number in ("0", "2", "-1", "x", ""):
            form = {"key": uuid4(), "outcome": "succeed"}
            assert client.post(f"/sandbox/{payment.no}_{number}/", form).status_code == 404
        assert state(payment) == ("pending", "unpaid")


def test_when_the_time_is_over_nothing_can_be_paid(client: Client, payment: Payment) -> None:
    Order.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    assert client.get(where(payment)).headers["Location"] == f"{where(payment)}done/"
    assert choose(client, payment).headers["Location"] == f"{where(payment)}done/"
    assert "Time is over" in text_of(client.get(f"{where(payment)}done/"))
    life.close_unpaid(clock.now())
    assert "Nothing is owed any more." in text_of(client.get(f"{where(payment)}done/"))
