"""The paths of many candles at once: the very bids that `CandlePaths` draws one by one, at a tenth of the cost."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.domain.market import Instrument
from engine.fills.minutes import DECIMALS, SECONDS, ask_of
from engine.fills.paths import OFF_GRID, CandleDraws, ticks_per_unit
from engine.fills.usual import MIN_CANDLES, USUAL_SINCE, WEIGHTS
from engine.fills.walks import EDGE, OCTAVE, WalkLibrary, steps_within, walk_library

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

_ROUNDED_TO: Final = 10.0**DECIMALS
_EXACT: Final = 2.0**52
"""Larger whole numbers have no halves."""
_USUAL_SINCE: Final = USUAL_SINCE // timedelta(microseconds=1)
_BLOCK: Final = 1 << 22
"""Numbers that are compared at a time, so that a large cell with many candles takes no gigabytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CandleRows:
    """Candles as arrays of one length: minutes since 1970, prices and usual ranges in price units; a usual range that
    is not known is not a number."""

    minutes: Whole
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    usual: Floats

    def only(self, rows: Whole) -> CandleRows:
        """The same columns of those rows."""
        return CandleRows(
            minutes=self.minutes[rows],
            open=self.open[rows],
            high=self.high[rows],
            low=self.low[rows],
            close=self.close[rows],
            usual=self.usual[rows],
        )


class ManyPaths:
    """Draws the paths of candles of one instrument; see `CandlePaths`."""

    def __init__(self, instrument: Instrument, seed: int) -> None:
        self._ticks_per_unit = ticks_per_unit(instrument.tick_size)
        self._draws = CandleDraws(instrument, seed)

    def bids(self, rows: CandleRows) -> Floats:
        """Shape (candles, 60): the bids of the minutes, one at each whole second."""
        bids = np.repeat(rows.close[:, None], SECONDS, axis=1)
        moving = np.flatnonzero(rows.high > rows.low)
        if len(moving):
            bids[moving] = self._moving(rows.only(moving))
        return bids

    def _moving(self, rows: CandleRows) -> Floats:
        low, height = rows.low, rows.high - rows.low
        opens, closes = (rows.open - low) / height, (rows.close - low) / height
        columns = (rows.minutes, rows.open, rows.high, rows.low, rows.close)
        draws = [self._draws.number(*candle) for candle in zip(*(each.tolist() for each in columns), strict=True)]
        walks = _walks(walk_library(), opens, closes, _sizes(height, rows.usual), draws)
        bids = self._priced(_bent(walks, opens, closes), rows)
        bids = np.where(walks <= 0.0, low[:, None], bids)
        bids = np.where(walks >= 1.0, rows.high[:, None], bids)
        bids[:, 0], bids[:, -1] = rows.open, rows.close
        return bids

    def _priced(self, walks: Floats, rows: CandleRows) -> Floats:
        low, high, per_unit = rows.low[:, None], rows.high[:, None], self._ticks_per_unit
        lowest, highest = np.ceil(low * per_unit - OFF_GRID), np.floor(high * per_unit + OFF_GRID)
        ticks = np.rint((low + walks * (high - low)) * per_unit)
        priced: Floats = np.clip(np.clip(ticks, lowest, highest) / per_unit, low, high)
        off_grid: Floats = np.where(walks < 0.5, low, high)
        return np.where(lowest > highest, off_grid, priced)


def asks_of(bids: Floats, spreads: Floats) -> Floats:
    """The asks of these bids, shape (candles, 60), by the spread of each candle: see `minutes.ask_of`."""
    sums = bids + spreads[:, None]
    scaled = sums * _ROUNDED_TO
    whole = np.rint(scaled)
    asks = np.maximum(bids, whole / _ROUNDED_TO)
    is_unsure = (scaled > _EXACT) | (np.abs(scaled - whole) > 0.4)
    for row, second in zip(*np.nonzero(is_unsure), strict=True):  # halves of a digit far below any tick
        asks[row, second] = ask_of(float(bids[row, second]), float(spreads[row]))
    return asks


def _sizes(heights: Floats, usual: Floats) -> list[int | None]:
    """Ranges against the usual ones, in parts of a doubling; None where the usual one is not known. One by one: the
    logarithm of an array may differ in its last bit from that of a number."""
    return [
        round(OCTAVE * math.log2(height / known)) if known > 0.0 else None
        for height, known in zip(heights.tolist(), usual.tolist(), strict=True)
    ]


def _walks(
    library: WalkLibrary, opens: Floats, closes: Floats, sizes: Sequence[int | None], draws: Sequence[int]
) -> Floats:
    """The walks that `WalkLibrary.find` gives each candle, cell by cell."""
    cells = (steps_within(opens) * EDGE + steps_within(closes)) * 2 + (opens < closes)
    order = np.argsort(cells, kind="stable")
    starts = np.flatnonzero(np.diff(cells[order], prepend=-1))
    members = np.empty(len(cells), np.int64)
    for rows in np.split(order, starts[1:]):
        first, last = library.cell_of(float(opens[rows[0]]), float(closes[rows[0]]))
        step = max(1, _BLOCK // (last - first))
        for start in range(0, len(rows), step):
            some = rows[start : start + step]
            members[some] = first + _places(
                library, first, last, [sizes[row] for row in some], [draws[row] for row in some]
            )
    return _scaled(library, library.members[members].astype(np.int64))


def _places(library: WalkLibrary, first: int, last: int, sizes: Sequence[int | None], draws: Sequence[int]) -> Whole:
    """Of each candle of one cell, which of its members it is."""
    wanted = np.array([0 if size is None else size for size in sizes])
    distances = np.abs(library.sizes[first:last].astype(np.int64) - wanted[:, None])
    chances = library.likelihoods[np.minimum(distances, len(library.likelihoods) - 1)].cumsum(axis=1)
    totals = chances[:, -1].tolist()
    drawn = np.array([draw * total >> 64 for draw, total in zip(draws, totals, strict=True)])
    places: Whole = (chances <= drawn[:, None]).sum(axis=1)
    for row, size in enumerate(sizes):
        if size is None:
            places[row] = draws[row] * (last - first) >> 64
    return places


def _scaled(library: WalkLibrary, members: Whole) -> Floats:
    ways, rows = np.divmod(members, len(library.walks))
    walks = library.walks[rows].astype(np.float64)
    walks = np.where((ways & 2 > 0)[:, None], -walks, walks)
    walks = np.where((ways & 1 > 0)[:, None], walks[:, ::-1], walks)
    low = walks.min(axis=1, keepdims=True)
    scaled: Floats = (walks - low) / (walks.max(axis=1, keepdims=True) - low)
    return scaled


def _bent(walks: Floats, opens: Floats, closes: Floats) -> Floats:
    """See `engine.fills.paths`."""
    first, last = walks[:, 0], walks[:, -1]
    is_falling = (first > last) | ((first == last) & (opens > closes))
    low, high = np.where(is_falling, last, first)[:, None], np.where(is_falling, first, last)[:, None]
    of_low, of_high = np.where(is_falling, closes, opens)[:, None], np.where(is_falling, opens, closes)[:, None]
    low_to, high_to = np.minimum(of_low, of_high), np.maximum(of_low, of_high)
    with np.errstate(divide="ignore", invalid="ignore"):
        below = np.where(low > 0.0, walks * (low_to / low), walks)
        above = np.where(high < 1.0, high_to + (walks - high) * ((1.0 - high_to) / (1.0 - high)), walks)
        between = np.where(high > low, low_to + (walks - low) * ((high_to - low_to) / (high - low)), low_to)
    return np.where(walks <= low, below, np.where(walks >= high, above, between))


def usual_ranges(at: Whole, high: Floats, low: Floats) -> Floats:
    """What `UsualRange.before` says of each of these candles where nothing is known before the first of them.

    `at` is when each opened, in microseconds since 1970; not a number stands for None.
    """
    ranged = np.flatnonzero(high > low)
    if not len(ranged):
        return np.full(len(at), np.nan)
    logs = np.array([math.log(size) for size in (high[ranged] - low[ranged]).tolist()])
    newest, since, opened = np.searchsorted(ranged, np.arange(len(at))) - 1, at - _USUAL_SINCE, at[ranged]
    total, weights, count = np.zeros(len(at)), np.zeros(len(at)), np.zeros(len(at), np.int64)
    for age, weight in enumerate(WEIGHTS):
        place = np.maximum(newest - age, 0)
        counts = (newest >= age) & (opened[place] >= since)
        total += np.where(counts, weight * logs[place], 0.0)
        weights += np.where(counts, weight, 0.0)
        count += counts
    known = np.flatnonzero(count >= MIN_CANDLES)
    usual = np.full(len(at), np.nan)
    usual[known] = [math.exp(mean) for mean in (total[known] / weights[known]).tolist()]
    return usual
