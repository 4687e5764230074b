"""The clock by which a live desk waits: it cannot be set, and it goes on while the machine sleeps."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta

from engine.clock import SteadyClock, SystemTime, running_s

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


class Machine:
    def __init__(self) -> None:
        self.shown = NOON
        self.ran_s = 5_000.0

    def wall(self) -> datetime:
        return self.shown

    def running_s(self) -> float:
        return self.ran_s

    def run(self, seconds: float) -> None:
        self.ran_s += seconds
        self.shown += timedelta(seconds=seconds)


def test_that_a_wall_clock_that_is_set_back_moves_no_instant_of_the_desk() -> None:
    machine = Machine()
    clock = SteadyClock(machine)
    machine.run(90.0)
    machine.shown -= timedelta(hours=1)
    assert clock.now() == NOON + timedelta(seconds=90)
    assert clock.wall_ahead == timedelta(hours=-1)


def test_that_a_wall_clock_that_is_set_forward_moves_no_instant_of_the_desk() -> None:
    machine = Machine()
    clock = SteadyClock(machine)
    machine.shown += timedelta(minutes=10)
    machine.run(9.0)
    assert clock.now() == NOON + timedelta(seconds=9)
    assert clock.wall_ahead == timedelta(minutes=10)


def test_that_two_hours_of_sleep_are_two_hours() -> None:
    machine = Machine()
    clock = SteadyClock(machine)
    machine.run(7_200.0)
    assert clock.now() == NOON + timedelta(hours=2)
    assert clock.wall_ahead == timedelta(0)


def test_that_the_running_time_of_this_machine_only_grows_and_is_the_same_in_its_processes() -> None:
    ask = "from engine.clock import running_s; print(running_s())"
    before = running_s()
    now_s = float(subprocess.run([sys.executable, "-c", ask], check=True, capture_output=True, text=True).stdout)
    assert before <= now_s <= running_s()


def test_that_a_steady_clock_begins_at_what_the_wall_clock_shows() -> None:
    clock = SteadyClock()
    assert abs(clock.now() - SystemTime().wall()) < timedelta(seconds=1)
    assert abs(clock.wall_ahead) < timedelta(seconds=1)
