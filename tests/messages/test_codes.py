"""Codes: one use, five guesses, five minutes, and not too many of them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from sharemall.messages import codes
from sharemall.messages.codes import NoCode, Purpose, TooOften, WrongCode
from sharemall.messages.models import Code, Outgoing, SentMessage
from tests.messages.given import NOW

pytestmark = pytest.mark.django_db

PHONE = "13800138000"
HOME = "10.0.0.1"


def ask(phone: str = PHONE, address: str = HOME, **fields: object) -> Code:
    given = {"purpose": Purpose.SIGN_IN, "now": NOW}
    return codes.ask(phone=phone, address=address, **(given | fields))  # type: ignore[arg-type]


def digits(phone: str = PHONE) -> str:
    """The code that the newest SMS to the phone carries."""
    sent = SentMessage.objects.filter(address=phone).order_by("-pk")[0]
    return next(part for part in sent.text.replace("，", " ").split() if part.isdigit())


def check(given: str, phone: str = PHONE, **fields: object) -> None:
    values = {"purpose": Purpose.SIGN_IN, "now": NOW}
    codes.check(phone=phone, digits=given, **(values | fields))  # type: ignore[arg-type]


def wrong(given: str) -> str:
    return f"{(int(given) + 1) % 10**6:06d}"


def test_a_code_is_sent_and_good_for_one_use() -> None:
    ask()
    code = digits()
    assert len(code) == 6
    check(code)
    with pytest.raises(NoCode):
        check(code)


def test_nothing_that_stays_in_the_database_tells_the_code() -> None:
    ask()
    outgoing = Outgoing.objects.get()
    assert (outgoing.state, outgoing.secret) == ("sent", "")
    assert digits() not in str(outgoing.facts)
    assert digits() not in Code.objects.get().hash


def test_a_code_is_for_its_phone_and_its_purpose_only() -> None:
    ask()
    for fields in ({"phone": "13800138001"}, {"purpose": Purpose.PHONE}):
        with pytest.raises(NoCode):
            check(digits(), **fields)  # type: ignore[arg-type]
    check(digits())


def test_a_code_is_good_for_five_minutes() -> None:
    ask()
    with pytest.raises(NoCode):
        check(digits(), now=NOW + codes.GOOD_FOR)
    check(digits(), now=NOW + codes.GOOD_FOR - timedelta(seconds=1))


def test_after_five_wrong_guesses_the_right_one_is_too_late() -> None:
    ask()
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(WrongCode) as refused:
            check(wrong(digits()))
        assert refused.value.tries_left == left
    with pytest.raises(NoCode):
        check(digits())


@pytest.mark.parametrize("given", ["", "12345", "1234567", "一二三四五六", "\0", "x" * 10_000])
def test_what_is_no_code_is_a_wrong_guess(given: str) -> None:
    ask()
    with pytest.raises(WrongCode):
        check(given)


def test_only_the_newest_code_counts() -> None:
    ask()
    old = digits()
    ask(now=NOW + codes.PAUSE)
    if old != digits():
        with pytest.raises(WrongCode):
            check(old, now=NOW + codes.PAUSE)
    check(digits(), now=NOW + codes.PAUSE)


def test_a_phone_gets_one_code_a_minute_whatever_it_is_for() -> None:
    ask()
    with pytest.raises(TooOften) as refused:
        ask(purpose=Purpose.PHONE, address="10.0.0.2", now=NOW + timedelta(seconds=20))
    assert refused.value.wait_seconds == 40
    assert ask(now=NOW + codes.PAUSE)


def test_a_phone_gets_ten_codes_a_day() -> None:
    for number in range(codes.MOST_A_DAY):
        ask(address=f"10.0.1.{number}", now=NOW + number * codes.PAUSE)
    with pytest.raises(TooOften) as refused:
        ask(address="10.0.2.1", now=NOW + timedelta(hours=1))
    assert refused.value.wait_seconds == 23 * 3600
    assert ask(address="10.0.2.1", now=NOW + codes.DAY)


def test_an_address_gets_ten_codes_a_day() -> None:
    for number in range(codes.MOST_A_DAY):
        ask(phone=f"139{number:08d}")
    with pytest.raises(TooOften):
        ask()
    assert ask(address="10.0.0.2")
    assert SentMessage.objects.count() == codes.MOST_A_DAY + 1


def outcomes(job: Callable[[], object], times: int = 50) -> list[object]:
    """What came of a job done so many times at the same moment: its result, or how it failed."""
    gate = Barrier(times)

    def run() -> object:
        try:
            gate.wait()
            return job()
        except (TooOften, WrongCode, NoCode) as refused:
            return type(refused)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return [one.result() for one in [pool.submit(run) for _each in range(times)]]


@pytest.mark.django_db(transaction=True)
def test_of_fifty_wishes_at_once_one_is_sent() -> None:
    assert outcomes(ask).count(TooOften) == 49
    assert SentMessage.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_fifty_right_guesses_at_once_one_is_taken() -> None:
    ask()
    code = digits()
    assert outcomes(lambda: check(code)).count(None) == 1


@pytest.mark.django_db(transaction=True)
def test_of_fifty_wrong_guesses_at_once_five_are_compared() -> None:
    ask()
    code = wrong(digits())
    found = outcomes(lambda: check(code))
    assert (found.count(WrongCode), found.count(NoCode)) == (5, 45)
