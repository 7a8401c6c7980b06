"""Registering, signing in, and how long a guesser must wait."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import identify_hasher
from pytest_django import Settings

from sharemall.clock.services import now
from sharemall.members import selectors, services
from sharemall.members.models import Member, SignInFailure

pytestmark = pytest.mark.django_db

PHONE = "13800138000"
GOOD = "Jade-terraces-7"
HOME, OFFICE = "203.0.113.7", "203.0.113.8"


@pytest.fixture(autouse=True)
def real_hashing(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]


def ann() -> Member:
    return services.register(phone=PHONE, password=GOOD, name="安安")


def fail(times: int, *, phone: str = PHONE, address: str = HOME) -> None:
    """Failed attempts as rows: hashing hundreds of passwords would test the hasher only."""
    SignInFailure.objects.bulk_create(
        SignInFailure(phone=phone, address=address, at=now()) for _ in range(times)
    )


def sign_in(password: str = GOOD, *, phone: str = PHONE, address: str = HOME) -> Member:
    return services.check_sign_in(phone=phone, password=password, address=address)


def test_a_registered_member_signs_in_with_its_password() -> None:
    member = ann()
    assert sign_in() == member
    assert identify_hasher(member.password).algorithm == "pbkdf2_sha256"


def test_the_account_in_the_journal_tells_nothing_of_the_phone_and_keeps_its_order() -> None:
    first = ann()
    second = services.register(phone="13800138001", password=GOOD, name="贝贝")
    assert PHONE not in first.account
    assert first.account < second.account


def test_a_phone_registers_once() -> None:
    ann()
    with pytest.raises(services.PhoneTaken):
        services.register(phone=PHONE, password=GOOD, name="别人")
    assert Member.objects.count() == 1


@pytest.mark.parametrize("phone", [PHONE, "13800138001"])
def test_a_wrong_password_and_an_unknown_phone_are_refused_alike(phone: str) -> None:
    ann()
    with pytest.raises(services.WrongPassword):
        sign_in("Jade-terraces-8", phone=phone)
    assert SignInFailure.objects.filter(phone=phone).count() == 1


def test_a_member_without_a_password_cannot_sign_in() -> None:
    services.register(phone=PHONE, password=None, name="导入")
    with pytest.raises(services.WrongPassword):
        sign_in("")


def test_a_closed_account_cannot_sign_in() -> None:
    Member.objects.filter(pk=ann().pk).update(is_active=False)
    with pytest.raises(services.WrongPassword):
        sign_in()


def test_after_too_many_failures_even_the_right_password_must_wait() -> None:
    ann()
    fail(services.MOST_PER_PHONE)
    with pytest.raises(services.TooManyFailures) as refusal:
        sign_in(address=OFFICE)
    assert 0 < refusal.value.wait_seconds <= services.WINDOW.total_seconds()


def test_one_failure_fewer_is_not_too_many() -> None:
    ann()
    fail(services.MOST_PER_PHONE - 1)
    assert sign_in()


def test_an_address_that_tries_many_phones_must_wait() -> None:
    ann()
    for number in range(services.MOST_PER_ADDRESS):
        fail(1, phone=f"139{number:08d}")
    with pytest.raises(services.TooManyFailures):
        sign_in()
    assert sign_in(address=OFFICE)


def test_when_the_time_is_over_the_member_signs_in_again_and_old_failures_are_swept_away() -> None:
    start = datetime.fromisoformat("2026-11-22T12:00:00+08:00")
    with time_machine.travel(start, tick=False):
        ann()
        fail(services.MOST_PER_PHONE)
    with time_machine.travel(start + services.WINDOW - timedelta(seconds=30), tick=False):
        with pytest.raises(services.TooManyFailures) as refusal:
            sign_in()
        assert refusal.value.wait_seconds == 30
    with time_machine.travel(start + services.WINDOW, tick=False):
        with pytest.raises(services.WrongPassword):
            sign_in("wrong")
        assert SignInFailure.objects.count() == 1
        assert sign_in()


def test_signing_in_forgets_the_failures_of_this_phone_at_this_address_only() -> None:
    ann()
    fail(2)
    fail(1, address=OFFICE)
    sign_in()
    assert SignInFailure.objects.get().address == OFFICE


def test_only_demo_accounts_are_offered_for_one_click() -> None:
    ann()
    demo = services.register(phone="13800138001", password=GOOD, name="演示")
    Member.objects.filter(pk=demo.pk).update(is_demo=True)
    assert selectors.demo_accounts() == [demo]
    assert selectors.demo_account(PHONE) is None


def test_a_phone_is_shown_masked() -> None:
    assert selectors.masked_phone(PHONE) == "138****8000"
