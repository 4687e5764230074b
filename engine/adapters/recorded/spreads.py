"""The spread of a file's candles: its own, the usual one where it says 0, a given one, or none."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from engine.adapters.recorded.columns import CandleColumns, Floats, instant_of
from engine.adapters.recorded.times import MINUTE, Microseconds
from engine.domain.market import DayRoll
from engine.market.sessions import NEW_YORK

OF_FILE: Final = "the file's"
OF_FILE_AND_USUAL: Final = "the file's, with the usual one of the hour where it says 0"
GIVEN: Final = "--spread"
NONE: Final = "none"

_HOUR: Final = 60 * MINUTE


class SpreadInUse(NamedTuple):
    """The candles with their spread, whose it is in words, and what a user has to know of it; empty for nothing."""

    candles: CandleColumns
    words: str
    note: str = ""


def spread_in_use(candles: CandleColumns, given: float | None, roll: DayRoll) -> SpreadInUse:
    """A `given` spread (price units) applies to every candle and overrides the file.

    A 0 among others is a gap in the data, not a market without cost: it becomes the median of the spreads above 0 in
    the same hour of the exchange's day. A file with 0 throughout has no spreads.
    """
    spread = candles.spread
    if given is not None:
        return SpreadInUse(replace(candles, spread=np.full(len(candles), given)), GIVEN)
    if spread is None:
        return SpreadInUse(candles, NONE)
    is_zero = spread == 0.0
    zeros = int(is_zero.sum())
    if zeros == 0:
        return SpreadInUse(candles, OF_FILE)
    if zeros == len(candles):
        note = "the spread of every candle is 0 in this file, which counts as none"
        return SpreadInUse(replace(candles, spread=None), NONE, note)
    share = f"{zeros:,} of {len(candles):,} candles"
    note = f"the spread of {share} is 0 in this file; the usual spread of their hour is used"
    return SpreadInUse(replace(candles, spread=_filled(spread, is_zero, candles.at, roll)), OF_FILE_AND_USUAL, note)


def _filled(spread: Floats, is_zero: NDArray[np.bool_], at: Microseconds, roll: DayRoll) -> Floats:
    hours, filled = _hours(at, ZoneInfo("UTC") if roll is DayRoll.UTC_MIDNIGHT else NEW_YORK), spread.copy()
    for hour in np.unique(hours[is_zero]):
        same = spread[(hours == hour) & ~is_zero]
        filled[(hours == hour) & is_zero] = _median(same if len(same) else spread[~is_zero])
    return filled


def _median(spreads: Floats) -> float:
    """One that occurred: the mean of two may lie between two price steps."""
    return float(np.quantile(spreads, 0.5, method="lower"))


def _hours(at: Microseconds, zone: ZoneInfo) -> NDArray[np.int64]:
    """The hour of the day in `zone` of each row."""
    each, rows = np.unique(at // _HOUR, return_inverse=True)
    return np.array([instant_of(int(hour) * _HOUR).astimezone(zone).hour for hour in each])[rows]
