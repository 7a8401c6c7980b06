"""A row becomes a sale, or one reason says why not."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from sharemall.aftersale import granting
from sharemall.aftersale.models import Case
from sharemall.engine.scheme import parse_scheme
from sharemall.equity.selectors import exchange_event_id, sell_event_id
from sharemall.history.lines import Row
from sharemall.history.mapping import parse_map
from sharemall.history.rows import OWN_IDS, SKIPPED, Reader
from sharemall.ledger.events import Event, close_day
from sharemall.orders import sales
from sharemall.payments import refunds, wallet
from sharemall.payments.models import Payment, Refund
from sharemall.till import legs
from sharemall.till.models import TillPayment
from tests.history.given import MAP
from tests.ledger.helpers import SCHEME

LATEST = datetime(2026, 6, 1, tzinfo=UTC)
PROFIT = SCHEME + SCHEME[SCHEME.index("[zones") :].replace("zones.wine", "zones.tea").replace(
    "[zones.tea]", '[zones.tea]\nbase = "profit"'
)
FULL = """
completed = ["done"]
[columns]
id = "no"
time = "when"
member = "who"
paid = "sum"
zone = "kind"
cost = "cost"
referrer = "from"
merchant = "shop"
status = "state"
[zones]
red = "wine"
"""
GOOD = {
    "no": "1",
    "when": "2026-01-01 10:00:00",
    "who": "ann",
    "sum": "100",
    "kind": "red",
    "cost": "",
    "from": "",
    "shop": "",
    "state": "done",
}


def read(map_text: str = FULL, **values: str) -> Event | str:
    """What a row of GOOD with other values becomes."""
    fields = GOOD | {"from" if key == "sender" else key: value for key, value in values.items()}
    reader = Reader(parse_map(map_text), list(fields), parse_scheme(PROFIT), LATEST)
    return reader.read(Row(2, list(fields.values()), ""))


def test_a_row_becomes_a_sale_with_all_that_it_says() -> None:
    prefixes = 'id_prefix = "tb-"\nmember_prefix = "t:"\n'
    event = read(prefixes + FULL, sender="bob", shop="Zhang", cost="60.5", sum=" 0100.10 ")
    assert event == {
        "id": "tb-1",
        "type": "sale",
        "at": "2026-01-01T10:00:00+08:00",
        "member": "t:ann",
        "referrer": "t:bob",
        "merchant": "Zhang",
        "zone": "wine",
        "paid": "100.100000",
        "cost": "60.500000",
    }


def test_what_is_empty_and_not_needed_is_left_out() -> None:
    event = read()
    assert isinstance(event, dict)
    assert set(event) == {"id", "type", "at", "member", "zone", "paid"}


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2026-01-01T10:00:00Z", "2026-01-01T18:00:00+08:00"),
        ("2026-01-01T10:00:00.75-05:00", "2026-01-01T23:00:00+08:00"),
        ("2026-01-01", "2026-01-01T00:00:00+08:00"),
        ("2026-01-01 10:30", "2026-01-01T10:30:00+08:00"),
    ],
)
def test_times_come_in_the_time_zone_of_the_scheme(written: str, at: str) -> None:
    event = read(when=written)
    assert isinstance(event, dict)
    assert event["at"] == at


def test_a_time_without_a_zone_is_of_the_maps_zone() -> None:
    event = read('time_zone = "Europe/Berlin"\n' + FULL, when="2026-01-01 23:30")
    assert isinstance(event, dict)
    assert event["at"] == "2026-01-02T06:30:00+08:00"


def test_times_follow_a_pattern() -> None:
    event = read('time_format = "%Y年%m月%d日 %H:%M"\n' + FULL, when="2026年1月2日 3:04")
    assert isinstance(event, dict)
    assert event["at"] == "2026-01-02T03:04:00+08:00"


def test_fen_are_whole_numbers() -> None:
    event = read('amounts = "fen"\n' + FULL, sum="12345", cost="100")
    assert isinstance(event, dict)
    assert (event["paid"], event["cost"]) == ("123.450000", "1.000000")
    assert read('amounts = "fen"\n' + FULL, sum="123.45") == "paid: not a plain number"


def test_an_order_that_is_not_completed_is_passed_over_whatever_else_it_holds() -> None:
    assert read(state="refunded", sum="", when="") == SKIPPED


@pytest.mark.parametrize("field", ["no", "when", "who", "sum", "kind"])
@pytest.mark.parametrize("empty", ["", "  ", "\t"])
def test_a_missing_value_is_named(field: str, empty: str) -> None:
    names = {"no": "id", "when": "time", "who": "member", "sum": "paid", "kind": "zone"}
    assert read(**{field: empty}) == f"{names[field]}: empty"


@pytest.mark.parametrize(
    "paid",
    [
        *(
            "1e5",
            "１２",
            "+5",
            "NaN",
            "inf",
            "1,000",
            "¥5",
            "5.",
            ".5",
            "0x10",
            "--1",
            "1_0",
            "5 5",
        ),
        "9" * 100_000,
    ],
)
def test_what_is_no_plain_number_is_no_amount(paid: str) -> None:
    assert read(sum=paid) == "paid: not a plain number"
    assert read(cost=paid) == "cost: not a plain number"


@pytest.mark.parametrize("paid", ["0", "-5", "0.001", "1.005", "1000000000001", "0.0000001"])
def test_amounts_that_the_rules_refuse_are_refused(paid: str) -> None:
    reason = read(sum=paid)
    assert isinstance(reason, str)
    assert reason.startswith("paid: not an amount that the rules allow")


@pytest.mark.parametrize("cost", ["-1", "1.0000001", "1000000000001"])
def test_a_cost_that_the_rules_refuse_is_refused(cost: str) -> None:
    reason = read(cost=cost)
    assert isinstance(reason, str)
    assert reason.startswith("cost: not an amount that the rules allow")


@pytest.mark.parametrize("paid", ["1000000000000", "0.01", "5.0", "7.100000"])
def test_the_limits_themselves_are_allowed(paid: str) -> None:
    assert isinstance(read(sum=paid), dict)


def test_many_orders_at_the_limit_are_not_refused_by_looking_at_them() -> None:
    found = parse_map(MAP)
    reader = Reader(found, ["no", "when", "who", "sum"], parse_scheme(PROFIT), LATEST)
    for number in range(30):
        fields = [str(number), "2026-01-01", "ann", "1000000000000"]
        assert isinstance(reader.read(Row(number, fields, "")), dict)


@pytest.mark.parametrize(
    "when",
    [
        *("yesterday", "2026-13-01", "2026-02-30 10:00", "10:00", "２０２６-01-01", "2026/01/01"),
        *("2026-01-01 25:00", "1800-01-01 00:00:00", "0001-01-01T00:00:00+23:59", "0"),
    ],
)
def test_what_is_no_time_is_refused(when: str) -> None:
    reason = read(when=when)
    assert isinstance(reason, str)
    assert reason.startswith("time: not")


def test_a_pattern_takes_no_digits_of_other_scripts() -> None:
    pattern = 'time_format = "%Y-%m-%d"\n'
    assert isinstance(read(pattern + FULL, when="2026-01-02"), dict)
    assert read(pattern + FULL, when="2026-01-0２") == "time: not of the form that the map says"


def test_an_order_of_the_future_is_refused() -> None:
    assert read(when="2026-06-01T00:00:00Z") != "time: in the future"
    assert read(when="2026-06-01T00:00:01Z") == "time: in the future"


def test_a_zone_that_there_is_not_is_refused_and_one_by_its_own_name_is_taken() -> None:
    assert read(kind="blue") == "zone: the scheme in force has no such zone"
    assert isinstance(read(kind="wine"), dict)


def test_a_profit_zone_needs_the_cost() -> None:
    assert read(kind="tea") == "cost: empty, and the zone counts profit"
    assert isinstance(read(kind="tea", cost="0"), dict)


def test_nobody_refers_himself() -> None:
    assert read(sender="ann") == "referrer: the buyer itself"


@pytest.mark.parametrize("values", [{"no": "1\0"}, {"no": "x" * 201}, {"who": "m" * 201}])
def test_what_the_database_cannot_keep_is_refused(values: dict[str, str]) -> None:
    reason = read(**values)
    assert isinstance(reason, str)
    assert "cannot be stored" in reason


@pytest.mark.parametrize(
    "no",
    [
        "close-2026-01-02",
        "order-7-wine",
        "order-7.due",
        "pay-7-1-coins",
        "refund-7",
        "sell-ann-1",
    ],
)
def test_no_order_takes_an_id_of_the_malls_own(no: str) -> None:
    reason = read(no=no)
    assert isinstance(reason, str)
    assert "id_prefix" in reason
    assert isinstance(read('id_prefix = "x-"\n' + FULL, no=no), dict)


def test_the_malls_own_ids_begin_as_is_said_here() -> None:
    own = [
        granting.event_ids(Case(no="7"))[0],
        close_day(at="", day=LATEST.date())["id"],
        exchange_event_id("ann", UUID(int=7)),
        sales.sale_id("7", "wine"),
        wallet._id(Payment(no="7"), "coins"),
        refunds._event_id(Refund(no="7")),
        sell_event_id("ann", UUID(int=7)),
        legs._id(TillPayment(no="7"), "coins"),
    ]
    assert tuple(name.partition("-")[0] + "-" for name in own) == OWN_IDS


def test_a_row_has_as_many_values_as_the_header_has_columns() -> None:
    reader = Reader(parse_map(MAP), ["no", "when", "who", "sum"], parse_scheme(PROFIT), LATEST)
    good = ["1", "2026-01-01", "ann", "5"]
    assert isinstance(reader.read(Row(2, good, "")), dict)
    assert isinstance(reader.read(Row(2, [*good, "", ""], "")), dict)
    for bad in (good[:3], [*good, "6"], ["x"]):
        assert "not as many values" in str(reader.read(Row(2, bad, "")))
