"""J. W. Wilder's average over a column (New Concepts in Technical Trading Systems, 1978)."""

from __future__ import annotations

import math

import numpy as np

from gui.features.chart.model.candle_columns import Floats

NAN = float("nan")


class WilderAverage:
    """The plain mean of the first `length` values, then (length - 1) parts of the average before to one of the new."""

    def __init__(self, length: int) -> None:
        self._length = length
        self.clear()

    def clear(self) -> None:
        self._first: list[float] = []
        self._average = NAN

    def extend(self, values: Floats) -> Floats:
        """The average at each further value, NaN until there are `length`; a leading NaN counts as no value."""
        numbers, averages = values.tolist(), []
        while numbers and len(self._first) < self._length:
            averages.append(self._begin(numbers.pop(0)))
        average, length, part = self._average, self._length, self._length - 1
        for value in numbers:
            average = (part * average + value) / length
            averages.append(average)
        self._average = average
        return np.array(averages, np.float64)

    def _begin(self, value: float) -> float:
        if not math.isnan(value):
            self._first.append(value)
            if len(self._first) == self._length:
                self._average = sum(self._first) / self._length
        return self._average
