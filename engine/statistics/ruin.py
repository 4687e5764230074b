"""Ruin: what drawdowns and losing streaks the same trades may bring in another order of days."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, log
from typing import Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.statistics.bootstrap import DRAWS, MIN_DAYS, SEED

DAYS: Final = 250
"""Trading days that are drawn: a year."""
_THIRD: Final = log(2.0 / 3.0)
_RUINED: Final = 1e-300
"""Equity that stands for none, so that it has a logarithm."""


class Ruin(msgspec.Struct, frozen=True, kw_only=True):
    """Outcomes of `DRAWS` drawn sequences of days, each sorted from low to high."""

    risk_pct: float
    days: int
    drawdowns_r: tuple[float, ...]
    losing_streaks: tuple[int, ...]
    probability_of_losing_a_third: float
    """That equity falls to two thirds of its beginning at any time."""

    def drawdown_r(self, share: float) -> float:
        """The largest drawdown in R that this share of the sequences does not exceed."""
        return self.drawdowns_r[_rank(share, len(self.drawdowns_r))]

    def losing_streak(self, share: float) -> int:
        """The longest losing streak that this share of the sequences does not exceed."""
        return self.losing_streaks[_rank(share, len(self.losing_streaks))]


class _Spans(NamedTuple):
    """What matters of each day, whatever comes before and after. Shape of each: (days,)."""

    total: NDArray[np.float64]
    lowest: NDArray[np.float64]
    """Smallest running sum within the day, at most 0; `highest` at least 0."""
    highest: NDArray[np.float64]
    drawdown: NDArray[np.float64]


class _Streaks(NamedTuple):
    """Losing streaks of each day: at its beginning, at its end, anywhere; and whether the whole day is one."""

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    longest: NDArray[np.int64]
    is_whole: NDArray[np.bool_]


def ruin_of(rs: Sequence[float], blocks: Sequence[int], *, risk_pct: float, days: int = DAYS) -> Ruin | None:
    """Draws `days` days with replacement, each with all its trades in their order; None on fewer than `MIN_DAYS` days.

    `rs` are results in R, of which each belongs to the day at its place, in order of time. Each trade risks `risk_pct`
    percent of the equity at that time.
    """
    by_day: dict[int, list[float]] = {}
    for r, block in zip(rs, blocks, strict=True):
        by_day.setdefault(block, []).append(r)
    if len(by_day) < MIN_DAYS:
        return None
    results = [np.asarray(by_day[day]) for day in sorted(by_day)]
    logs = [np.log(np.maximum(1.0 + risk_pct / 100.0 * day, _RUINED)) for day in results]
    drawn = (np.random.Philox(key=SEED).random_raw(days * DRAWS) % len(results)).astype(np.intp).reshape(days, DRAWS)
    lowest_equity = _walk(_spans(logs), drawn)[0]
    return Ruin(
        risk_pct=risk_pct,
        days=days,
        drawdowns_r=tuple(sorted(_walk(_spans(results), drawn)[1].tolist())),
        losing_streaks=tuple(sorted(_longest_streaks(_streaks(results), drawn).tolist())),
        probability_of_losing_a_third=float((lowest_equity <= _THIRD).mean()),
    )


def _rank(share: float, count: int) -> int:
    return min(count - 1, max(0, ceil(share * count) - 1))


def _spans(days: Sequence[NDArray[np.float64]]) -> _Spans:
    sums = [np.concatenate(([0.0], day.cumsum())) for day in days]
    return _Spans(
        total=np.array([each[-1] for each in sums]),
        lowest=np.array([each.min() for each in sums]),
        highest=np.array([each.max() for each in sums]),
        drawdown=np.array([(np.maximum.accumulate(each) - each).max() for each in sums]),
    )


def _walk(spans: _Spans, drawn: NDArray[np.intp]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The lowest running sum and the largest drawdown of each sequence; shape (draws,)."""
    at, lowest, peak, drawdown = (np.zeros(drawn.shape[1]) for _ in range(4))
    for day in drawn:
        lowest = np.minimum(lowest, at + spans.lowest[day])
        drawdown = np.maximum(np.maximum(drawdown, spans.drawdown[day]), peak - at - spans.lowest[day])
        peak = np.maximum(peak, at + spans.highest[day])
        at = at + spans.total[day]
    return lowest, drawdown


def _streaks(days: Sequence[NDArray[np.float64]]) -> _Streaks:
    """A trade that brought nothing neither ends nor lengthens a streak."""
    runs = [_losing_runs(day) for day in days]
    return _Streaks(
        first=np.array([each[0] for each in runs]),
        last=np.array([each[-1] for each in runs]),
        longest=np.array([max(each) for each in runs]),
        is_whole=np.array([len(each) == 1 for each in runs]),
    )


def _losing_runs(day: NDArray[np.float64]) -> list[int]:
    """How many losses come before, between and after the wins of a day."""
    runs = [0]
    for r in day:
        if r > 0.0:
            runs.append(0)
        elif r < 0.0:
            runs[-1] += 1
    return runs


def _longest_streaks(streaks: _Streaks, drawn: NDArray[np.intp]) -> NDArray[np.int64]:
    current, longest = np.zeros(drawn.shape[1], dtype=np.int64), np.zeros(drawn.shape[1], dtype=np.int64)
    for day in drawn:
        joined = current + streaks.first[day]
        longest = np.maximum(longest, np.maximum(joined, streaks.longest[day]))
        current = np.where(streaks.is_whole[day], joined, streaks.last[day])
    return longest
