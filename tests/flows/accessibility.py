"""What axe finds on a page (WCAG A and AA)."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


def faults(page: Page) -> list[str]:
    """One line for each fault: the rule and where it is broken."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{page.url}: {fault['id']}: {node['target']}" for fault in found for node in fault["nodes"]
    ]


def overflow(page: Page) -> int:
    """How many pixels the page is wider than the screen."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))
