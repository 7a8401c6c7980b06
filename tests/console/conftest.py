"""A mall, and somebody of its staff."""

import pytest
from django.test import Client

from sharemall.members.models import Member
from tests.catalogue import goods
from tests.console import given
from tests.office import given as staff


@pytest.fixture
def boss(db: None) -> Member:
    goods.open_mall()
    return staff.employ(given.a_member("boss"))


@pytest.fixture
def office(boss: Member) -> Client:
    """The staff's browser, in English."""
    client = Client(headers={"accept-language": "en"})
    staff.sign_in(client, boss)
    client.cookies["django_language"] = "en"
    return client
