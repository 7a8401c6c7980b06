"""Telling members: once, to whom it concerns, and to WeChat where it is wished."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from sharemall.compliance import claims
from sharemall.members.models import Member, WeChatAccount
from sharemall.messages import kinds, selectors, services
from sharemall.messages.models import Message, Outgoing
from sharemall.messages.services import News
from tests.messages.given import NOW, a_member, told

pytestmark = pytest.mark.django_db

PAID = {"no": "1", "name_zh": "红酒", "name_en": "Wine", "lines": 1, "total_fen": 10_000}


@pytest.fixture
def ann() -> Member:
    return a_member("ann")


def send(member: Member, key: str = "order-1-paid", kind: str = "order_paid") -> bool:
    return services.send(
        member_id=member.pk, kind=kind, key=key, facts=PAID, link="/orders/1/", now=NOW
    )


def follow(member: Member, openid: str = "o1") -> None:
    WeChatAccount.objects.create(member=member, app_id="wx1", openid=openid, bound_at=NOW)


def test_a_member_is_told_the_same_thing_once(ann: Member) -> None:
    assert send(ann)
    assert not send(ann)
    assert told(ann) == [("order_paid", PAID)]


def test_another_member_is_told_it_too(ann: Member) -> None:
    ben = a_member("ben")
    news = [News(one.pk, "order_paid", "order-1-paid", PAID) for one in (ann, ben, ann)]
    assert services.send_many(news, now=NOW) == 2
    assert services.send_many([], now=NOW) == 0
    assert selectors.unread(ben.pk).count() == 1


def test_what_is_rolled_back_was_never_told(ann: Member) -> None:
    with transaction.atomic():
        assert send(ann)
        transaction.set_rollback(True)
    assert told(ann) == []


def test_a_thousand_messages_take_one_statement(ann: Member) -> None:
    news = [News(ann.pk, "order_paid", f"order-{n}-paid", PAID) for n in range(1000)]
    with CaptureQueriesContext(connection) as captured:
        assert services.send_many(news, now=NOW) == 1000
    assert len(captured) == 1


def test_who_follows_the_mall_is_told_of_orders_through_wechat(ann: Member) -> None:
    follow(ann)
    send(ann)
    send(ann)
    send(a_member("ben"))
    waiting = Outgoing.objects.get()
    assert (waiting.channel, waiting.address, waiting.link) == ("wechat", "o1", "/orders/1/")
    assert waiting.expires_at == NOW + services.WECHAT_WITHIN


def test_wechat_tells_only_what_the_member_wishes(ann: Member) -> None:
    follow(ann)
    send(ann, "dividend-1", kind="dividend")  # unless it is asked for
    send(ann, "level-1", kind="level")  # never
    assert not Outgoing.objects.exists()
    services.prefer(member=ann, dividends=True, wechat_orders=False, wechat_dividends=True)
    send(ann, "dividend-2", kind="dividend")
    send(ann, "order-2-paid")
    assert Outgoing.objects.get().kind == "dividend"
    assert len(told(ann)) == 4


def test_one_message_is_read_and_anothers_is_not_there(ann: Member) -> None:
    send(ann)
    message = Message.objects.get()
    assert services.read(member=a_member("ben"), message_id=message.pk, now=NOW) is None
    assert selectors.unread(ann.pk).count() == 1
    services.read(member=ann, message_id=message.pk, now=NOW)
    services.read(member=ann, message_id=message.pk, now=NOW + timedelta(days=1))
    message.refresh_from_db()
    assert message.read_at == NOW


def test_all_that_was_shown_is_read_and_what_came_since_is_not(ann: Member) -> None:
    for number in range(3):
        send(ann, f"order-{number}-paid")
    shown = Message.objects.order_by("pk")[1].pk
    assert services.read_all(member=ann, now=NOW, up_to=shown) == 2
    assert selectors.unread(ann.pk).count() == 1


def test_messages_are_listed_newest_first_by_group_and_by_page(ann: Member) -> None:
    for number in range(5):
        send(ann, f"order-{number}-paid")
    send(ann, "level-1", kind="level")
    send(a_member("ben"))
    first = selectors.messages(ann, group="orders", limit=3)
    assert [one.key for one in first.messages] == ["order-4-paid", "order-3-paid", "order-2-paid"]
    second = selectors.messages(ann, group="orders", before=first.before, limit=3)
    assert [one.key for one in second.messages] == ["order-1-paid", "order-0-paid"]
    assert second.before is None
    assert selectors.messages(ann).messages[0].kind == "level"


def test_old_dividends_and_what_left_the_house_long_ago_are_swept_away(ann: Member) -> None:
    follow(ann)
    services.prefer(member=ann, dividends=True, wechat_orders=True, wechat_dividends=True)
    send(ann, "dividend-1", kind="dividend")
    send(ann)
    assert services.sweep(NOW + services.KEEP_DIVIDENDS) == 0
    assert services.sweep(NOW + services.KEEP_DIVIDENDS + timedelta(seconds=1)) == 3
    assert [kind for kind, _ in told(ann)] == ["order_paid"]


FACTS = {
    "order_paid": PAID,
    "order_shipped": PAID | {"carrier": "顺丰", "tracking_no": "SF1"},
    "order_received": PAID | {"lines": 2},
    "order_completed": PAID | {"shares_micro": 12_345_678, "quota_micro": 200_000_000},
    "order_cancelled": PAID | {"reason": "merchant", "refunded_fen": 10_000},
    "dividend": {"day": "2026-11-21", "fund_micro": 1_500_000, "honour_micro": 500_000},
    "level": {"level": 3},
    "exit_near": {"value_micro": 95_000_000, "quota_micro": 100_000_000},
    "signed_in": {"device": "Chrome, Windows"},
    "phone_changed": {"phone": "138****0000"},
    "password_changed": {},
    "wechat_bound": {},
    "code": {"code": "123456", "minutes": 5},
    "ticket_answered": {"no": "T1"},
    "ticket_closed": {"no": "T1"},
}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("kind", FACTS)
def test_every_kind_has_words_in_both_languages_that_claim_nothing(
    kind: str, language: str
) -> None:
    with translation.override(language):
        title, text = kinds.title_of(kind), kinds.text_of(kind, FACTS[kind])
    assert title
    assert text
    assert "%(" not in text
    assert claims.check(f"{title}\n{text}") == []
    assert title.isascii() == (language == "en")


def test_every_kind_is_looked_at_here() -> None:
    known = {key for group in kinds.Group for key in kinds.keys_of(group)}
    assert {key for key in known if not key.startswith("aftersale")} >= set(FACTS)


def test_amounts_are_floored_and_the_order_says_what_it_brought() -> None:
    with translation.override("en"):
        text = kinds.text_of("order_completed", FACTS["order_completed"])
    assert "12.3456" in text
    assert "¥200.00" in text


def test_a_kind_that_is_no_more_and_facts_that_do_not_fit_break_nothing() -> None:
    assert kinds.title_of("gone")
    assert kinds.text_of("gone", {}) == ""
    assert kinds.text_of("order_paid", {"no": 1}) == ""
    assert kinds.text_of("dividend", {"day": "never", "fund_micro": 1, "honour_micro": 0}) == ""


def test_two_kinds_do_not_share_a_name() -> None:
    kind = kinds.kind_of("level")
    kinds.add(kind)
    with pytest.raises(ValueError, match="level"):
        kinds.add(kinds.Kind("level", kind.group, "x", "Other", kind.text))


def test_a_dividend_below_a_fen_is_told_with_all_its_places() -> None:
    facts = {"day": "2026-11-21", "fund_micro": 104, "honour_micro": 0}
    with translation.override("en"):
        assert kinds.text_of("dividend", facts).startswith("¥0.000104 for")
