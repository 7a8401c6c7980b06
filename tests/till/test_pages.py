"""The pages of paying in person: the member's and the staff's, and what they refuse."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from sharemall.clock import services as clock
from sharemall.ledger import selectors as ledger
from sharemall.members.models import Member
from sharemall.till import codes, passwords, services
from sharemall.till.models import Code, TillPayment
from tests.office import given as staff
from tests.orders import books, ready
from tests.till import desk

pytestmark = pytest.mark.django_db(transaction=True)

FEN = 10_000


@pytest.fixture
def ann() -> Member:
    desk.open_mall()
    ready.give("ann", coins="1000", cash_fen=10_000)
    return desk.a_member("ann")


def browser_of(member: Member) -> Client:
    client = staff.sign_in(Client(), member)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def phone(ann: Member) -> Client:
    return browser_of(ann)


@pytest.fixture
def till(ann: Member) -> Client:
    return browser_of(staff.employ(desk.a_member("till")))


def text(response: HttpResponse) -> str:
    return unescape(response.content.decode())


def digits(phone: Client) -> str:
    """The code that the phone shows."""
    found = re.search(r'data-digits="([0-9]{18})"', text(phone.get(reverse("till"))))
    assert found is not None
    return found[1]


def ring_up(till: Client, code: str, **changes: object) -> HttpResponse:
    fields: dict[str, Any] = {
        "key": uuid4(),
        "merchant": "platform",
        "code": code,
        "amount": "50",
    }
    return till.post(reverse("console-till"), fields | changes)


def confirm(phone: Client, payment: TillPayment, **changes: object) -> HttpResponse:
    fields: dict[str, Any] = {"coins": "", "password": desk.PAYS}
    return phone.post(reverse("till-payment", kwargs={"no": payment.no}), fields | changes)


def test_from_the_code_to_both_receipts(phone: Client, till: Client) -> None:
    waiting = phone.get(reverse("till-waiting"))
    assert (waiting.status_code, "HX-Redirect" in waiting.headers) == (204, False)
    code = digits(phone)
    rung = ring_up(till, f"{code[:4]} {code[4:]}")
    payment = TillPayment.objects.get()
    mine = reverse("till-payment", kwargs={"no": payment.no})
    assert phone.get(reverse("till-waiting")).headers["HX-Redirect"] == mine
    assert phone.get(reverse("till"))["Location"] == mine
    assert "To be confirmed" in text(till.get(rung["Location"]))
    assert "platform" in text(phone.get(mine))
    assert confirm(phone, payment, coins="20")["Location"] == mine
    for page in (text(phone.get(mine)), text(till.get(rung["Location"]))):
        assert "Receipt" in page
        assert payment.no in page
        assert "¥20.00" in page
        assert "¥30.00" in page
    assert books.merchant("platform") == (2_000 * FEN, 3_000 * FEN)


def test_a_scan_leads_from_the_amount_to_the_receipt(phone: Client) -> None:
    where = reverse("till-scan", kwargs={"key": "farm"})
    assert "farm" in text(phone.get(where))
    begun = phone.post(where, {"key": uuid4(), "amount": "12.34"})
    page = text(phone.get(begun["Location"]))
    assert "only with a licence" in page
    assert 'name="coins"' not in page
    assert confirm(phone, TillPayment.objects.get()).status_code == 302
    assert books.merchant("farm") == (0, 1_234 * FEN)


def test_coins_are_proposed_only_for_what_the_balance_lacks(phone: Client, till: Client) -> None:
    ring_up(till, digits(phone), amount="130")
    page = text(phone.get(reverse("till-payment", kwargs={"no": TillPayment.objects.get().no})))
    assert 'name="coins" value="30.00"' in page


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("used", "This code was used already."),
        ("old", "This code is too old."),
        ("1" * 18, "This is no payment code of this mall."),
        ("abc", "This is no payment code of this mall."),
        ("", "Scan or type the code."),
    ],
)
def test_the_till_says_what_is_wrong_with_a_code(
    phone: Client, till: Client, code: str, words: str
) -> None:
    given = digits(phone) if code in ("used", "old") else code
    if code == "used":
        ring_up(till, given)
    if code == "old":
        Code.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    response = ring_up(till, given)
    assert response.status_code == 422
    assert words in text(response)
    assert TillPayment.objects.count() == (1 if code == "used" else 0)


@pytest.mark.parametrize("amount", ["0", "-1", "", "abc", "1.234", "50000.01", "9" * 30])
def test_the_till_says_what_is_wrong_with_an_amount(
    phone: Client, till: Client, amount: str
) -> None:
    response = ring_up(till, digits(phone), amount=amount)
    assert response.status_code == 422
    assert "field-error" in text(response)
    assert not TillPayment.objects.exists()


@pytest.mark.parametrize("changes", [{"merchant": "nobody"}, {"key": "x"}, {"merchant": ""}])
def test_a_till_form_that_is_not_whole_takes_no_code(
    phone: Client, till: Client, changes: dict[str, str]
) -> None:
    assert ring_up(till, digits(phone), **changes).status_code == 422
    assert not Code.objects.filter(used_at__isnull=False).exists()


@pytest.mark.parametrize("amount", ["0", "-1", "", "abc", "1.234", "50000.01", "\0", "٣"])
def test_a_scan_says_what_is_wrong_with_an_amount(phone: Client, amount: str) -> None:
    where = reverse("till-scan", kwargs={"key": "farm"})
    response = phone.post(where, {"key": uuid4(), "amount": amount})
    assert response.status_code == 422
    assert "field-error" in text(response)


def test_a_merchant_that_is_not_there_has_no_page(phone: Client) -> None:
    for key in ("nobody", "escrow"):
        assert phone.get(reverse("till-scan", kwargs={"key": key})).status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"password": "111112"}, "4 more tries are left"),
        ({"password": ""}, "Enter the six digits."),
        ({"coins": "abc"}, "Enter an amount in yuan"),
        ({"coins": "50.01"}, "up to ¥50.00"),
        ({"coins": "-1"}, "Enter an amount in yuan"),
    ],
)
def test_a_confirmation_says_what_is_wrong_and_pays_nothing(
    phone: Client, till: Client, changes: dict[str, str], words: str
) -> None:
    ring_up(till, digits(phone))
    response = confirm(phone, TillPayment.objects.get(), **changes)
    assert response.status_code == 422
    assert words in text(response)
    assert ledger.balance("ann").cash_micro == 10_000 * FEN


def test_a_locked_password_says_until_when(phone: Client, till: Client) -> None:
    ring_up(till, digits(phone))
    pages = [confirm(phone, TillPayment.objects.get(), password="111112") for _ in range(5)]
    assert "One more try is left." in text(pages[3])
    assert "It is locked until 20" in text(pages[4])
    assert "locked until" in text(phone.get(reverse("payment-password")))


def test_full_width_digits_are_digits(phone: Client, till: Client) -> None:
    ring_up(till, digits(phone))
    wide = "".join(chr(ord(one) + 0xFEE0) for one in desk.PAYS)
    assert confirm(phone, TillPayment.objects.get(), password=wide).status_code == 302


def test_the_member_declines_and_the_till_sees_it(phone: Client, till: Client) -> None:
    rung = ring_up(till, digits(phone))
    no = TillPayment.objects.get().no
    phone.post(reverse("till-decline", kwargs={"no": no}))
    assert "Called off" in text(till.get(rung["Location"]))
    page = text(phone.get(reverse("till-payment", kwargs={"no": no})))
    assert "Nothing was paid" in page
    late = confirm(phone, TillPayment.objects.get())
    assert late.status_code == 200
    assert ledger.balance("ann").cash_micro == 10_000 * FEN


def test_the_till_calls_a_payment_off_but_not_a_paid_one(phone: Client, till: Client) -> None:
    ring_up(till, digits(phone))
    payment = TillPayment.objects.get()
    confirm(phone, payment)
    where = reverse("console-till-cancel", kwargs={"no": payment.no})
    assert "This payment has ended already." in text(till.post(where, follow=True))
    ring_up(till, digits(phone))
    other = TillPayment.objects.latest("id")
    where = reverse("console-till-cancel", kwargs={"no": other.no})
    assert "Nothing was paid." in text(till.post(where, follow=True))


def test_what_the_member_confirms_too_late_is_not_paid(phone: Client, till: Client) -> None:
    ring_up(till, digits(phone))
    TillPayment.objects.update(expires_at=clock.now())
    response = confirm(phone, TillPayment.objects.get())
    assert "Not confirmed in time" in text(response)
    assert ledger.balance("ann").cash_micro == 10_000 * FEN


def test_a_payment_on_its_way_goes_on_by_itself(phone: Client, ann: Member, till: Client) -> None:
    ring_up(till, digits(phone))
    payment = TillPayment.objects.get()
    services.confirm(member=ann, no=payment.no, coins_fen=0, password=desk.PAYS, now=clock.now())
    mine = reverse("till-payment", kwargs={"no": payment.no})
    assert "The page goes on by itself." in text(phone.get(mine))
    services.settle(no=payment.no, now=clock.now())
    on = phone.get(mine, headers={"hx-request": "true"})
    assert on.headers["HX-Redirect"] == mine


def test_without_a_payment_password_no_code_is_shown(ann: Member) -> None:
    bob = browser_of(desk.a_member("bob", pays=""))
    page = text(bob.get(reverse("till")))
    assert "Set a payment password first" in page
    assert bob.get(reverse("till-code")).status_code == 404
    assert not Code.objects.exists()


def test_the_code_is_renewed(phone: Client) -> None:
    first = digits(phone)
    assert first not in text(phone.get(reverse("till-code")))


def test_nobody_sees_or_declines_anothers_payment(phone: Client, till: Client) -> None:
    ring_up(till, digits(phone))
    payment, bob = TillPayment.objects.get(), browser_of(desk.a_member("bob"))
    assert bob.get(reverse("till-payment", kwargs={"no": payment.no})).status_code == 404
    assert confirm(bob, payment).status_code == 404
    assert bob.post(reverse("till-decline", kwargs={"no": payment.no})).status_code == 404
    payment.refresh_from_db()
    assert payment.status == "pending"


def test_the_merchants_code_leads_to_its_page(till: Client) -> None:
    page = text(till.get(reverse("console-till-qr", kwargs={"key": "farm"})))
    assert "http://testserver/till/pay/farm/" in page
    assert "<svg" in page


def test_an_in_person_payment_stands_in_the_wallet(phone: Client, till: Client) -> None:
    ring_up(till, digits(phone))
    payment = TillPayment.objects.get()
    confirm(phone, payment, coins="20")
    page = text(phone.get(reverse("wallet")))
    assert page.count("Paid in person") == 2
    assert reverse("till-payment", kwargs={"no": payment.no}) in page


def new_password(phone: Client, **changes: str) -> HttpResponse:
    fields = {"sign_in": desk.SIGN_IN, "password": "640209", "again": "640209"}
    return phone.post(reverse("payment-password"), fields | changes)


def test_the_payment_password_is_set_and_leads_back(phone: Client, ann: Member) -> None:
    response = new_password(phone, next="/till/")
    assert response["Location"] == "/till/"
    passwords.check(member=ann, password="640209", now=clock.now())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sign_in": "guess"}, "Your sign-in password is wrong."),
        ({"sign_in": ""}, "Enter a password."),
        ({"again": "640208"}, "The two are not the same."),
        ({"password": "12345", "again": "12345"}, "A payment password is six digits."),
        ({"password": "123456", "again": "123456"}, "guessed too easily"),
        ({"password": "", "again": ""}, "Enter the six digits."),
    ],
)
def test_a_payment_password_that_cannot_be_is_refused_at_its_field(
    phone: Client, ann: Member, changes: dict[str, str], words: str
) -> None:
    response = new_password(phone, **changes)
    assert response.status_code == 422
    assert words in text(response)
    passwords.check(member=ann, password=desk.PAYS, now=clock.now())


def test_who_signs_in_by_a_code_is_led_to_set_a_password_first(phone: Client, ann: Member) -> None:
    ann.set_unusable_password()
    ann.save()
    phone.force_login(ann)
    page = text(phone.get(reverse("payment-password")))
    assert reverse("settings-password") in page
    assert "sign_in" not in page
    assert new_password(phone).status_code == 422


def test_the_way_back_is_never_to_another_site(phone: Client) -> None:
    assert new_password(phone, next="https://evil.example/")["Location"] == reverse("wallet")


def cashier(phone: Client, no: str, **changes: str) -> HttpResponse:
    fields = {"key": str(uuid4()), "do": "pay", "balance": "50", "way": "sandbox:page"}
    return phone.post(reverse("pay", kwargs={"no": no}), fields | changes)


def test_the_malls_cashier_asks_for_the_payment_password_too(phone: Client, ann: Member) -> None:
    payment = ready.place(ann, now=clock.now())
    page = text(cashier(phone, payment.no, do="look"))
    assert 'name="payment_password"' in page
    response = cashier(phone, payment.no)
    assert response.status_code == 422
    assert "The payment password is wrong." in text(response)
    wrong = text(cashier(phone, payment.no, payment_password="111112"))
    assert "3 more tries are left" in wrong
    assert "111112" not in wrong
    payment.refresh_from_db()
    assert (payment.wallet, payment.attempt) == ("none", 0)
    assert cashier(phone, payment.no, payment_password=desk.PAYS).status_code == 302
    payment.refresh_from_db()
    assert (payment.wallet, payment.balance_fen) == ("held", 5_000)


def test_the_malls_cashier_asks_nobody_who_has_none(ann: Member) -> None:
    bob = desk.a_member("bob", pays="")
    ready.give("bob", cash_fen=10_000)
    payment = ready.place(bob, now=clock.now())
    phone = browser_of(bob)
    assert "payment_password" not in text(cashier(phone, payment.no, do="look"))
    assert cashier(phone, payment.no).status_code == 302


def test_through_a_provider_alone_no_payment_password_is_asked(phone: Client, ann: Member) -> None:
    payment = ready.place(ann, now=clock.now())
    page = text(phone.get(reverse("pay", kwargs={"no": payment.no})))
    assert "payment_password" not in page
    assert cashier(phone, payment.no, balance="").status_code == 302


def test_codes_of_a_member_do_not_pile_up(ann: Member) -> None:
    for _ in range(30):
        codes.show(member=ann, now=clock.now())
    assert Code.objects.count() == codes.KEPT
