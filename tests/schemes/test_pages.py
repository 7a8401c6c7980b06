"""What members read of a change: the notice, the page of all changes, nothing of a draft."""

from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from sharemall.schemes import effect, services
from sharemall.schemes.services import Words
from tests.schemes import given
from tests.schemes.given import NOW, WEEK

pytestmark = pytest.mark.django_db

PAGE = "/rule-changes/"
NOTICE = "规则将于"


def text(client: Client, address: str = PAGE, language: str = "zh-hans") -> str:
    client.cookies["django_language"] = language
    response = client.get(address)
    assert response.status_code == 200
    page = unescape(response.content.decode())
    assert 'style="' not in page
    return page


def test_before_the_mall_opens_there_is_nothing_to_say(client: Client) -> None:
    assert "暂无规则变更" in text(client)


@pytest.fixture
def _mall() -> None:
    given.open_mall()


@pytest.mark.usefixtures("_mall")
class TestOpen:
    """In a mall that is open."""

    def test_without_a_change_the_first_version_stands_with_its_rates(self, client: Client) -> None:
        page = text(client)
        assert "暂无规则变更" in page
        assert "第 1 版" in page
        assert "酒水" in page
        assert "30%" in page
        assert NOTICE not in text(client, "/")

    def test_a_draft_and_a_submitted_change_are_nobodys_business(self, client: Client) -> None:
        given.submitted()
        assert "12%" not in text(client)
        assert NOTICE not in text(client, "/")

    @pytest.mark.parametrize("address", ["/", "/transparency/"])
    def test_a_published_change_is_announced_where_people_begin(
        self, client: Client, address: str
    ) -> None:
        given.published()
        page = text(client, address)
        assert f"{NOTICE} 2026-03-09 12:00 调整" in page
        assert f'href="{PAGE}"' in page

    def test_its_page_says_what_changes_from_when_old_and_new(self, client: Client) -> None:
        values = given.with_zone(given.today(), "wine", dividend="0.12", quota="1.5")
        given.published(values)
        page = text(client)
        for part in ("自 2026-03-09 12:00 起", "酒水", "10%", "12%", "2 倍", "1.5 倍"):
            assert part in page
        assert "不影响已经发放的权益" in page
        english = text(client, language="en")
        assert "never touches what was granted" in english
        assert "1.5 times" in english

    def test_it_shows_the_announcement_and_new_and_lost_zones(self, client: Client) -> None:
        values = given.without_zone(given.today(), "home")
        change = given.submitted(values)
        services.send_back(draft_id=change.pk, by=given.staff("ann"), now=NOW)
        words = Words("Spring", "a note for colleagues", "家电专区届时关闭。", "Appliances close.")
        change = services.save_draft(
            draft_id=change.pk,
            revision=change.revision,
            values=values,
            words=words,
            by=given.staff("ann"),
            now=NOW,
        )
        given.rerun(change)
        services.submit(
            draft_id=change.pk, revision=change.revision, by=given.staff("ann"), now=NOW
        )
        given.approve(change)
        page = text(client)
        assert "家电专区届时关闭。" in page
        assert "届时取消的专区" in page
        assert "a note for colleagues" not in page
        assert "Spring" not in page
        assert "Appliances close." in text(client, language="en")

    def test_one_that_is_withdrawn_says_so_and_why(self, client: Client) -> None:
        change = given.published()
        services.withdraw(draft_id=change.pk, why="算错了。", by=given.staff("bob"), now=NOW)
        page = text(client)
        assert "公布后撤回" in page
        assert "算错了。" in page
        assert NOTICE not in text(client, "/")

    def test_once_in_force_the_notice_goes_and_the_version_is_listed(self, client: Client) -> None:
        given.published()
        assert NOTICE in text(client, "/")
        effect.take_effect_due(NOW + WEEK + timedelta(minutes=1))
        assert NOTICE not in text(client, "/")
        page = text(client)
        assert "第 2 版，2026-03-09 12:01 起" in page
        assert page.index("第 2 版") < page.index("第 1 版")

    def test_the_home_page_costs_no_query_more_for_the_notice(
        self, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        given.published()
        text(client, "/")
        with django_assert_max_num_queries(8):
            text(client, "/")

    def test_it_is_no_list_of_what_is_no_number(self, client: Client) -> None:
        assert client.get(f"{PAGE}?before=x").status_code == 404
        assert "第 1 版" not in text(client, f"{PAGE}?before=1")
