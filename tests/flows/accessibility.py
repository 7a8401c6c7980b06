"""What axe finds on a page (WCAG A and AA)."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# What moves for a moment (a colour, a panel) is looked at where it comes to rest.
AT_REST = """() => !document.getAnimations().some(each => each.playState === "running"
    && each.timeline === document.timeline
    && each.effect.getComputedTiming().iterations !== Infinity)"""
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


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
