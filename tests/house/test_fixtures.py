"""The test house itself: database, browser and served pages are the real ones."""

import pytest
from django.db import connection
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer


@pytest.mark.django_db
def test_tests_run_on_postgresql() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, current_database()")
        version, database = cursor.fetchone()
    assert version >= 150_000
    assert database.startswith("test_")


def test_a_browser_opens_a_served_page(page: Page, live_server: LiveServer) -> None:
    response = page.goto(f"{live_server.url}/no-such-page/")
    assert response is not None
    assert response.status == 404
