"""The second factor: set up once, a code taken once, guessing slowed, recovery codes."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django_otp.plugins.otp_totp.models import TOTPDevice

from sharemall.members.models import Member
from sharemall.office import second_factor
from sharemall.office.refusals import Refusal, Refused
from tests.office import given
from tests.orders import shop

AT_ONCE = 50


@pytest.fixture
def boss(db: None) -> Member:
    return given.employ(shop.a_member("boss"))


def refusal_of(member: Member, code: str) -> Refusal | None:
    try:
        second_factor.verify(member=member, code=code)
    except Refused as refused:
        return refused.refusal
    return None


def test_a_phone_is_set_up_by_the_code_it_shows(db: None) -> None:
    ann = shop.a_member("ann")
    device = second_factor.begin(member=ann)
    assert second_factor.begin(member=ann) == device
    assert not second_factor.is_set_up(ann)
    with pytest.raises(Refused) as caught:
        second_factor.confirm(member=ann, code="0")
    assert caught.value.refusal == Refusal.WRONG_CODE
    TOTPDevice.objects.update(throttling_failure_count=0)
    _, codes = second_factor.confirm(member=ann, code=given.code_of(ann))
    assert second_factor.is_set_up(ann)
    assert len(set(codes)) == second_factor.recovery_codes_left(ann) == 10


def test_a_phone_that_is_set_up_is_not_set_up_by_somebody_else(boss: Member) -> None:
    for attempt in (
        lambda: second_factor.begin(member=boss),
        lambda: second_factor.confirm(member=boss, code=given.code_of(boss)),
    ):
        with pytest.raises(Refused) as caught:
            attempt()
        assert caught.value.refusal == Refusal.SET_UP_ALREADY


def test_a_code_counts_once(boss: Member) -> None:
    code = given.code_of(boss)
    assert refusal_of(boss, f"{code[:3]} {code[3:]}") is None
    assert refusal_of(boss, code) == Refusal.WRONG_CODE


@pytest.mark.parametrize("code", ["", "000", "x" * 400, "１２３４５６", "-1", "12345a"])
def test_a_wrong_code_is_refused_and_the_next_must_wait(boss: Member, code: str) -> None:
    assert refusal_of(boss, code) == Refusal.WRONG_CODE
    assert refusal_of(boss, "000000") in (Refusal.WRONG_CODE, Refusal.TOO_MANY_CODES)
    assert refusal_of(boss, given.code_of(boss)) == Refusal.TOO_MANY_CODES


def test_anothers_code_is_a_wrong_one(boss: Member) -> None:
    eve = given.employ(shop.a_member("eve"))
    assert refusal_of(boss, given.code_of(eve)) == Refusal.WRONG_CODE


def test_a_recovery_code_does_once_and_new_ones_make_it_void(boss: Member) -> None:
    codes = second_factor.renew_recovery_codes(member=boss)
    assert refusal_of(boss, codes[0].upper()) is None
    assert second_factor.recovery_codes_left(boss) == 9
    assert refusal_of(boss, codes[0]) == Refusal.WRONG_CODE
    second_factor.renew_recovery_codes(member=boss)
    assert refusal_of(boss, codes[1]) == Refusal.WRONG_CODE


def test_a_lost_phone_is_replaced(boss: Member) -> None:
    second_factor.renew_recovery_codes(member=boss)
    old = given.code_of(boss)
    second_factor.reset(member=boss)
    assert refusal_of(boss, old) == Refusal.WRONG_CODE
    assert second_factor.recovery_codes_left(boss) == 0
    assert second_factor.begin(member=boss).confirmed is False


@pytest.mark.django_db(transaction=True)
def test_one_code_sent_fifty_times_at_once_is_taken_once() -> None:
    boss = given.employ(shop.a_member("boss"))
    code = given.code_of(boss)

    def attempt(_: int) -> Refusal | None:
        try:
            return refusal_of(boss, code)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(attempt, range(AT_ONCE)))
    assert found.count(None) == 1
