"""What the services of simulations refuse."""


class BadScenario(Exception):
    """A scenario or a scheme with faults, each led by its key; one tuple for each scheme given."""

    def __init__(self, scenario: tuple[str, ...], scheme: tuple[str, ...] = ()) -> None:
        super().__init__("; ".join((*scenario, *scheme)))
        self.scenario = scenario
        self.scheme = scheme


class TooManyWaiting(Exception):
    """So many wait or run already; `most` are allowed."""

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} simulations wait or run already")
        self.most = most


class NotNow(Exception):
    """The simulation is in a state in which this cannot be done."""
