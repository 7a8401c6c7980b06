"""The one clock: the machine's time, or ahead of it in the demo; never back."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import override_settings

from sharemall.clock import services as clock

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.django_db
def test_without_a_shift_it_is_the_machines_time() -> None:
    with time_machine.travel(NOON, tick=False):
        assert clock.now() == NOON


@pytest.mark.django_db
def test_the_demo_moves_forward_and_time_goes_on_from_there() -> None:
    with time_machine.travel(NOON, tick=False) as machine:
        clock.move_to(NOON + timedelta(days=3))
        assert clock.now() == NOON + timedelta(days=3)
        machine.shift(timedelta(hours=1))
        assert clock.now() == NOON + timedelta(days=3, hours=1)
        clock.move_to(NOON + timedelta(days=4))
        assert clock.now() == NOON + timedelta(days=4)


@pytest.mark.django_db
@pytest.mark.parametrize("back", [timedelta(0), timedelta(seconds=1), timedelta(days=9)])
def test_it_never_moves_back_nor_stands(back: timedelta) -> None:
    with time_machine.travel(NOON, tick=False):
        clock.move_to(NOON + timedelta(days=3))
        with pytest.raises(ValueError, match="forward only"):
            clock.move_to(NOON + timedelta(days=3) - back)
        assert clock.now() == NOON + timedelta(days=3)


@pytest.mark.django_db
def test_a_live_malls_clock_cannot_be_moved_and_ignores_a_shift() -> None:
    with time_machine.travel(NOON, tick=False):
        clock.move_to(NOON + timedelta(days=3))
        with override_settings(MODE="live"):
            assert clock.now() == NOON
            with pytest.raises(ValueError, match="only the demo's"):
                clock.move_to(NOON + timedelta(days=5))
