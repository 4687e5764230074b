"""Collects rows into columns while a file is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.adapters.recorded.tables.rows import Rows
from engine.errors import UnreadableRecording

_INITIAL_CAPACITY = 131_072


class Growing:
    """An array that grows where it lies.

    Parts that are joined at the end would be twice the memory, and leave holes that the C library keeps.
    """

    def __init__(self, kind: type[np.generic]) -> None:
        self._size = 0
        self._cells = np.empty(_INITIAL_CAPACITY, dtype=kind)

    def extend(self, values: NDArray[Any]) -> None:
        end = self._size + len(values)
        if end > len(self._cells):
            self._cells.resize(max(end, len(self._cells) * 9 // 8), refcheck=False)
        self._cells[self._size : end] = values
        self._size = end

    def values(self) -> NDArray[Any]:
        """All of them; nothing may be added afterwards."""
        self._cells.resize(self._size, refcheck=False)
        return self._cells


class Gathering:
    """What is read of one column, until some rows are at fault."""

    def __init__(self, read: Callable[[Rows], NDArray[Any]], kind: type[np.generic]) -> None:
        self._read = read
        self._values = Growing(kind)
        self._fault: UnreadableRecording | None = None

    def add(self, rows: Rows) -> None:
        if self._fault is None:
            try:
                self._values.extend(self._read(rows))
            except UnreadableRecording as fault:
                self._fault = fault

    def values(self) -> NDArray[Any]:
        """All of them, nothing may be added afterwards; raises the `UnreadableRecording` of the first rows at fault."""
        if self._fault is not None:
            raise self._fault
        return self._values.values()
