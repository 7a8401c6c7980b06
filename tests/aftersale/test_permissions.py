"""Whose cases they are: nobody sees or touches another's, at any address."""

import pytest
from django.test import Client
from django.urls import reverse

from sharemall.aftersale.models import Case
from sharemall.clock import services as clock
from sharemall.storefront.urls_aftersale import urlpatterns
from tests.aftersale import given
from tests.orders import ready

pytestmark = pytest.mark.django_db

NAMES = [str(pattern.name) for pattern in urlpatterns]
MOVES = ["case-withdraw", "case-take", "case-appeal", "case-send-back", "case-confirm"]
FORM = {
    "kind": "refund",
    "quantity": 1,
    "reason": "other",
    "text": "x",
    "carrier": "顺丰",
    "tracking_no": "SF1",
}


@pytest.fixture
def case() -> Case:
    given.open_mall()
    now = clock.now()
    order = given.a_sent_order(ready.a_member("ann"), ready.Line(2), now=now)
    return given.ask(order, now=now)


def url_of(name: str, case: Case) -> str:
    if name == "cases":
        return reverse(name)
    if name == "case-ask":
        return reverse(name, kwargs={"no": case.order.no, "position": 1})
    return reverse(name, kwargs={"no": case.no})


def untouched(case: Case) -> bool:
    found = Case.objects.get()
    return (found.pk, found.state, found.steps.count()) == (case.pk, "asked", 1)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_is_not_signed_in_is_sent_to_sign_in(name: str, method: str, case: Case) -> None:
    url = url_of(name, case)
    response = getattr(Client(), method)(url, FORM)
    if response.status_code != 405:
        assert response.status_code == 302
        assert response.headers["Location"].startswith(reverse("sign-in"))
    assert untouched(case)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "cases"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_anothers_case_is_as_good_as_none(name: str, method: str, case: Case) -> None:
    client = Client()
    client.force_login(ready.a_member("ben", is_staff=True))
    response = getattr(client, method)(url_of(name, case), FORM)
    assert response.status_code in (404, 405)
    assert case.no not in client.get(reverse("cases")).content.decode()
    assert untouched(case)


@pytest.mark.parametrize("name", MOVES)
def test_nothing_moves_by_following_a_link(name: str, case: Case) -> None:
    client = Client()
    client.force_login(case.member)
    assert client.get(url_of(name, case)).status_code == 405
    assert untouched(case)


@pytest.mark.parametrize("name", [*MOVES, "case-ask"])
def test_a_form_from_another_site_is_refused(name: str, case: Case) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(case.member)
    assert client.post(url_of(name, case), FORM).status_code == 403
    assert untouched(case)


@pytest.mark.parametrize("name", NAMES)
def test_a_number_that_does_not_exist_is_no_page(name: str, case: Case) -> None:
    client = Client()
    client.force_login(case.member)
    if name == "cases":
        return
    for no in ("1" * 60, "x", "-"):
        wanted = {"no": no} | ({"position": 1} if name == "case-ask" else {})
        for method in (client.get, client.post):
            assert method(reverse(name, kwargs=wanted), FORM).status_code in (404, 405)
    wanted = {"no": case.order.no, "position": 10**12}
    assert client.post(reverse("case-ask", kwargs=wanted), FORM).status_code == 404
