"""Live mode: nothing that guards money may be missing, and everything missing is named."""

import importlib

import pytest

from sharemall.compliance import live

READY = {
    "DATABASE_URL": "postgresql://mall@db/mall",
    "SHAREMALL_SECRET_KEY": "s" * 50,
    "SHAREMALL_HOSTS": "mall.example",
}
BUILT = [live.Guard(guard.name, "sharemall.compliance.live") for guard in live.GUARDS]


def test_with_every_guard_and_a_whole_environment_nothing_is_missing() -> None:
    assert live.missing(READY, BUILT) == []


@pytest.mark.parametrize("name", sorted(READY))
def test_each_missing_part_of_the_environment_is_named(name: str) -> None:
    without = {key: value for key, value in READY.items() if key != name}
    (lack,) = live.missing(without, BUILT)
    assert lack.startswith(f"{name} (")
    assert live.missing({**READY, name: ""}, BUILT) == [lack]


def test_a_short_secret_is_as_good_as_none() -> None:
    (lack,) = live.missing({**READY, "SHAREMALL_SECRET_KEY": "s" * 49}, BUILT)
    assert "longer" in lack


@pytest.mark.parametrize("number", range(len(live.GUARDS)))
def test_one_guard_that_is_not_built_is_enough_to_refuse(number: int) -> None:
    guards = [*BUILT]
    guards[number] = live.Guard(BUILT[number].name)
    assert live.missing(READY, guards) == [f"not built yet: {BUILT[number].name}"]


def test_a_guard_that_claims_to_be_there_can_be_imported() -> None:
    for guard in live.GUARDS:
        if guard.module is not None:
            importlib.import_module(guard.module)


def test_every_duty_of_compliance_that_guards_money_has_its_guard() -> None:
    names = " ".join(guard.name for guard in live.GUARDS)
    for duty in (
        *("identity", "tax", "payment", "licence", "holders", "reconciliation", "money watch"),
        *("notice", "return period", "complaints", "export", "second factor"),
    ):
        assert duty in names
    assert len({guard.name for guard in live.GUARDS}) == len(live.GUARDS)
