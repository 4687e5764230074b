"""Instants as counts since 1970, and the limits that all times of a file obey."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.adapters.recorded.origin import Origin

Microseconds = NDArray[np.int64]

SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
DAY: Final = 1440 * MINUTE
EARLIEST: Final = int(np.datetime64("1980-01-01", "us").astype(np.int64))
LATEST: Final = int(np.datetime64("2100-01-01", "us").astype(np.int64))
MAX_LENGTH: Final = 40
"""Characters of a time as text."""
_PART: Final = 32_768
_UNITS: Final = {"s": SECOND, "ms": 1000, "us": 1}
_LIMITS: Final = {"s": 10**11, "ms": 10**14, "us": 10**17}
"""Counts below are of that unit: until 2100 no two units have a number in common."""
_FARTHEST: Final = 10**18


def parts_of(values: NDArray[Any]) -> Iterator[slice]:
    """A long array in parts that fit the processor's cache, so that what is between fills no memory."""
    return (slice(start, start + _PART) for start in range(0, len(values), _PART))


@dataclass(frozen=True, slots=True)
class WallTimes:
    """Instants by the file's own clock, in microseconds since 1970; `offsets` are those its rows state, if any."""

    wall: Microseconds
    offsets: Microseconds | None = None
    are_counts: bool = False
    """Whether the file counts the time since 1970, which is UTC wherever nothing else is known."""


def times_from_counts(counts: NDArray[np.int64], origin: Origin, unit: str | None = None) -> WallTimes:
    """`counts` of a unit (s, ms, us, ns) since 1970; without one, the size of each decides."""
    wall = _of_unit(counts, unit) if unit else _of_their_sizes(counts)
    spelt = wall.astype("datetime64[us]") if unit else counts
    return WallTimes(in_range(wall, lambda row: str(spelt[row]), origin), are_counts=unit is None)


def microseconds_of(counts: NDArray[np.float64]) -> Microseconds:
    """Counts with a fraction, each of the unit that its size shows, rounded to microseconds."""
    factors = np.select([np.abs(counts) < limit for limit in _LIMITS.values()], [*_UNITS.values()], default=0.001)
    wall: Microseconds = np.round(np.clip(counts * factors, -_FARTHEST, _FARTHEST)).astype(np.int64)
    return wall


def _of_their_sizes(counts: NDArray[np.int64]) -> Microseconds:
    smallest, largest = (_unit_of(int(each)) for each in (counts.min(initial=_FARTHEST), counts.max(initial=0)))
    if smallest == largest:
        return _of_unit(counts, largest)
    wall = _of_unit(counts, "ns")
    for unit, limit in reversed(_LIMITS.items()):
        is_below = counts < limit
        wall[is_below] = _of_unit(counts[is_below], unit)
    return wall


def _of_unit(counts: NDArray[np.int64], unit: str) -> Microseconds:
    if unit == "ns":
        thousandths: Microseconds = counts // 1000
        return thousandths
    length = _UNITS[unit]
    limit = _FARTHEST // length
    wall: Microseconds = counts.clip(-limit, limit) * length
    return wall


def _unit_of(count: int) -> str:
    return next((unit for unit, limit in _LIMITS.items() if count < limit), "ns")


def in_range(wall: Microseconds, text: Callable[[int], str], origin: Origin) -> Microseconds:
    """The times themselves; raises `UnreadableRecording` naming the first that lies outside the years 1980 to 2099."""
    refuse((wall < EARLIEST) | (wall >= LATEST), "is outside the years 1980 to 2099", text, origin)
    return wall


def refuse(is_bad: NDArray[np.bool_], why: str, text: Callable[[int], str], origin: Origin) -> None:
    """Raises `UnreadableRecording` naming the first time that is bad."""
    if is_bad.any():
        row = int(is_bad.argmax())
        raise origin.error(f"time '{text(row)[:MAX_LENGTH]}' {why}", row)
