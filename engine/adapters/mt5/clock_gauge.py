"""The trade server's clock, measured from ticks that have just come: rounded to quarters of an hour, doubted if odd."""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime, timedelta
from typing import Final

from engine.adapters.mt5.conditions import Condition
from engine.adapters.mt5.link import ServerClock
from engine.adapters.mt5.sentences import CLOCK_WAITS, clock_jumped, clock_wrong

RESIDUAL_LIMIT: Final = timedelta(seconds=30)
TICKS_NEEDED: Final = 3
"""Of one symbol and in agreement: a symbol that wakes up shows one old tick as if it were new, but not three."""

_LONGEST_GAP: Final = timedelta(seconds=5)
"""Between two looks at a symbol: after a longer one nobody knows how old a new tick is."""

_QUARTER: Final = timedelta(minutes=15)
_BELIEVABLE: Final = (timedelta(0), timedelta(hours=1))
"""What the offset may jump by at once: nothing, or summer time."""

_FARTHEST: Final = timedelta(hours=15)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class ClockGauge:
    """Takes looks at ticks and gives the server's clock, or says why there is none."""

    def __init__(self) -> None:
        self.clock: ServerClock | None = None
        self._doubt: Condition = CLOCK_WAITS
        self._known: timedelta | None = None
        self._candidate: timedelta | None = None
        self._latest: dict[str, tuple[int, datetime]] = {}
        self._differences: dict[str, deque[timedelta]] = {}

    @property
    def doubt(self) -> Condition | None:
        """Why nobody should trade by this clock; None where it is sure."""
        return None if self.clock is not None else self._doubt

    def forget(self, doubt: Condition = CLOCK_WAITS) -> None:
        """Nothing is sure until it is measured again: the terminal was connected anew, or this computer's clock set."""
        self._latest.clear()
        self._differences.clear()
        self.clock, self._doubt = None, doubt

    def look(self, symbol: str, stamp_ms: int, at: datetime) -> bool:
        """Takes a tick's stamp as read at instant `at`; True when a measurement came to its end with it."""
        before = self._latest.get(symbol)
        self._latest[symbol] = (stamp_ms, at)
        if before is None or stamp_ms <= before[0] or at - before[1] > _LONGEST_GAP:
            return False
        differences = self._differences.setdefault(symbol, deque(maxlen=TICKS_NEEDED))
        differences.append(_EPOCH + timedelta(milliseconds=stamp_ms) - at)
        if len(differences) < TICKS_NEEDED or len({_rounded(each) for each in differences}) > 1:
            return False
        self._conclude(sorted(differences)[TICKS_NEEDED // 2], at)
        self._differences.clear()
        return True

    def _conclude(self, difference: timedelta, at: datetime) -> None:
        offset = _rounded(difference)
        residual = difference - offset
        if abs(residual) >= RESIDUAL_LIMIT or abs(offset) > _FARTHEST:
            self.clock, self._doubt = None, clock_wrong(residual)
        elif self._known is None or offset == self._candidate or abs(offset - self._known) in _BELIEVABLE:
            self.clock = ServerClock(offset=offset, residual=residual, measured_at=at)
            self._known, self._candidate = offset, None
        else:
            self.clock, self._doubt = None, clock_jumped(self._known, offset)
            self._candidate = offset


def _rounded(difference: timedelta) -> timedelta:
    return round(difference / _QUARTER) * _QUARTER
