"""What chance decides follows what the scenario says of it."""

import numpy as np
import pytest
from scipy.special import hyp2f1

from sharemall.engine.amounts import FEN_MICRO
from sharemall.simulator.draws import NOBODY, Baskets, Calendar, People, generators
from sharemall.simulator.reading import parse_scenario
from sharemall.simulator.scenario import Scenario
from tests.simulator.scenarios import FULL, WINE

CDNOW = """
[repurchase]
r = "0.243"
alpha = "4.414"
a = "0.793"
b = "2.426"
"""


def scenario(
    *, days: int = 365, arrivals: str = "at_start = 1000", orders: str = "", more: str = ""
) -> Scenario:
    """A scenario under the wine scheme with these keys."""
    head = f'[scenario]\nname = "drawn"\ndays = {days}\n[arrivals]\n{arrivals}\n'
    values = "" if "file" in orders else 'median = "100"\n'
    return parse_scenario(f"{head}[orders]\n{values}{orders}\n{more}", scheme_text=WINE)


def people(plan: Scenario, seed: int = 1) -> People:
    return People(plan, generators(seed))


def expected_repeats(weeks: float) -> float:
    """The mean number of repeat orders of a BG/NBD customer with CDNOW's parameters.

    Source: Fader, Hardie and Lee, "Counting Your Customers the Easy Way", Marketing Science 2005,
    equation (9).
    """
    r, alpha, a, b = 0.243, 4.414, 0.793, 2.426
    hyper = float(hyp2f1(r, b, a + b - 1, weeks / (alpha + weeks)))
    return (a + b - 1) / (a - 1) * (1 - (alpha / (alpha + weeks)) ** r * hyper)


@pytest.mark.parametrize("days", [91, 273, 546])
def test_repeat_orders_are_as_many_as_the_model_expects(days: int) -> None:
    plan = scenario(days=days, arrivals="at_start = 200000", more=CDNOW)
    random = generators(3)
    orders = len(Calendar(plan, People(plan, random), random))
    # Whoever joins on a day joins in the middle of it, in the mean.
    assert (orders - 200_000) / 200_000 == pytest.approx(
        expected_repeats((days - 0.5) / 7), rel=0.02
    )


def test_without_repurchase_everybody_orders_once_on_joining() -> None:
    plan = scenario(arrivals='a_day = "5"')
    random = generators(1)
    some = People(plan, random)
    calendar = Calendar(plan, some, random)
    placed = np.concatenate([calendar.placed(day) for day in range(365)])
    assert placed.tolist() == list(range(some.count))
    assert not len(calendar.placed(-1))


def test_the_calendar_holds_every_order_once_and_by_day() -> None:
    plan = scenario(days=100, arrivals='a_day = "20"', more=CDNOW, orders="stop_day = 80")
    random = generators(1)
    some = People(plan, random)
    calendar = Calendar(plan, some, random)
    placed = [calendar.placed(day) for day in range(100)]
    assert sum(map(len, placed)) == len(calendar) > some.count
    assert not any(len(orders) for orders in placed[80:])
    first_orders: dict[int, int] = {}
    for day, orders in enumerate(placed):
        for member in orders.tolist():
            first_orders.setdefault(member, day)
    assert [first_orders[member] for member in range(some.count)] == some.joined_day.tolist()


def test_arrivals_grow_swing_and_stop() -> None:
    season = [str(factor) for factor in (1, 3, *[1] * 10)]
    arrivals = f'a_day = "100"\ngrowth = "2"\nstop_day = 730\nseason = {season}'
    joined = np.diff(people(scenario(days=800, arrivals=arrivals)).before)
    january, february = joined[:31].mean(), joined[31:59].mean()
    assert february / january == pytest.approx(3, rel=0.15)
    assert joined[365:396].mean() / january == pytest.approx(2, rel=0.15)
    assert joined[700:730].all()
    assert not joined[730:].any()


def test_members_are_referred_by_others_who_were_there_before() -> None:
    plan = scenario(
        arrivals='at_start = 50\na_day = "40"', more='[referral]\nmembers="0.4"\nreferrers="0.1"'
    )
    some = people(plan)
    referred = np.flatnonzero(some.referrer != NOBODY)
    assert len(referred) / some.count == pytest.approx(0.4, abs=0.02)
    referrers = some.referrer[referred]
    assert (some.joined_day[referrers] < some.joined_day[referred]).all()
    assert len(np.unique(referrers)) <= 0.12 * some.count


def test_behaviours_are_as_frequent_as_asked_and_nobody_has_two() -> None:
    more = '[selling]\ngain.members = "0.3"\npayday.members = "0.5"\n[coins]\nmembers = "0.2"'
    some = people(scenario(arrivals="at_start = 20000", more=more))
    assert len(some.at_a_gain) / some.count == pytest.approx(0.3, abs=0.02)
    assert len(some.on_payday) / some.count == pytest.approx(0.5, abs=0.02)
    assert some.uses_coins.mean() == pytest.approx(0.2, abs=0.02)
    assert not set(some.at_a_gain.tolist()) & set(some.on_payday.tolist())


def test_orders_are_worth_what_their_log_normal_says_within_its_bounds() -> None:
    plan = scenario(orders='sigma = "0.8"\nleast = "20"\nmost = "1000"')
    values = Baskets(plan, generators(1)).values_micro(0, 50_000)
    assert not (values % FEN_MICRO).any()
    assert values.min() == 20_000_000
    assert values.max() == 1_000_000_000
    assert np.median(values) / 1_000_000 == pytest.approx(100, rel=0.02)
    middle = values[(values > values.min()) & (values < values.max())]
    assert np.percentile(np.log(middle / 1e8), 84.13) == pytest.approx(0.8, abs=0.05)


def test_without_spread_all_orders_are_worth_the_same() -> None:
    assert set(Baskets(scenario(), generators(1)).values_micro(0, 99).tolist()) == {100_000_000}


def test_real_orders_are_drawn_as_they_are() -> None:
    plan = scenario(orders='file = "cdnow"\nmost = "30"')
    amounts = plan.zones[0].values.amounts_fen
    assert max(amounts) <= 3_000
    values = Baskets(plan, generators(1)).values_micro(0, 20_000) // FEN_MICRO
    assert set(values.tolist()) <= set(amounts)
    assert values.mean() == pytest.approx(np.mean(amounts), rel=0.02)


def test_zones_and_refunds_are_as_frequent_as_asked() -> None:
    head = '[scenario]\nname = "z"\ndays = 9\n[arrivals]\nat_start = 1\n'
    text = head + (
        '[orders]\nmedian = "1"\nrefunds = "0.07"\n'
        '[zones.value]\nweight = "1"\n[zones.amount]\nweight = "4"'
    )
    scheme = FULL.format(cap="9", exit="false", base="sales", quota="1")
    baskets = Baskets(parse_scenario(text, scheme_text=scheme), generators(1))
    assert baskets.zones(20_000).mean() == pytest.approx(0.8, abs=0.02)
    assert baskets.refunded(20_000).mean() == pytest.approx(0.07, abs=0.01)
    assert not Baskets(scenario(), generators(1)).refunded(1000).any()
