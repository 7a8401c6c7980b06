"""The staff's browser: signed in, and held to what every page must be."""

from django.test import Client
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from sharemall.members.models import Member
from tests.flows import accessibility
from tests.office import given as staff


def sign_in(context: BrowserContext, live_server: LiveServer, member: Member) -> None:
    """Give the browser the member's session."""
    client = staff.sign_in(Client(), member)
    value = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])


def complaints_of(page: Page) -> list[str]:
    """What the browser complains of, filled while the page is used."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on(
        "console",
        # The browser itself notes that an answer was 422: the form came back, as it should.
        lambda message: "status of 422" in message.text or found.append(message.text),
    )
    return found


def assert_sound(page: Page) -> None:
    """No fault that axe finds, and nothing wider than the screen."""
    assert accessibility.faults(page) == []
    assert accessibility.overflow(page) == 0
