"""Detects which clock a MetaTrader server ran on."""

from __future__ import annotations

import numpy as np

from engine.adapters.recorded.clocks import NY_CLOSE, FileClock, file_clock
from engine.adapters.recorded.origin import Origin
from engine.adapters.recorded.times import DAY, MINUTE, Microseconds, parts_of
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
    first: str | None = None
    for name in _CANDIDATES:
        clock = file_clock(name, origin)
        if (utc := _rising(clock, wall, origin)) is None:
            continue
        if _rests_in_the_break(utc, origin):
            return clock, "usual for MetaTrader" if name == NY_CLOSE else "detected from the daily break", False
        first = first or name
    clock = file_clock(first or NY_CLOSE, origin)
    is_usual = first in (None, NY_CLOSE)
    return clock, "usual for MetaTrader" if is_usual else "detected from its daylight saving time", is_usual


def _rising(clock: FileClock, wall: Microseconds, origin: Origin) -> Microseconds | None:
    """The instants by a clock; None where time does not rise by it, or it skips some of them."""
    try:
        utc = clock.utc(wall, origin)
    except UnreadableRecording:
        return None
    return utc if (utc[1:] > utc[:-1]).all() else None


def _rests_in_the_break(utc: Microseconds, origin: Origin) -> bool:
    new_york = file_clock("America/New_York", origin).local(utc)
    traded = 0
    for part in parts_of(new_york):
        of_day = new_york[part] % DAY
        traded += int(np.count_nonzero((of_day > _BREAK[0]) & (of_day < _BREAK[1])))
    return traded / len(utc) < _RESTING_SHARE
