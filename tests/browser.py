"""The browser of a test: signed in, and what every page is held to (axe: WCAG A and AA)."""

from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from sharemall.members.models import Member
from tests.office import given as staff

# What moves for a moment (a colour, a panel) is looked at where it comes to rest.
AT_REST = """() => !document.getAnimations().some(each => each.playState === "running"
    && each.timeline === document.timeline
    && each.effect.getComputedTiming().iterations !== Infinity)"""
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


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
    assert faults(page) == []
    assert overflow(page) == 0


def faults(page: Page) -> list[str]:
    """One line for each fault of the page, whole and at rest: the rule and where it is broken."""
    page.wait_for_load_state()
    page.wait_for_function(AT_REST)
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{page.url}: {fault['id']}: {node['target']}" for fault in found for node in fault["nodes"]
    ]


def overflow(page: Page) -> int:
    """How many pixels the page is wider than the screen."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))
