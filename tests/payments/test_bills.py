"""The daily comparison: the sandbox's bill beside what the mall has on record."""

from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from sharemall.members.models import Member
from sharemall.payments import bills
from sharemall.payments.models import BillCheck, BillDifference, Notice, Payment, Refund
from sharemall.payments.models import SandboxTrade as Trade
from sharemall.payments.providers import BillLine, Unreachable
from sharemall.payments.sandbox import Sandbox

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)  # in Shanghai
MIDNIGHT = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)  # the end of that day there
TEN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # ten o'clock of the next day


@pytest.fixture(autouse=True)
def _fresh() -> None:
    bills._next_tries.clear()


def charged(trade_no: str, fen: int = 12_345, at: datetime = NOON, refund_no: str = "") -> None:
    """On the provider's side."""
    no = f"P{trade_no}"
    Trade.objects.create(
        payment_no=no, trade_no=trade_no, refund_no=refund_no, amount_fen=fen, at=at
    )


def payment(trade_no: str, at: datetime = NOON) -> Payment:
    member, _ = Member.objects.get_or_create(
        phone="13800000001", defaults={"account": "m1", "joined_at": NOON}
    )
    made, _ = Payment.objects.get_or_create(
        no=f"P{trade_no}", defaults={"member": member, "amount_fen": 12_345, "created_at": at}
    )
    return made


def told(
    trade_no: str,
    fen: int = 12_345,
    at: datetime = NOON,
    begun: datetime | None = None,
    verdict: str = "paid",
) -> None:
    """On the mall's side: money that came."""
    Notice.objects.create(
        payment=payment(trade_no, begun or at),
        provider="sandbox",
        trade_no=trade_no,
        succeeded=verdict != "failed",
        amount_fen=fen,
        verdict=verdict,
        received_at=at,
    )


def refunded(
    trade_no: str,
    no: str,
    fen: int = 345,
    at: datetime = NOON,
    begun: datetime | None = None,
    status: str = "done",
) -> None:
    """On the mall's side: money that went back."""
    Refund.objects.create(
        no=no,
        payment=payment(trade_no),
        means="provider",
        provider="sandbox",
        trade_no=trade_no,
        amount_fen=fen,
        reason="cancelled",
        status=status,
        created_at=begun or at,
        done_at=at if status == "done" else None,
    )


def differences(day: date = DAY) -> list[tuple[str, str, str, int | None, int | None]]:
    check = bills.check_day(Sandbox(), day, TEN)
    return [
        (each.kind, each.trade_no, each.refund_no, each.here_fen, each.there_fen)
        for each in check.differences.all()
    ]


def test_a_day_on_which_both_sides_have_the_same_has_no_differences() -> None:
    charged("T1")
    charged("T1", 345, refund_no="R1")
    told("T1")
    refunded("T1", "R1")
    check = bills.check_day(Sandbox(), DAY, TEN)
    assert list(check.differences.all()) == []
    assert (check.provider, check.day, check.checked_at) == ("sandbox", DAY, TEN)
    assert (check.lines, check.paid_fen, check.refunded_fen) == (2, 12_345, 345)


def test_an_empty_day_has_a_check_as_well() -> None:
    assert differences() == []
    assert BillCheck.objects.get().lines == 0


def test_money_that_the_mall_was_never_told_of_is_missing_here() -> None:
    charged("T1")
    assert differences() == [("missing_here", "T1", "", None, 12_345)]
    assert BillDifference.objects.get().payment_no == "PT1"


def test_money_that_the_provider_never_had_is_missing_there() -> None:
    told("T1")
    assert differences() == [("missing_there", "T1", "", 12_345, None)]


def test_another_amount_is_a_difference() -> None:
    charged("T1", 12_344)
    told("T1")
    assert differences() == [("amount", "T1", "", 12_345, 12_344)]


def test_refunds_are_compared_by_their_own_numbers() -> None:
    charged("T1")
    told("T1")
    charged("T1", 1, refund_no="R1")
    charged("T1", 2, refund_no="R2")
    refunded("T1", "R2", 3)
    refunded("T1", "R3", 4)
    assert differences() == [
        ("missing_here", "T1", "R1", None, 1),
        ("amount", "T1", "R2", 3, 2),
        ("missing_there", "T1", "R3", 4, None),
    ]
    assert all(each.is_refund for each in BillDifference.objects.all())


def test_money_that_was_not_expected_came_all_the_same() -> None:
    for trade_no, verdict in (("T1", "late"), ("T2", "double"), ("T3", "mismatch")):
        charged(trade_no)
        told(trade_no, verdict=verdict)
    assert differences() == []


def test_what_failed_is_no_money() -> None:
    told("T1", verdict="failed")
    assert differences() == []


def test_a_refund_that_the_provider_has_but_has_not_done_is_on_record() -> None:
    charged("T1")
    told("T1")
    for no, status in (("R1", "sent"), ("R2", "failed"), ("R3", "waiting")):
        charged("T1", 345, refund_no=no)
        refunded("T1", no, status=status)
    assert differences() == [
        ("missing_here", "T1", "R2", None, 345),
        ("missing_here", "T1", "R3", None, 345),
    ]


def test_what_came_before_midnight_and_was_told_after_it_is_no_difference() -> None:
    charged("T1", at=MIDNIGHT - timedelta(seconds=1))
    told("T1", at=MIDNIGHT + timedelta(seconds=1), begun=NOON)
    assert differences() == []
    assert differences(DAY + timedelta(days=1)) == []


def test_a_refund_that_took_days_is_found_in_the_bill_of_its_day() -> None:
    charged("T1")
    told("T1")
    charged("T1", 345, refund_no="R1")
    refunded("T1", "R1", at=NOON + timedelta(days=3), begun=NOON)
    assert differences() == []
    assert differences(DAY + timedelta(days=3)) == []


def test_another_amount_is_found_in_an_earlier_bill_too() -> None:
    charged("T1", 9, at=MIDNIGHT - timedelta(seconds=1))
    told("T1", at=MIDNIGHT, begun=NOON)
    next_day = DAY + timedelta(days=1)
    assert differences(next_day) == [("amount", "T1", "", 12_345, 9)]


def test_what_is_in_no_earlier_bill_either_is_missing_there() -> None:
    told("T1", at=NOON + timedelta(days=30), begun=NOON)
    assert differences(DAY + timedelta(days=30)) == [("missing_there", "T1", "", 12_345, None)]


def test_a_line_that_comes_twice_is_a_difference() -> None:
    class Twice(Sandbox):
        def bill(self, day: date, now: datetime) -> list[BillLine]:
            return super().bill(day, now) * 2

    charged("T1")
    told("T1")
    check = bills.check_day(Twice(), DAY, TEN)
    assert [(each.kind, each.there_fen) for each in check.differences.all()] == [("amount", 24_690)]


def test_other_providers_trades_are_their_own() -> None:
    charged("T1")
    told("T1")
    Notice.objects.update(provider="wechat")
    assert differences() == [("missing_here", "T1", "", None, 12_345)]


def test_running_it_again_replaces_what_was_found() -> None:
    charged("T1")
    assert len(differences()) == 1
    told("T1", at=TEN, begun=NOON)
    assert differences() == []
    assert BillCheck.objects.count() == 1
    assert BillDifference.objects.count() == 0


def test_a_bill_of_a_thousand_lines_takes_a_few_queries(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(1_000):
        charged(f"T{number}")
    with django_assert_max_num_queries(16):
        assert len(differences()) == 1_000


# When it is done


def days() -> list[date]:
    return list(BillCheck.objects.order_by("id").values_list("day", flat=True))


def test_yesterdays_bill_is_compared_from_ten_oclock() -> None:
    assert bills.due(TEN - timedelta(seconds=1)) == 1
    assert days() == [DAY - timedelta(days=1)]
    assert bills.due(TEN) == 1
    assert days()[-1] == DAY
    assert BillCheck.objects.get(day=DAY).checked_at == TEN


def test_days_that_were_missed_are_caught_up_on_one_at_a_time() -> None:
    found = [bills.due(TEN) for _ in range(bills.DAYS_BACK + 1)]
    assert found == [1] * bills.DAYS_BACK + [0]
    assert days() == [DAY - timedelta(days=back) for back in range(bills.DAYS_BACK)]


def test_a_provider_that_cannot_be_asked_is_asked_again_later(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[date] = []

    def silent(self: Sandbox, day: date, now: datetime) -> list[BillLine]:
        asked.append(day)
        raise Unreachable("the bill is not ready yet")

    with monkeypatch.context() as patch:
        patch.setattr(Sandbox, "bill", silent)
        assert bills.due(TEN) == 0
        assert bills.due(TEN + timedelta(minutes=9)) == 0
    assert asked == [DAY, DAY - timedelta(days=1)]
    assert "not ready" in caplog.text
    assert bills.due(TEN + timedelta(minutes=10)) == 1
    assert days() == [DAY]


def test_differences_are_reported_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    charged("T1")
    bills.due(TEN)
    assert "The bill of sandbox for 2026-11-22 has 1 differences" in caplog.text


def test_a_mall_without_providers_compares_nothing(settings: Settings) -> None:
    settings.MODE = "live"
    assert bills.due(TEN) == 0
