"""A library of random walks: what a minute can look like second by second, looked up by the shape of its candle.

Scaled to the same range, two facts of a walk are left: where it opens and where it closes within that range. Walks are
kept by these two, so that one that fits a candle is found at once and needs little bending. All of it is made of raw
random bits and whole numbers: the same on every machine and with every version of numpy.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.fills.minutes import SECONDS

_WALKS: Final = 1 << 17
_BLOCK: Final = 1 << 13
_KEY: Final = 20_260_301
_CELLS: Final = 32
"""Steps into which the place of open and of close within the range are distinguished."""
EDGE: Final = _CELLS + 2
OCTAVE: Final = 32
"""Parts of a doubling of the range."""
_SPREAD: Final = 0.37
"""Standard deviation of the natural logarithm of a minute's volatility about what the minutes before it say: gold of
2025-12 to 2026-03 has 0.30, bitcoin of the same months 0.48, beside what chance does to a range."""
_REST_BITS, _REST = np.uint64(4), np.uint64(15)
_CERTAIN: Final = 1 << 16

Walk = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class WalkLibrary:
    """131,072 walks of 59 steps, each usable in four ways: as it is, upside down, backwards, and both."""

    walks: NDArray[np.int16]
    members: NDArray[np.int32]
    """Walks and their ways (`way * len(walks) + walk`), sorted by cell."""
    sizes: NDArray[np.int16]
    """Range of each member against the usual range of a walk, in parts of a doubling."""
    begins: list[int]
    """Where each cell begins among the members, and where the last one ends."""
    likelihoods: NDArray[np.int64]
    """By distance in parts of a doubling: how likely volatility is so far from what the minutes before it say."""

    def find(self, opens: float, closes: float, size: float | None, draw: int) -> Walk:
        """A walk within 0 and 1, shape (60,), that opens and closes about there and touches both ends.

        `size` is the range of the candle against the usual one of the minutes before it, None where that is unknown: a
        wide candle among narrow ones is more likely a minute that ran than one that was rough. `draw` is a whole
        number below 2**64 that chooses among the walks that fit.
        """
        first, last = self.cell_of(opens, closes)
        if size is None:
            place = first + (draw * (last - first) >> 64)
        else:
            wanted = round(OCTAVE * math.log2(size))
            distances = np.abs(self.sizes[first:last] - wanted)
            chances = self.likelihoods[np.minimum(distances, len(self.likelihoods) - 1)].cumsum()
            place = first + int(chances.searchsorted(draw * int(chances[-1]) >> 64, side="right"))
        return self._walk(int(self.members[place]))

    def cell_of(self, opens: float, closes: float) -> tuple[int, int]:
        """The members of the cell of that shape, or of the nearest one that has any."""
        row, column, rises = _step_of(opens), _step_of(closes), opens < closes
        for reach in range(EDGE):
            for other in range(max(row - reach, 0), min(row + reach, EDGE - 1) + 1):
                rest = reach - abs(other - row)
                for across in (column - rest, column + rest):
                    if not 0 <= across < EDGE:
                        continue
                    for up in (rises, not rises):
                        cell = (other * EDGE + across) * 2 + up
                        if self.begins[cell] < self.begins[cell + 1]:
                            return self.begins[cell], self.begins[cell + 1]
        raise AssertionError("the library holds no walks")

    def _walk(self, member: int) -> Walk:
        way, row = divmod(member, len(self.walks))
        walk = self.walks[row].astype(np.float64)
        if way & 2:
            walk = -walk
        if way & 1:
            walk = walk[::-1]
        low = walk.min()
        scaled: Walk = (walk - low) / (walk.max() - low)
        return scaled


@cache
def walk_library() -> WalkLibrary:
    """The library of every desk; made once in a process, in some 0.2 s."""
    walks = _walks()
    low = walks.min(axis=1).astype(np.int64)
    ranges = walks.max(axis=1) - low
    opens, closes = _steps_of(walks[:, 0] - low, ranges), _steps_of(walks[:, -1] - low, ranges)
    rises = walks[:, -1] > walks[:, 0]
    cells = np.concatenate([
        (opens * EDGE + closes) * 2 + rises,
        (closes * EDGE + opens) * 2 + ~rises,
        ((EDGE - 1 - opens) * EDGE + EDGE - 1 - closes) * 2 + ~rises,
        ((EDGE - 1 - closes) * EDGE + EDGE - 1 - opens) * 2 + rises,
    ])  # fmt: skip
    order = np.argsort(cells.astype(np.uint16), kind="stable")  # small numbers are sorted by radix
    usual = np.exp(np.log(ranges).mean())
    sizes = np.rint(OCTAVE * np.log2(ranges / usual)).astype(np.int16)
    begins = np.searchsorted(cells[order], np.arange(EDGE * EDGE * 2 + 1))
    return WalkLibrary(
        walks=walks,
        members=order.astype(np.int32),
        sizes=np.tile(sizes, 4)[order],
        begins=begins.tolist(),
        likelihoods=_likelihoods(),
    )


def _walks() -> NDArray[np.int16]:
    """Shape (walks, 60). A step is the number of ones among 60 random bits, less 30, as good as normal; the other four
    bits place it within its whole number, or else walks would return to the very same price too often."""
    walks = np.zeros((_WALKS, SECONDS), np.int16)
    bits = np.random.Philox(key=_KEY)
    for start in range(0, _WALKS, _BLOCK):
        raw = bits.random_raw(_BLOCK * (SECONDS - 1)).reshape(_BLOCK, SECONDS - 1)
        ones, rest = np.bitwise_count(raw >> _REST_BITS).astype(np.int16), (raw & _REST).astype(np.int16)
        steps = (ones - 30) * 32 + rest * 2 - 15
        np.cumsum(steps, axis=1, out=walks[start : start + _BLOCK, 1:])
    return walks


def _likelihoods() -> NDArray[np.int64]:
    scale = math.log(2.0) / OCTAVE / _SPREAD
    farthest = math.ceil(5.0 / scale)
    return np.array(
        [round(_CERTAIN * math.exp(-0.5 * (distance * scale) ** 2)) or 1 for distance in range(farthest)], np.int64
    )


def _step_of(place: float) -> int:
    """The step of a place within 0 and 1; either end is one of its own, since a walk is there or it is not."""
    if place <= 0.0:
        return 0
    return EDGE - 1 if place >= 1.0 else 1 + min(int(place * _CELLS), _CELLS - 1)


def steps_within(places: NDArray[np.float64]) -> NDArray[np.int64]:
    """As `_step_of`, of places within 0 and 1."""
    inner = 1 + np.minimum((places * _CELLS).astype(np.int64), _CELLS - 1)
    return np.where(places <= 0.0, 0, np.where(places >= 1.0, EDGE - 1, inner))


def _steps_of(heights: NDArray[np.int64], ranges: NDArray[np.int64]) -> NDArray[np.int64]:
    """As `_step_of`, for places that mirror each other exactly."""
    inner = 1 + np.minimum(heights * _CELLS // ranges, _CELLS - 1)
    return np.where(heights == 0, 0, np.where(heights == ranges, EDGE - 1, inner))
