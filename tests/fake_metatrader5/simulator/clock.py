"""The world's time in UTC milliseconds, and the server's wall clock that stamps everything."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from tests.fake_metatrader5.simulator.world import Clock, Hours

_NEW_YORK = ZoneInfo("America/New_York")
_ATHENS = ZoneInfo("Europe/Athens")
_HOUR_MS = 3_600_000
_QUARTER_MS = 900_000
_FRIDAY, _SATURDAY, _SUNDAY = 4, 5, 6


class WorldClock:
    """Stands still between two calls of `tick` or `advance`, so that one step of the world has one time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._begun_s = time.time()
        self._start_s = self._begun_s if clock.start is None else clock.start.timestamp()
        self.now_ms = round(self._start_s * 1000)

    def tick(self) -> int:
        """Follows our clock, unless the test moves this one; never goes back."""
        if not self._clock.is_manual:
            passed_s = (time.time() - self._begun_s) * self._clock.speed
            self.now_ms = max(self.now_ms, round((self._start_s + passed_s) * 1000))
        return self.now_ms

    def advance(self, seconds: float) -> None:
        """Moves the world on, whatever kind of clock it has."""
        self._start_s += seconds
        self.now_ms += round(seconds * 1000)

    def stamp_ms(self, at_ms: int) -> int:
        """What the server's wall clock shows then, as if it were UTC."""
        return at_ms + round(self._clock.ahead_s * 1000) + offset_ms(self._clock.rule, at_ms)


def offset_ms(rule: str, at_ms: int) -> int:
    """Server minus UTC."""
    match rule:
        case "utc":
            return 0
        case "new york+7":
            return _zone_offset_ms(rule, at_ms // _QUARTER_MS) + 7 * _HOUR_MS
        case "europe":
            return _zone_offset_ms(rule, at_ms // _QUARTER_MS)
    return round(float(rule) * _HOUR_MS)


def is_open(hours: Hours, at_ms: int) -> bool:
    return hours == "always" or _is_gold_open(at_ms // _QUARTER_MS)


@lru_cache(maxsize=4096)
def _is_gold_open(quarter: int) -> bool:
    at = _utc(quarter * _QUARTER_MS).astimezone(_NEW_YORK)
    day = at.weekday()
    if at.hour == 17 or day == _SATURDAY:
        return False
    return not ((day == _FRIDAY and at.hour > 17) or (day == _SUNDAY and at.hour < 17))


@lru_cache(maxsize=4096)
def _zone_offset_ms(rule: str, quarter: int) -> int:
    """Zones change on the quarters of an hour."""
    return _offset_ms(_NEW_YORK if rule == "new york+7" else _ATHENS, _utc(quarter * _QUARTER_MS))


def _utc(at_ms: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at_ms)


def _offset_ms(zone: ZoneInfo, at: datetime) -> int:
    offset = at.astimezone(zone).utcoffset()
    assert offset is not None
    return round(offset.total_seconds() * 1000)
