"""Instants of one column, or of date and time in two: text, integers since 1970, or timestamps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.adapters.recorded.clocks import file_clock
from engine.adapters.recorded.origin import Origin
from engine.adapters.recorded.tables.gathering import Gathering, Growing
from engine.adapters.recorded.tables.rows import Rows
from engine.adapters.recorded.tables.time_texts import times_from_text
from engine.adapters.recorded.times import Microseconds, WallTimes, times_from_counts


class TimeColumn:
    """Reads the times of a file, the rows as they come; the first of them show how they are written."""

    def __init__(self, names: Sequence[str], dates: Sequence[str], origin: Origin) -> None:
        """`dates` are layouts that count besides the usual ones."""
        self._names, self._dates, self._origin = names, dates, origin
        self._unit: str | None = None
        self._zone: str | None = None
        self._are_counts: bool | None = None
        self._states_offset: bool | None = None
        self._counts = Gathering(self._read_counts, np.int64)
        self._spelt = Gathering(self._read_spelt, np.int64)
        self._offsets = Growing(np.int64)

    def add(self, rows: Rows) -> None:
        """Take over the times of the next rows of the file."""
        if self._are_counts is None:
            self._unit, self._zone = rows.unit_and_zone(self._names[0])
            is_count = len(self._names) == 1 and rows.begins_with_count(self._names[0])
            self._are_counts = self._unit is not None or is_count
        (self._counts if self._are_counts else self._spelt).add(rows)

    def joined(self) -> WallTimes:
        """All of them; raises `UnreadableRecording` naming the first row without one."""
        if self._are_counts:
            return self._from_counts(self._counts.values())
        return WallTimes(self._spelt.values(), self._offsets.values() if self._states_offset else None)

    def _from_counts(self, counts: Microseconds) -> WallTimes:
        times = times_from_counts(counts, self._origin, self._unit)
        if self._zone is None:
            return times
        name = f"UTC{self._zone}" if self._zone[:1] in ("+", "-") else self._zone
        wall = file_clock(name, self._origin).local(times.wall)
        return WallTimes(wall, wall - times.wall)

    def _read_counts(self, rows: Rows) -> Microseconds:
        return rows.counts(self._names[0])

    def _read_spelt(self, rows: Rows) -> Microseconds:
        times = times_from_text(rows.spelling(self._names), rows.origin, self._dates)
        states_offset = times.offsets is not None
        if self._states_offset is None:
            self._states_offset = states_offset
        elif states_offset != self._states_offset:
            raise rows.origin.error("differs from the rows before in stating an offset", 0)
        if times.offsets is not None:
            self._offsets.extend(times.offsets)
        return times.wall
