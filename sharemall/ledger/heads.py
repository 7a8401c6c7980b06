"""What a settlement knows of all members together, by level: who is eligible, who is left."""

from dataclasses import dataclass, field

from sharemall.engine.state import Rate


@dataclass
class Eligible:
    """All who are eligible for the dividend: their shares, how many, and heads by level."""

    shares: int = 0
    members: int = 0
    heads: dict[int, int] = field(default_factory=dict)  # with the first threshold's shares

    def at_least(self, level: int) -> int:
        """How many heads there are of at least `level`."""
        return sum(n for at, n in self.heads.items() if at >= level)


@dataclass
class Heads:
    """Who is left for the honour pools at a rate: by level, how many and the least quota left."""

    rate: Rate
    capped: int = 0  # the quota of all whom the rate exhausts
    count: dict[int, int] = field(default_factory=dict)
    least_left: dict[int, int] = field(default_factory=dict)  # or less than that
    near: dict[int, int] | None = None  # how many are in the near table; None: it is not made

    def at_least(self, level: int) -> int:
        """How many there are of at least `level`."""
        return sum(n for at, n in self.count.items() if at >= level)

    def far(self, level: int) -> int:
        """How many of them are not in the near table."""
        near = self.near or {}
        return sum(n - near.get(at, 0) for at, n in self.count.items() if at >= level)
