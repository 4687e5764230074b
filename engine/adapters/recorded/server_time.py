"""Which clock a MetaTrader server ran on."""

from __future__ import annotations

import numpy as np

from engine.adapters.recorded.clocks import NY_CLOSE, FileClock, file_clock
from engine.adapters.recorded.origin import Origin
from engine.adapters.recorded.times import DAY, MINUTE, Microseconds
from engine.errors import UnreadableRecording

_CANDIDATES = (NY_CLOSE, "Europe/Athens", "UTC", "UTC+2", "UTC+3")
_FITTING_SHARE = 0.001
_BREAK = (17 * 60 * MINUTE, 18 * 60 * MINUTE)


def server_clock(wall: Microseconds, origin: Origin) -> tuple[FileClock, str]:
    """The clock of a MetaTrader server's candles and why.

    Most servers keep New York + 7 h, so that is the answer unless it puts candles into the hour from 17:00 to 18:00
    New York, in which gold and most of its kin do not trade, and another usual clock does not.
    """
    usual = file_clock(NY_CLOSE, origin)
    for name in _CANDIDATES:
        clock = file_clock(name, origin)
        if _is_at_rest_in_the_break(clock, wall, origin):
            return (usual, "usual for MetaTrader") if name == NY_CLOSE else (clock, "recognised by the daily break")
    return usual, "usual for MetaTrader"


def _is_at_rest_in_the_break(clock: FileClock, wall: Microseconds, origin: Origin) -> bool:
    new_york = file_clock("America/New_York", origin)
    try:
        utc = clock.utc(wall, origin)
    except UnreadableRecording:
        return False
    of_day = new_york.local(utc) % DAY
    return float(np.mean((of_day > _BREAK[0]) & (of_day < _BREAK[1]))) < _FITTING_SHARE
