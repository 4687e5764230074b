"""One-sided CUSUM against a falling mean, with a threshold that alarms rarely while nothing has changed.

E. S. Page, Continuous Inspection Schemes (1954): S = max(0, S - z - 0.25) with z standardised.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.statistics.bootstrap import MIN_DAYS, SEED

ALLOWANCE: Final = 0.25
"""Standard deviations that each result may lie below the mean before S grows."""
MIN_RUN_LENGTH: Final = 1_000
"""Trades until a false alarm, at least, on average."""
_RUNS: Final = 400
_HORIZON: Final = 6
"""Lengths of a run, in `MIN_RUN_LENGTH`, after which it is counted as it is."""
_STEPS: Final = 30


class Cusum(msgspec.Struct, frozen=True, kw_only=True):
    """What results are compared with, in their own unit, and the S above which there is an alarm."""

    mean: float
    deviation: float
    threshold: float

    def next(self, s: float, value: float) -> float:
        """S after one more result; it begins at 0."""
        return max(0.0, s - (value - self.mean) / self.deviation - ALLOWANCE)

    def is_alarm(self, s: float) -> bool:
        return s > self.threshold

    def path(self, values: Iterable[float]) -> list[float]:
        """S after each result."""
        s, found = 0.0, []
        for value in values:
            s = self.next(s, value)
            found.append(s)
        return found


def fitted_cusum(values: Sequence[float], blocks: Sequence[int], mean: float | None = None) -> Cusum | None:
    """A CUSUM for further results like `values`, of which each belongs to the block, such as its day, at its place.

    Its mean is theirs unless it is given. The threshold is the one at which sequences of resampled blocks alarm after
    `MIN_RUN_LENGTH` results or more on average; the error of the resampling counts against it. None on fewer than
    `MIN_DAYS` blocks, or where values never differ.
    """
    results = np.asarray(values, dtype=np.float64)
    if len(set(blocks)) < MIN_DAYS or float(results.std()) <= 0.0:
        return None
    own, deviation = float(results.mean()), float(results.std(ddof=1))
    maxima = _running_maxima((results - own) / deviation, np.asarray(blocks))
    return Cusum(mean=own if mean is None else mean, deviation=deviation, threshold=_threshold(maxima))


def _running_maxima(z: NDArray[np.float64], blocks: NDArray[np.int64]) -> NDArray[np.float32]:
    """Largest S so far of each run after each of its results; shape (results, runs)."""
    drawn = _resampled_results(z, blocks)
    s, largest = np.zeros(_RUNS), np.zeros(_RUNS)
    found = np.empty(drawn.shape, dtype=np.float32)
    for place, row in enumerate(drawn):
        s = np.maximum(0.0, s - row - ALLOWANCE)
        largest = np.maximum(largest, s)
        found[place] = largest
    return found


def _resampled_results(z: NDArray[np.float64], blocks: NDArray[np.int64]) -> NDArray[np.float64]:
    """Runs of drawn blocks, each block whole and in its own order; shape (results, runs)."""
    order = np.argsort(blocks, kind="stable")
    _, begins, counts = np.unique(blocks[order], return_index=True, return_counts=True)
    length = _HORIZON * MIN_RUN_LENGTH
    enough = -(-length // int(counts.min()))
    bits, found = np.random.Philox(key=SEED), np.empty((length, _RUNS))
    for run in range(_RUNS):
        drawn = (bits.random_raw(enough) % len(begins)).astype(np.intp)
        ends = counts[drawn].cumsum()
        drawn, ends = drawn[: np.searchsorted(ends, length) + 1], ends[: np.searchsorted(ends, length) + 1]
        shifts = begins[drawn] - (ends - counts[drawn])
        found[:, run] = z[order[(np.arange(ends[-1]) + np.repeat(shifts, counts[drawn]))[:length]]]
    return found


def _threshold(maxima: NDArray[np.float32]) -> float:
    """The smallest threshold that the runs stay below long enough, by bisection."""
    low, high = 0.0, float(maxima[-1].max())
    for _ in range(_STEPS):
        middle = (low + high) / 2.0
        low, high = (low, middle) if _run_length(maxima, middle) >= MIN_RUN_LENGTH else (middle, high)
    return high


def _run_length(maxima: NDArray[np.float32], threshold: float) -> float:
    """Mean number of results up to an alarm, less two standard errors."""
    lengths = (maxima <= threshold).sum(axis=0) + 1.0
    return float(lengths.mean() - 2.0 * lengths.std() / len(lengths) ** 0.5)
