"""The pages of a member's addresses: the selects step by step, the way back to the checkout."""

import pytest
from django.test import Client

from sharemall.members import addresses
from sharemall.members.models import Address, Member
from tests.orders import shop
from tests.orders.forms import text_of

pytestmark = pytest.mark.django_db

FORM = {
    "name": "王五",
    "phone": "138 0000-2222",
    "province": "440000",
    "city": "440300",
    "district": "440305",
    "detail": "科技园 1 号",
    "do": "save",
}
HOSTILE = ["", "x" * 500, "a\0b", " "]


@pytest.fixture
def ann() -> Member:
    shop.open_mall()
    return shop.a_member("ann")


@pytest.fixture
def client(ann: Member) -> Client:
    """Ann's browser, in English."""
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(ann)
    return client


def test_an_address_is_added_and_listed(client: Client, ann: Member) -> None:
    assert client.post("/me/addresses/new/", FORM).headers["Location"] == "/me/addresses/"
    text = text_of(client.get("/me/addresses/"))
    assert "王五" in text
    assert "Nanshan District, Shenzhen, Guangdong" in text
    assert "The address was saved." in text
    assert Address.objects.get(name="王五").phone == "13800002222"


def test_from_the_checkout_it_leads_back_with_the_new_one_chosen(client: Client) -> None:
    form = FORM | {"next": "/checkout/?variant=7&quantity=2"}
    answer = client.post("/me/addresses/new/", form)
    new = Address.objects.get(name="王五")
    assert answer.headers["Location"] == f"/checkout/?variant=7&quantity=2&address={new.pk}"
    listed = text_of(client.get("/me/addresses/", {"next": "/checkout/?address=3"}))
    assert f"/checkout/?address={new.pk}" in listed
    answer = client.post("/me/addresses/new/", form | {"next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/me/addresses/"


def test_without_javascript_the_selects_come_step_by_step(client: Client) -> None:
    page = client.get("/me/addresses/new/")
    assert "Guangdong" in text_of(page)
    assert "Shenzhen" not in text_of(page)
    typed = FORM | {"do": "regions", "city": "", "district": ""}
    page = client.post("/me/addresses/new/", typed)
    assert page.status_code == 200
    assert "Shenzhen" in text_of(page)
    assert "王五" in text_of(page)
    page = client.post("/me/addresses/new/", typed | {"city": "440300"})
    assert "Nanshan" in text_of(page)
    assert not Address.objects.filter(name="王五").exists()


def test_htmx_gets_the_selects_alone(client: Client) -> None:
    text = text_of(client.get("/me/addresses/regions/", {"province": "440000", "city": "110100"}))
    assert "Shenzhen" in text
    assert "<html" not in text
    assert "Nanshan" not in text


@pytest.mark.parametrize("code", ["", "999999", "abc", "\0", "4403", "' or 1=1", "9" * 99])
def test_a_region_that_does_not_exist_chooses_nothing(client: Client, code: str) -> None:
    where = {"province": code, "city": code, "district": code}
    assert client.get("/me/addresses/regions/", where).status_code == 200
    answer = client.post("/me/addresses/new/", FORM | where)
    assert answer.status_code == 422
    assert "Choose province, city and district." in text_of(answer)


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ("name", "Say who receives the parcel"),
        ("detail", "Enter street and house number"),
        ("phone", "Enter a mobile number of 11 digits."),
    ],
)
@pytest.mark.parametrize("text", HOSTILE)
def test_what_cannot_be_is_said_at_its_field(
    client: Client, field: str, sentence: str, text: str
) -> None:
    answer = client.post("/me/addresses/new/", FORM | {field: text})
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert not Address.objects.filter(phone="13800002222").exists()


def test_an_address_is_changed(client: Client, ann: Member) -> None:
    old = addresses.addresses(ann)[0]
    page = client.get(f"/me/addresses/{old.pk}/")
    assert "建国路 1 号" in text_of(page)
    assert 'value="110105" selected' in text_of(page)
    assert client.post(f"/me/addresses/{old.pk}/", FORM).status_code == 302
    old.refresh_from_db()
    assert (old.name, old.district_code) == ("王五", "440305")


def test_the_default_moves_and_the_removed_is_gone(client: Client, ann: Member) -> None:
    first, second = addresses.addresses(ann)[0], shop.an_address(ann)
    assert client.post(f"/me/addresses/{second.pk}/default/").status_code == 302
    assert addresses.addresses(ann)[0] == second
    assert client.post(f"/me/addresses/{second.pk}/remove/").status_code == 302
    assert addresses.addresses(ann) == [first]


def test_more_than_a_member_may_keep_are_refused(client: Client, ann: Member) -> None:
    for _ in range(addresses.MOST - 1):
        shop.an_address(ann)
    answer = client.post("/me/addresses/new/", FORM)
    assert answer.status_code == 422
    assert "You can keep at most 20 addresses." in text_of(answer)
    assert "/me/addresses/new/" not in text_of(client.get("/me/addresses/"))


def test_anothers_address_is_as_good_as_none(client: Client) -> None:
    bens = addresses.addresses(shop.a_member("ben"))[0]
    for address_id in (bens.pk, 10**12, 10**30):
        where = f"/me/addresses/{address_id}/"
        assert client.get(where).status_code == 404
        for path in ("", "remove/", "default/"):
            assert client.post(where + path, FORM).status_code == 404
    bens.refresh_from_db()
    assert bens.name == "安"


def test_nothing_is_removed_by_following_a_link(client: Client, ann: Member) -> None:
    address = addresses.addresses(ann)[0]
    for path in ("remove/", "default/"):
        assert client.get(f"/me/addresses/{address.pk}/{path}").status_code == 405


def test_who_is_not_signed_in_sees_no_address(ann: Member) -> None:
    address = addresses.addresses(ann)[0]
    for path in ("", "new/", "regions/", f"{address.pk}/"):
        assert Client().get(f"/me/addresses/{path}").status_code == 302


def test_the_form_shows_what_was_typed_when_it_comes_back(client: Client) -> None:
    answer = client.post("/me/addresses/new/", FORM | {"phone": "12"})
    typed = fields_of_first_form(text_of(answer))
    assert "王五" in typed
    assert "科技园 1 号" in typed
    assert 'value="440305" selected' in typed


def fields_of_first_form(text: str) -> str:
    return text[text.index("<main") : text.index("</main>")]
