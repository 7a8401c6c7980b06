"""Every address of the wallet and the till is for its own member, signed in."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from sharemall.clock import services as clock
from sharemall.members.models import Member
from sharemall.storefront.urls_wallet import urlpatterns
from tests.till import desk

pytestmark = pytest.mark.django_db(transaction=True)

ONLY_POST = ["till-decline"]
FORMS = ["wallet-coins", "payment-password", "till-scan", "till-payment"]


@pytest.fixture
def urls() -> dict[str, str]:
    desk.open_mall()
    ann = desk.a_member("ann")
    payment = desk.rung_up(ann, desk.a_member("till", is_staff=True), now=clock.now())
    known = {"no": payment.no}
    found = {}
    for pattern in urlpatterns:
        name = str(pattern.name)
        keys = {"wallet-exchanged": uuid4(), "till-scan": "farm"}
        wanted = pattern.pattern.converters
        kwargs = {part: known.get(part, keys.get(name)) for part in wanted}
        found[name] = reverse(name, kwargs=kwargs)
    return found


def ann() -> Client:
    client = Client()
    client.force_login(Member.objects.get(account="ann"))
    return client


def test_who_is_not_signed_in_is_sent_to_sign_in(urls: dict[str, str]) -> None:
    assert len(set(urls.values())) == len(urlpatterns)
    for name, url in urls.items():
        allowed = ["post"] if name in ONLY_POST else ["get"]
        for method in [*allowed, *(["post"] if name in FORMS else [])]:
            response = getattr(Client(), method)(url)
            assert response.status_code == 302, (name, method)
            assert response["Location"].startswith("/sign-in/?next=/"), (name, method)


def test_links_move_nothing_and_pages_take_no_forms(urls: dict[str, str]) -> None:
    browser = ann()
    for name, url in urls.items():
        if name in ONLY_POST:
            assert browser.get(url).status_code == 405, name
        elif name not in FORMS:
            assert browser.post(url).status_code == 405, name


def test_a_form_from_another_site_is_refused(urls: dict[str, str]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(Member.objects.get(account="ann"))
    for name in [*FORMS, *ONLY_POST]:
        assert client.post(urls[name], {"key": uuid4()}).status_code == 403, name


def test_an_empty_form_is_asked_for_again(urls: dict[str, str]) -> None:
    browser = ann()
    for name in FORMS:
        assert browser.post(urls[name]).status_code == 422, name


def test_pages_with_amounts_and_codes_are_kept_nowhere(urls: dict[str, str]) -> None:
    browser = ann()
    for name in ("wallet", "till-code", "till-payment", "payment-password"):
        assert "no-store" in browser.get(urls[name]).headers["Cache-Control"], name
