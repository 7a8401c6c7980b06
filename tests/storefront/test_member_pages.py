"""Signing in, registering and the own page, through the forms."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from sharemall.clock.services import now
from sharemall.members import services
from sharemall.members.models import Member, SignInFailure
from tests.catalogue.goods import buy, open_mall

pytestmark = pytest.mark.django_db

PHONE = "13800138000"
GOOD = "Jade-terraces-7"


def ann() -> Member:
    return services.register(phone=PHONE, password=GOOD, name="安安")


def sign_in(client: Client, **fields: str) -> Any:
    return client.post("/sign-in/", {"phone": PHONE, "password": GOOD, **fields})


def text(response: HttpResponse) -> str:
    return response.content.decode()


def test_phone_and_password_sign_in_and_lead_on_to_where_one_was_going(client: Client) -> None:
    ann()
    response = sign_in(client, next="/me/")
    assert (response.status_code, response.headers["Location"]) == (302, "/me/")
    assert "安安" in text(client.get("/me/"))


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:1"])
def test_signing_in_leads_to_no_other_host(client: Client, target: str) -> None:
    ann()
    assert sign_in(client, next=target).headers["Location"] == "/"


@pytest.mark.parametrize("typed", ["138 0013 8000", "138-0013-8000", "+8613800138000"])
def test_a_phone_number_may_be_typed_as_people_write_it(client: Client, typed: str) -> None:
    ann()
    assert sign_in(client, phone=typed).status_code == 302


def test_a_wrong_password_is_one_sentence_and_no_session(client: Client) -> None:
    ann()
    response = sign_in(client, password="wrong")
    assert response.status_code == 422
    assert "手机号或密码不正确。" in text(response)
    assert client.get("/me/").status_code == 302


@pytest.mark.parametrize(
    "phone", ["", "12345", "23800138000", "1380013800a", "１３８００１３８０００１"]
)
def test_an_impossible_phone_number_is_refused_at_its_field(client: Client, phone: str) -> None:
    response = sign_in(client, phone=phone)
    assert response.status_code == 422
    assert 'aria-invalid="true"' in text(response)


def test_too_many_failures_answer_429_with_the_time_to_wait(client: Client) -> None:
    ann()
    SignInFailure.objects.bulk_create(
        SignInFailure(phone=PHONE, address="127.0.0.1", at=now())
        for _ in range(services.MOST_PER_PHONE)
    )
    response = sign_in(client)
    assert response.status_code == 429
    assert "请在 15 分钟后重试。" in text(response)
    assert 0 < int(response.headers["Retry-After"]) <= 900


def test_one_click_signs_into_a_demo_account_but_into_no_other(client: Client) -> None:
    member = ann()
    assert client.post("/demo-sign-in/", {"phone": PHONE}).status_code == 404
    Member.objects.filter(pk=member.pk).update(is_demo=True)
    assert PHONE in text(client.get("/sign-in/"))
    assert client.post("/demo-sign-in/", {"phone": PHONE}).status_code == 302
    assert client.get("/me/").status_code == 200


def test_a_live_mall_has_no_demo_accounts_and_no_demo_tools(
    client: Client, settings: Settings
) -> None:
    Member.objects.filter(pk=ann().pk).update(is_demo=True)
    settings.MODE = "live"
    assert "演示" not in text(client.get("/sign-in/"))
    assert client.post("/demo-sign-in/", {"phone": PHONE}).status_code == 404
    assert client.get("/demo/").status_code == 404


def register(client: Client, **fields: str) -> Any:
    return client.post("/register/", {"name": "安安", "phone": PHONE, "password": GOOD, **fields})


def test_registering_makes_a_member_and_signs_it_in(client: Client) -> None:
    assert register(client).status_code == 302
    assert Member.objects.get().phone == PHONE
    assert client.get("/me/").status_code == 200


def test_registering_twice_says_that_the_number_has_an_account(client: Client) -> None:
    register(client)
    response = register(Client(), name="别人")
    assert response.status_code == 422
    assert "这个手机号已经注册" in text(response)
    assert Member.objects.get().name == "安安"


@pytest.mark.parametrize(
    "fields", [{"password": "12345678"}, {"password": "abc"}, {"password": PHONE}, {"name": " "}]
)
def test_what_is_too_easy_or_missing_is_refused(client: Client, fields: dict[str, str]) -> None:
    assert register(client, **fields).status_code == 422
    assert not Member.objects.exists()


def test_signing_out_needs_a_form_and_ends_the_session(client: Client) -> None:
    client.force_login(ann())
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").status_code == 302
    response = client.get("/me/")
    assert response.headers["Location"] == "/sign-in/?next=/me/"


def test_the_own_page_shows_what_one_holds_and_no_whole_phone_number(client: Client) -> None:
    open_mall()
    member = ann()
    buy(member.account)
    client.force_login(member)
    page = text(client.get("/me/"))
    assert "138****8000" in page
    assert PHONE not in page
    assert "21.0000" in page
    assert "¥200.00" in page
    assert "¥30.00" in page  # 21 shares at 30 ÷ 21
    assert member.account not in page


def test_a_form_without_proof_of_origin_is_refused_with_a_sentence() -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/sign-in/", {"phone": PHONE, "password": GOOD})
    assert response.status_code == 403
    assert "页面已过期" in response.content.decode()
