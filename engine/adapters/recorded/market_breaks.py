"""What the breaks of a market say about the clock of its prices: gold and its kin rest from 17:00 to 18:00 New York,
and all but crypto rest at the weekend."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.adapters.recorded.clocks import file_clock
from engine.adapters.recorded.origin import Place
from engine.adapters.recorded.times import DAY, MINUTE, Microseconds, parts_of

_HOUR: Final = 60 * MINUTE
_CLOSE: Final = 17 * _HOUR
_REOPENING: Final = 18 * _HOUR
_SHORTEST_BREAK: Final = 45 * MINUTE
_RESTING_SHARE: Final = 0.001
_WEEK: Final = 7 * DAY
_MONDAY: Final = 3
"""Weekday of 1970-01-01, Monday being 0."""
_FRIDAY: Final = 4
_WEEKEND: Final = (_FRIDAY * DAY + _CLOSE, 6 * DAY + _CLOSE)


def break_shown(readings: Iterable[Microseconds], place: Place) -> tuple[int, str] | None:
    """Which of several readings of the same times, in UTC, shows a break of the market, and which break; none may.

    One shows it if prices end within the hour before it and begin within the hour after it, and none lies in it. The
    daily break says more than the weekend.
    """
    weekend: int | None = None
    new_york = file_clock("America/New_York", place)
    for number, utc in enumerate(readings):
        gaps = np.flatnonzero(np.diff(utc) >= _SHORTEST_BREAK)
        before, after = (new_york.local(utc[rows]) for rows in (gaps, gaps + 1)) if gaps.size else (gaps, gaps)
        ends_well = _is_within(before % DAY, _CLOSE - _HOUR, _CLOSE)
        if not ends_well.any():
            continue
        begins_well = _is_within(after % DAY, _REOPENING - 1, _REOPENING + _HOUR)
        if (ends_well & begins_well).any() and _rests(new_york.local(utc) % DAY, _CLOSE, _REOPENING):
            return number, "daily break"
        begins_week = _is_within(_of_week(after), _WEEKEND[1] - 1, _WEEKEND[1] + 2 * _HOUR)
        is_weekend = ends_well & (_of_week(before) // DAY == _FRIDAY) & begins_week
        if weekend is None and is_weekend.any() and _rests(_of_week(new_york.local(utc)), *_WEEKEND):
            weekend = number
    return None if weekend is None else (weekend, "weekend")


def has_prices_in_the_daily_break(utc: Microseconds, place: Place) -> bool:
    """Whether more than a stray price is in the daily break of gold and similar markets."""
    return not _rests(file_clock("America/New_York", place).local(utc) % DAY, _CLOSE, _REOPENING)


def _of_week(wall: Microseconds) -> Microseconds:
    return (wall + _MONDAY * DAY) % _WEEK


def _is_within(times: Microseconds, after: int, until: int) -> NDArray[np.bool_]:
    return (times > after) & (times <= until)


def _rests(times: Microseconds, start: int, end: int) -> bool:
    traded = sum(int(np.count_nonzero((times[part] > start) & (times[part] < end))) for part in parts_of(times))
    return traded / len(times) < _RESTING_SHARE
