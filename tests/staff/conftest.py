"""A mall, and somebody of its staff."""

import pytest
from django.test import Client

from sharemall.members.models import Member
from tests.catalogue import goods
from tests.staff import given


@pytest.fixture
def boss(db: None) -> Member:
    goods.open_mall()
    return given.a_member("boss", is_staff=True)


@pytest.fixture
def office(boss: Member) -> Client:
    """The staff's browser, in English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(boss)
    client.cookies["django_language"] = "en"
    return client
