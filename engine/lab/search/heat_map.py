"""A heat map over two settings: a cell is only as good as its worst neighbour."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray


def heat_map(trials: Iterable[tuple[int, int, float]], shape: tuple[int, int]) -> NDArray[np.float64]:
    """Mean score of the trials of each cell, given as row, column and score; NaN where there is none."""
    sums, counts = np.zeros(shape), np.zeros(shape)
    for row, column, score in trials:
        sums[row, column] += score
        counts[row, column] += 1.0
    found: NDArray[np.float64] = np.full(shape, np.nan)
    np.divide(sums, counts, out=found, where=counts > 0.0)
    return found


def worst_neighbour(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """The lowest score of each cell and the up to eight around it; NaN where the cell itself has none.

    A good cell among bad ones is luck: settings that work are surrounded by settings that work. Cells without a score
    say nothing of their neighbours.
    """
    rows, columns = scores.shape
    padded = np.pad(scores, 1, constant_values=np.nan)
    around = [padded[row : row + rows, column : column + columns] for row in range(3) for column in range(3)]
    worst = np.fmin.reduce(around)
    return np.where(np.isnan(scores), np.nan, worst)
