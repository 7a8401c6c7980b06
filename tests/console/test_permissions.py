"""Nobody but signed-in, active staff sees or moves anything below /console/, each its part."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from sharemall.console import matrix, roles
from sharemall.members.models import Member
from sharemall.office.models import Action, Outcome, Role
from tests.console import given
from tests.console.addresses import MOVES, NAMES, SENT_ON, urlpatterns, urls_of
from tests.office import given as staff

pytestmark = pytest.mark.django_db

# Pages whose form is a button.
NO_FIELDS = [
    *("console-cancel", "console-factor-own", "console-import-products-one"),
    *("console-import-stock-one", "console-import-parcels-one"),
]


def ended(response: Any) -> Any:
    """The answer, read to its end: a file is closed then."""
    if response.streaming:
        list(response.streaming_content)
    return response


@pytest.fixture
def urls(boss: Member) -> dict[str, str]:
    return urls_of(boss)


def test_every_address_is_walked(urls: dict[str, str]) -> None:
    assert set(urls) == set(NAMES)
    assert len(set(urls.values())) == len(urlpatterns)


def test_who_is_not_signed_in_is_sent_to_sign_in(urls: dict[str, str]) -> None:
    for url in urls.values():
        for method in (Client().get, Client().post):
            response = method(url)
            assert response.status_code == 302, url
            assert response.headers["Location"].startswith(reverse("sign-in") + "?next=/console/")


def test_to_a_member_there_is_no_such_page(urls: dict[str, str]) -> None:
    client = Client()
    client.force_login(given.a_member("eve"))
    for url in urls.values():
        for method in (client.get, client.post):
            assert method(url).status_code == 404, url


def test_staff_see_every_page_and_move_nothing_by_a_link(
    urls: dict[str, str], office: Client
) -> None:
    for name, url in urls.items():
        wanted = 405 if name in MOVES else 302 if name in SENT_ON else 200
        assert ended(office.get(url)).status_code == wanted, url


def test_a_form_from_another_site_is_refused(urls: dict[str, str], boss: Member) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(boss)
    for url in urls.values():
        assert client.post(url, {"key": uuid4()}).status_code == 403, url


def test_a_form_without_anything_in_it_is_asked_again(urls: dict[str, str], office: Client) -> None:
    for name, url in urls.items():
        if name not in (*MOVES, *SENT_ON, *NO_FIELDS):
            assert office.post(url).status_code in (405, 422), url


@pytest.mark.parametrize("role", Role)
def test_each_role_does_its_part_and_nothing_else(role: Role, urls: dict[str, str]) -> None:
    colleague = staff.employ(given.a_member(role.value), role)
    client = staff.sign_in(Client(), colleague)
    needed = {
        str(pattern.name): pattern.callback.needed  # type: ignore[attr-defined]
        for pattern in urlpatterns
    }
    for name, url in urls.items():
        for method, word in needed[name].items():
            verb, _space, action = method.partition(" ")
            sent = {"action": action} if action else {}
            response = ended(client.get(url) if verb == "GET" else client.post(url, sent))
            if roles.may({role}, word):
                assert response.status_code != 403, (name, method)
            else:
                assert response.status_code == 403, (name, method)
                assert "只有" in response.content.decode() or "角色" in response.content.decode()
    refused = Outcome.objects.filter(end=Outcome.End.FORBIDDEN).count()
    assert refused == sum(
        not roles.may({role}, word)
        for words in needed.values()
        for method, word in words.items()
        if method.startswith("POST")
    )


def test_the_matrix_has_every_address_and_none_is_open() -> None:
    rows = matrix.rows()
    assert {row.name for row in rows} >= set(NAMES)
    assert all(row.roles for row in rows)


def test_the_auditor_reads_everything_and_changes_nothing() -> None:
    for word, who in roles.MAY.items():
        assert (Role.AUDITOR in who) == (word.endswith(".read") or word == "own"), word


def test_the_owner_may_do_everything_that_anybody_may() -> None:
    assert all(Role.OWNER in who for who in roles.MAY.values())


def test_nobody_gets_in_without_the_second_factor(urls: dict[str, str], boss: Member) -> None:
    client = Client()
    client.force_login(boss)
    for name, url in urls.items():
        if name not in SENT_ON:
            for method in (client.get, client.post):
                response = method(url)
                assert response.status_code == 302, url
                assert response.headers["Location"].startswith("/console/factor/"), url
    assert not Action.objects.filter(name__in=set(NAMES) - set(SENT_ON)).exists()


def test_staff_who_were_dismissed_are_out_at_once(office: Client, boss: Member) -> None:
    Member.objects.filter(pk=boss.pk).update(is_staff=False)
    assert office.get(reverse("console")).status_code == 404
    Member.objects.filter(pk=boss.pk).update(is_staff=True, is_active=False)
    assert office.get(reverse("console")).status_code == 302


def test_staff_find_their_pages_from_their_own_and_nobody_else_does(office: Client) -> None:
    assert 'href="/console/"' in office.get(reverse("me")).content.decode()
    client = Client()
    client.force_login(given.a_member("eve"))
    assert "/console/" not in client.get(reverse("me")).content.decode()


def test_what_is_not_there_is_no_page(office: Client) -> None:
    missing = {
        "no": "X1",
        "slug": "nothing",
        "variant_id": 10**30,
        "flash_id": 9,
        "coupon_id": 9,
        "key": "nobody",
        "rule_id": 9,
        "review_id": 9,
        "member_id": 10**9,
        "role": "auditor",
        "import_id": 9,
        "change_id": 9,
        "number": 9,
        "account": "nobody",
        "day": "2001-01-01",
        "banner_id": 9,
        "section_id": 9,
        "notice_id": 9,
        "kind": "nothing",
        "row_id": 9,
        "simulation_id": 9,
        "name": "report.en.html",
    }
    for pattern in urlpatterns:
        wanted = pattern.pattern.converters
        if wanted:
            url = reverse(str(pattern.name), kwargs={part: missing[part] for part in wanted})
            for method in (office.get, office.post):
                assert method(url).status_code in (404, 405), url


def test_pages_are_kept_nowhere(office: Client) -> None:
    assert "no-store" in office.get(reverse("console-products")).headers["Cache-Control"]
