"""Axis ticks: round prices, round times of the chosen zone, dates where a day begins."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

import numpy as np
from numpy.typing import NDArray

from gui.features.chart.model.candle_columns import Integers
from gui.features.chart.model.zone_offsets import DAY_S, zone_offsets
from gui.features.chart.view.scale import Scale
from gui.zones import date_text, minute_text

MINUTE_S = 60
STEPS_S = tuple(MINUTE_S * minutes for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720)) + tuple(
    DAY_S * days for days in (1, 2, 7, 14, 28, 56)
)
PRICE_SPACING = 52.0
MIN_PRICE_SPACING = 26.0
MIN_PRICE_STEPS = 6
"""A low chart has its marks closer together: the one or two at the usual distance could lie below the quote's tag."""
TIME_SPACING = 92.0
MONDAY_S = 4 * DAY_S
"""1970-01-05 was a Monday; weeks are counted from it."""


@dataclass(frozen=True, slots=True)
class TimeTick:
    """A mark of the time axis at row `index`; `is_day` where a day begins."""

    index: int
    label: str
    is_day: bool


def price_step(low: float, high: float, height: float, digits: int) -> float:
    """The distance of marks: 1, 2 or 5 times a power of ten, never finer than the instrument's digits."""
    spacing = min(PRICE_SPACING, max(MIN_PRICE_SPACING, height / MIN_PRICE_STEPS))
    rough = max((high - low) * spacing / max(height, spacing), 10.0**-digits)
    power = 10.0 ** math.floor(math.log10(rough) + 1e-9)
    return next(power * factor for factor in (1.0, 2.0, 5.0, 10.0) if power * factor >= rough * (1.0 - 1e-9))


def price_ticks(scale: Scale, digits: int) -> NDArray[np.float64]:
    """Round prices in view, lowest first."""
    step = price_step(scale.low, scale.high, scale.height, digits)
    first = math.ceil(scale.low / step)
    return np.arange(first, math.floor(scale.high / step) + 1, dtype=np.float64) * np.float64(step)


def time_step(pixels_per_candle: float, candle_s: int = MINUTE_S) -> int:
    """The distance of marks in seconds, as if no candle of `candle_s` seconds were missing."""
    wanted = TIME_SPACING / pixels_per_candle * candle_s
    return next((step for step in STEPS_S if step >= wanted), STEPS_S[-1])


def time_ticks(
    times: Integers, first: int, pixels_per_candle: float, zone: tzinfo, candle_s: int = MINUTE_S
) -> list[TimeTick]:
    """Marks among the candles in view: rows that begin another step of the zone's clock, dates where a day begins.

    `times` are the rows in view (seconds since 1970 UTC), `first` is the row of the first of them. Marks closer than
    their labels are wide give way, times before dates. Few candles of a long time frame have marks too.
    """
    if len(times) < 2:
        return []
    local = times + zone_offsets(times, zone)
    days = set((np.flatnonzero(np.diff(local // DAY_S)) + 1).tolist())
    rows = _rows(local, days, time_step(pixels_per_candle, candle_s))
    return _spaced([_tick(int(local[row]), row + first, row in days) for row in rows], pixels_per_candle)


def _rows(local: Integers, days: set[int], widest: int) -> list[int]:
    """Rows that begin a step of `widest` seconds, or where none does, of the widest one that some row begins."""
    for step in reversed([step for step in STEPS_S if step <= widest]):
        begins = set((np.flatnonzero(np.diff((local - MONDAY_S) // step)) + 1).tolist())
        if rows := sorted(days | begins if step < DAY_S else begins):
            return rows
    return []


def _tick(local_s: int, index: int, is_day: bool) -> TimeTick:
    at = datetime.fromtimestamp(local_s, UTC)
    return TimeTick(index, date_text(at, UTC) if is_day else minute_text(at, UTC), is_day)


def _spaced(ticks: list[TimeTick], pixels_per_candle: float) -> list[TimeTick]:
    minimum = 0.62 * TIME_SPACING / pixels_per_candle
    kept: list[TimeTick] = []
    for tick in ticks:
        while kept and tick.is_day and not kept[-1].is_day and tick.index - kept[-1].index < minimum:
            kept.pop()
        if not kept or tick.index - kept[-1].index >= minimum:
            kept.append(tick)
    return kept
