"""Which clock a MetaTrader server ran on."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.adapters.recorded.clocks import NY_CLOSE, FileClock, file_clock
from engine.adapters.recorded.origin import Origin
from engine.adapters.recorded.times import DAY, MINUTE, Microseconds
from engine.errors import UnreadableRecording

_CANDIDATES = (NY_CLOSE, "Europe/Athens", "UTC", "UTC+2", "UTC+3")
_BREAK = (17 * 60 * MINUTE, 18 * 60 * MINUTE)
_RESTING_SHARE = 0.001


def server_clock(wall: Microseconds, origin: Origin) -> tuple[FileClock, str, bool]:
    """The clock of a MetaTrader server's candles, why it is taken for that, and whether only because it is usual.

    Most servers keep New York + 7 h. Another usual clock is taken only on evidence: because New York + 7 h puts
    candles into the hour from 17:00 New York, in which gold and its kin rest, and that clock does not; or because
    New York + 7 h skips or repeats times that the file does not.
    """
    possible = list(_possible(wall, origin))
    for name, clock, utc in possible:
        if _rests_in_the_break(utc, origin):
            return clock, "usual for MetaTrader" if name == NY_CLOSE else "recognised by the daily break", False
    for name, clock, _ in possible:
        is_usual = name == NY_CLOSE
        return clock, "usual for MetaTrader" if is_usual else "recognised by its summer time", is_usual
    return file_clock(NY_CLOSE, origin), "usual for MetaTrader", True


def _possible(wall: Microseconds, origin: Origin) -> Iterator[tuple[str, FileClock, Microseconds]]:
    """The candidates by which time rises and no time is skipped."""
    for name in _CANDIDATES:
        clock = file_clock(name, origin)
        try:
            utc = clock.utc(wall, origin)
        except UnreadableRecording:
            continue
        if (np.diff(utc) > 0).all():
            yield name, clock, utc


def _rests_in_the_break(utc: Microseconds, origin: Origin) -> bool:
    of_day = file_clock("America/New_York", origin).local(utc) % DAY
    return float(np.mean((of_day > _BREAK[0]) & (of_day < _BREAK[1]))) < _RESTING_SHARE
