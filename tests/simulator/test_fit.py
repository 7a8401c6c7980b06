"""Fitting BG/NBD: the published parameters come out, and what cannot be fitted is said."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from sharemall.demo.purchases import FILE
from sharemall.simulator import fit
from sharemall.simulator.orders import OrdersError, read_orders
from sharemall.simulator.reading import ScenarioError, parse_scenario
from sharemall.simulator.scenario import Scenario

CALIBRATED_UNTIL = date(1997, 9, 30)


def orders_file(folder: Path, text: str) -> Path:
    path = folder / "orders.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_published_parameters_of_the_cdnow_sample_come_out() -> None:
    found = fit.fit(fit.histories(read_orders(FILE), CALIBRATED_UNTIL))
    assert round(found.r, 3) == 0.243
    assert round(found.alpha, 3) == 4.414
    assert round(found.a, 3) == 0.793
    assert round(found.b, 3) == 2.426
    assert round(found.log_likelihood, 1) == -9582.4
    assert (found.members, found.repeats) == (2357, 2457)


def test_the_model_expects_about_as_many_purchases_as_were_seen() -> None:
    histories = fit.histories(read_orders(FILE), CALIBRATED_UNTIL)
    found = fit.fit(histories)
    expected = sum(fit.expected_purchases(found, weeks) for weeks in histories.span)
    assert expected == pytest.approx(found.repeats, rel=0.03)


def test_parameters_of_an_invented_population_are_found_again() -> None:
    random = np.random.default_rng(1)
    r, alpha, a, b = 0.8, 6.0, 0.7, 3.0
    repeats, last = [], []
    for rate, leaves in zip(random.gamma(r, 1 / alpha, 8000), random.beta(a, b, 8000), strict=True):
        when, count, latest = 0.0, 0, 0.0
        while (when := when + random.exponential(1 / rate)) < 78:
            count, latest = count + 1, when
            if random.random() < leaves:
                break
        repeats.append(count)
        last.append(latest)
    span = np.full(8000, 78.0)
    found = fit.fit(fit.Histories(np.array(repeats, float), np.array(last), span))
    assert found.r == pytest.approx(r, rel=0.1)
    assert found.alpha == pytest.approx(alpha, rel=0.15)
    assert found.a / (found.a + found.b) == pytest.approx(a / (a + b), rel=0.1)


def test_the_slope_is_that_of_the_likelihood() -> None:
    kinds = np.array([[0.0, 0.0, 30.0], [3.0, 12.5, 30.0], [40.0, 29.0, 30.0]])
    counts = np.array([5, 2, 1])
    at = np.array([0.4, 3.0, 0.9, 2.0])
    _, slope = fit.log_likelihood(at, kinds, counts)
    for place in range(4):
        step = np.eye(4)[place] * 1e-6
        above, _ = fit.log_likelihood(at + step, kinds, counts)
        below, _ = fit.log_likelihood(at - step, kinds, counts)
        assert slope[place] == pytest.approx((above - below) / 2e-6, rel=1e-5)


def test_a_member_of_ten_thousand_orders_overflows_nothing() -> None:
    kinds = np.array([[10_000.0, 1.0, 5_000.0], [0.0, 0.0, 5_000.0]])
    value, slope = fit.log_likelihood(np.array([1e-4, 1e4, 50.0, 1e-3]), kinds, np.array([1, 1]))
    assert np.isfinite(value)
    assert np.isfinite(slope).all()


def test_orders_of_one_day_count_as_one(tmp_path: Path) -> None:
    path = orders_file(
        tmp_path,
        "member,date,amount\nann,2026-01-01,5\nann,2026-01-01 18:00,7.50\nann,2026-01-15,0\n"
        "bob,2026-01-08,1.00\n",
    )
    found = fit.histories(read_orders(path))
    assert found.repeats.tolist() == [1, 0]
    assert found.last.tolist() == [2, 0]
    assert found.span.tolist() == [2, 1]


def test_free_orders_are_no_order_values(tmp_path: Path) -> None:
    path = orders_file(tmp_path, "member,date,amount\nann,2026-01-01,5\nann,2026-01-09,0.00\n")
    found = fit.order_values(read_orders(path))
    assert (found.median_yuan, found.sigma) == (pytest.approx(5), 0)
    assert (found.paid, found.free) == (1, 1)


def test_every_fault_of_a_file_is_named_with_its_line(tmp_path: Path) -> None:
    path = orders_file(
        tmp_path,
        "member,date,amount\nann,2026-02-30,5\n,2026-01-01,5\nbob,2026-01-01,-5\n"
        "eve,2026-01-01,1.234\nshort\n\nzoe,2026-01-01,5\n",
    )
    with pytest.raises(OrdersError) as caught:
        read_orders(path)
    lines = [fault.partition(":")[0] for fault in caught.value.faults]
    assert lines == ["line 2", "line 3", "line 4", "line 5", "line 6"]


def test_of_very_many_faults_the_first_are_named_and_the_rest_counted(tmp_path: Path) -> None:
    path = orders_file(tmp_path, "member,date,amount\n" + "ann,never,5\n" * 100)
    with pytest.raises(OrdersError, match="and 80 faults more") as caught:
        read_orders(path)
    assert len(caught.value.faults) == 20


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "column date: missing"),
        ("date,amount\n2026-01-01,5\n", "column member or customer: missing"),
        ("date,member,customer,amount\n", "there more than once"),
        ("date,member,amount\n", "holds no orders"),
    ],
)
def test_a_file_without_the_columns_or_orders_is_refused(
    tmp_path: Path, text: str, fault: str
) -> None:
    with pytest.raises(OrdersError, match=fault):
        read_orders(orders_file(tmp_path, text))


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(b"date,member,amount\n\xff\xfe")
    with pytest.raises(OrdersError, match="not UTF-8"):
        read_orders(path)


def test_members_who_never_came_back_cannot_be_fitted(tmp_path: Path) -> None:
    path = orders_file(tmp_path, "date,member,amount\n2026-01-01,ann,5\n2026-01-02,bob,5\n")
    with pytest.raises(OrdersError, match="nobody bought on a second day"):
        fit.histories(read_orders(path))


def test_a_last_day_before_the_first_order_is_refused(tmp_path: Path) -> None:
    path = orders_file(tmp_path, "date,member,amount\n2026-01-02,ann,5\n")
    with pytest.raises(OrdersError, match="no order up to 2026-01-01"):
        fit.histories(read_orders(path), date(2026, 1, 1))


def test_too_few_members_have_no_best_parameters() -> None:
    alike = fit.Histories(np.ones(3), np.full(3, 2.0), np.full(3, 4.0))
    with pytest.raises(OrdersError, match="no parameters fit best"):
        fit.fit(alike)


def test_all_free_orders_have_no_values(tmp_path: Path) -> None:
    path = orders_file(tmp_path, "date,member,amount\n2026-01-02,ann,0\n")
    with pytest.raises(OrdersError, match="every order is free"):
        fit.order_values(read_orders(path))


def scenario(repurchase: str, folder: Path | None = None) -> Scenario:
    head = '[scenario]\nname = "fitted"\nscheme = "everyday"\ndays = 1\n'
    rest = '[arrivals]\nat_start = 1\n[orders]\nmedian = "100"\n'
    return parse_scenario(f"{head}{rest}[repurchase]\n{repurchase}", folder=folder)


def test_a_scenario_may_name_the_orders_that_its_members_are_fitted_to() -> None:
    found = scenario('file = "cdnow"\nuntil = "1997-09-30"').repurchase
    numbers = (found.r_nano, found.alpha_nano, found.a_nano, found.b_nano)
    assert [round(number / 1e9, 3) for number in numbers] == [0.243, 4.414, 0.793, 2.426]
    assert found.unit_days == 7


@pytest.mark.parametrize(
    ("repurchase", "faults"),
    [
        ('file = "cdnow"\nr = "1"', ["repurchase.r: unknown key"]),
        ('file = "cdnow"\nuntil = "soon"', ["repurchase.until: must be a day"]),
        ('file = "cdnow"\nuntil = "1996-01-01"', ["repurchase.file: there is no order up to"]),
        ('file = "nowhere"', ["repurchase.file: there is no 'nowhere'"]),
        ('file = "none.csv"', ["repurchase.file: ", "cannot be read"]),
        ('file = "bad.csv"', ["repurchase.file: line 2", "repurchase.file: line 3"]),
    ],
)
def test_what_cannot_be_fitted_is_a_fault_of_the_scenario(
    tmp_path: Path, repurchase: str, faults: list[str]
) -> None:
    (tmp_path / "bad.csv").write_text("date,member,amount\nnever,ann,5\n2026-01-01,,5\n")
    with pytest.raises(ScenarioError) as caught:
        scenario(repurchase, tmp_path)
    said = "\n".join(caught.value.faults)
    for fault in faults:
        assert fault in said
