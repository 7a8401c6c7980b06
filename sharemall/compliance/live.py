"""What a live mall needs before it may start: a place of its own, and every guard of the money.

The guards are the duties of docs/compliance.md that stand between consumers' money and a mistake
or a fraud. A guard is there when it names the module that does its work. Live mode refuses to
start while one is missing; nothing can be set to pass this by.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

# Django's settings cannot be read before these are known, so they are looked up here by name.
ENVIRONMENT = {
    "DATABASE_URL": "the address of an external PostgreSQL",
    "SHAREMALL_SECRET_KEY": "a secret of 50 characters or more",
    "SHAREMALL_HOSTS": "the host names, separated by commas",
}
SHORTEST_SECRET = 50


@dataclass(frozen=True, slots=True)
class Guard:
    """A duty that guards money; `module` does its work, None as long as nothing does."""

    name: str
    module: str | None = None


GUARDS = (
    Guard("identity checks before a payout or a sale of shares"),
    Guard("tax classes and withholding for every kind of payout"),
    Guard("real payment providers", "sharemall.payments.registry"),
    Guard("licence gate with a second person's approval"),
    Guard("holders limit"),
    Guard("daily reconciliation with the custody account"),
    Guard("money watch: limits, flags and self-dealing"),
    Guard("scheme changes with notice and a second person's approval", "sharemall.schemes.effect"),
    Guard("return period before rewards", "sharemall.orders.life"),
    Guard("complaints with deadlines", "sharemall.tickets.services"),
    Guard("export and closure of a member's account"),
    Guard("second factor for staff", "sharemall.office.second_factor"),
)


def missing(
    environment: Mapping[str, str] = os.environ, guards: Iterable[Guard] = GUARDS
) -> list[str]:
    """Everything that keeps a live mall from starting, each in a few words; empty if nothing."""
    return [
        *_missing_in(environment),
        *(f"not built yet: {guard.name}" for guard in guards if guard.module is None),
    ]


def missing_in_environment(environment: Mapping[str, str] = os.environ) -> list[str]:
    """What no command of a live mall can do without."""
    return list(_missing_in(environment))


def _missing_in(environment: Mapping[str, str]) -> Iterator[str]:
    for name, meaning in ENVIRONMENT.items():
        if not environment.get(name):
            yield f"{name} ({meaning})"
    if 0 < len(environment.get("SHAREMALL_SECRET_KEY", "")) < SHORTEST_SECRET:
        yield f"a longer SHAREMALL_SECRET_KEY ({SHORTEST_SECRET} characters or more)"
