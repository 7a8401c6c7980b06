"""The wine scheme as a radCAD model, over given orders; runs in .venv-models.

Reads JSON from standard input: `orders`, day by day the (member, micro-yuan paid) of each,
`members` (how many), the scheme's `rates`, and the `way` of `WAYS`. Prints JSON with the seconds
of processor time that running the model took, and what it came to: reserve, outstanding shares,
and each member's shares, quota and dividends, in micro-units.

The rules are those of the engine, in whole numbers: a sale adds ⌊paid · reserve⌋ to the reserve and
issues ⌊⌊that · buyer⌋ ÷ price⌋ shares, a close shares the fund out by shares.
"""

import json
import sys
import time
from typing import Any

NANO = 1_000_000_000
MICRO = 1_000_000
Values = dict[str, Any]


def main() -> None:
    import radcad
    from radcad import Backend, Engine, Model, Simulation

    given = json.load(sys.stdin)
    blocks, timesteps, options = WAYS[given["way"]](given)
    model = Model(
        initial_state=initial(given["members"]),
        state_update_blocks=blocks,
        params={"rates": [given["rates"]]},
    )
    simulation = Simulation(model=model, timesteps=timesteps, runs=1)
    simulation.engine = Engine(backend=Backend.SINGLE_PROCESS, **options)
    began = time.process_time()
    rows = simulation.run()
    seconds = time.process_time() - began
    last = rows[-1]
    names = ("reserve", "outstanding", "holdings")
    print(
        json.dumps(
            {
                "seconds": seconds,
                "version": radcad.__version__,
                **{name: last[name] for name in names},
            }
        )
    )


def initial(members: int) -> Values:
    """The state before the first order."""
    columns = ("shares", "quota", "dividends")
    holdings = {column: [0] * members for column in columns}
    return {"reserve": 0, "outstanding": 0, "fund": 0, "holdings": holdings}


def sale(rates: dict[str, int], state: Values, member: int, paid: int) -> tuple[int, int, int]:
    """What a sale adds to the reserve, to the fund, and to the buyer's shares."""
    added = paid * rates["reserve"] // NANO
    worth = added * rates["buyer"] // NANO
    reserve, outstanding = state["reserve"], state["outstanding"]
    shares = worth * outstanding // reserve if outstanding else worth * MICRO // rates["price"]
    return added, paid * rates["dividend"] // NANO, shares


def close(state: Values, holdings: Values) -> tuple[int, int]:
    """Shares the fund out by shares, nobody above its quota; what was paid, and what is left."""
    shares, quota, dividends = holdings["shares"], holdings["quota"], holdings["dividends"]
    left = state["fund"]
    some = [row for row in range(len(shares)) if shares[row] and quota[row]]
    weight = sum(shares[row] for row in some)
    capped = True
    while capped and weight:
        capped = [row for row in some if quota[row] * weight <= shares[row] * left]
        for row in capped:
            left -= quota[row]
            weight -= shares[row]
            dividends[row] += quota[row]
            quota[row] = 0
        some = [row for row in some if quota[row]]
    rest = left
    for row in some:
        gets = shares[row] * left // weight
        dividends[row] += gets
        quota[row] -= gets
        rest -= gets
    return (0, rest) if some else (rest, 0)


def an_order_a_step(given: Values) -> tuple[list[Values], int, Values]:
    """As radCAD is meant: one event a timestep, policies that say what happens, updates that do it.

    A day's close is a timestep of its own.
    """
    events = [event for day in given["orders"] for event in (*day, None)]

    def happens(params: Values, substep: Any, history: Any, state: Values) -> Values:
        event = events[state["timestep"]]
        if event is None:
            holdings = state["holdings"]
            to_reserve, rest = close(state, holdings)
            return {"reserve": to_reserve, "fund": rest - state["fund"], "closed": holdings}
        member, paid = event
        reserve, fund, shares = sale(params["rates"], state, member, paid)
        quota = paid * params["rates"]["quota"] // NANO
        return {
            "reserve": reserve,
            "fund": fund,
            "issued": shares,
            "buys": (member, shares, quota),
        }

    def holdings(params: Values, substep: Any, history: Any, state: Values, does: Values) -> Any:
        if "closed" in does:
            return "holdings", does["closed"]
        member, shares, quota = does["buys"]
        held = state["holdings"]
        held["shares"][member] += shares
        held["quota"][member] += quota
        return "holdings", held

    variables = {
        "reserve": _adds("reserve", "reserve"),
        "outstanding": _adds("outstanding", "issued"),
        "fund": _adds("fund", "fund"),
        "holdings": holdings,
    }
    return [{"policies": {"happens": happens}, "variables": variables}], len(events), {}


def an_order_a_step_in_place(given: Values) -> tuple[list[Values], int, Values]:
    """The same without radCAD's copies: the members' columns are changed where they are."""
    blocks, timesteps, _ = an_order_a_step(given)
    return blocks, timesteps, {"deepcopy": False, "drop_substeps": True}


def a_day_a_step(given: Values) -> tuple[list[Values], int, Values]:
    """A plain loop over the day's orders in one policy: radCAD is called once a day."""
    days = given["orders"]

    def happens(params: Values, substep: Any, history: Any, state: Values) -> Values:
        rates, holdings = params["rates"], state["holdings"]
        shares, quota = holdings["shares"], holdings["quota"]
        now = {name: state[name] for name in ("reserve", "outstanding", "fund")}
        for member, paid in days[state["timestep"]]:
            reserve, fund, issued = sale(rates, now, member, paid)
            now["reserve"] += reserve
            now["outstanding"] += issued
            now["fund"] += fund
            shares[member] += issued
            quota[member] += paid * rates["quota"] // NANO
        to_reserve, now["fund"] = close(now, holdings)
        now["reserve"] += to_reserve
        return now

    def keeps(name: str) -> Any:
        return lambda params, substep, history, state, does: (name, does[name])

    variables = {name: keeps(name) for name in ("reserve", "outstanding", "fund")}
    options = {"deepcopy": False, "drop_substeps": True}
    return [{"policies": {"happens": happens}, "variables": variables}], len(days), options


def _adds(name: str, change: str) -> Any:
    """An update that adds what the policy says, if it says anything."""
    return lambda params, substep, history, state, does: (name, state[name] + does.get(change, 0))


WAYS = {
    "as it comes": an_order_a_step,
    "without copies": an_order_a_step_in_place,
    "a day a step": a_day_a_step,
}


if __name__ == "__main__":
    main()
