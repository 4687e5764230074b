"""What was known at any past candle: indicators are recomputed from the last checkpoint instead of kept."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Generator, Iterator
from datetime import datetime
from itertools import islice
from typing import Generic, TypeVar

from engine.domain.market import CANDLE_LENGTH, Candle
from engine.domain.snapshot import MarketSnapshot
from engine.indicators.analyzer import Analyzer

CHECKPOINT_CANDLES = 512
"""At most this many candles are recomputed, in some tens of milliseconds; a checkpoint takes some kilobytes."""
STEP_CANDLES = 50
"""Candles recomputed between two looks at the rest of the loop: a part of a frame."""

Past = Callable[[datetime | None], Iterator[Candle]]


_Checkpoint = tuple[datetime | None, bytes]
"""The last candle that was read, None before the first, and the analyzer as it was then."""


T = TypeVar("T")


class Steps(Generic[T]):
    """Work in steps, taken by iterating once; `result` is what it returned then."""

    result: T

    def __init__(self, work: Generator[None, None, T]) -> None:
        self._work = work

    def __iter__(self) -> Iterator[None]:
        self.result = yield from self._work


def returned_by(work: Generator[None, None, T]) -> T:
    """What all the steps return, taken at once."""
    steps = Steps(work)
    for _ in steps:
        pass
    return steps.result


class Recall:
    """Checkpoints of one symbol's analyzer. Indicators depend on candles alone: the past can be recomputed exactly."""

    def __init__(self, analyzer: Analyzer, checkpoints: list[_Checkpoint] | None = None) -> None:
        """`checkpoints` are of the same market; `analyzer` is at one of them."""
        self._analyzer = analyzer
        self._checkpoints = checkpoints or [(None, pickle.dumps(analyzer))]
        self._since_checkpoint = 0
        self._recalled: dict[datetime, MarketSnapshot] = {}

    def note(self, candle: Candle) -> None:
        """To be called after the analyzer has read `candle`."""
        self._since_checkpoint += 1
        if self._since_checkpoint == CHECKPOINT_CANDLES:
            self._since_checkpoint = 0
            newest, _ = self._checkpoints[-1]
            if newest is None or candle.opened_at > newest:
                self._checkpoints.append((candle.opened_at, pickle.dumps(self._analyzer)))

    def resumed(self, before: datetime) -> tuple[Analyzer, Recall, datetime | None]:
        """The analyzer at the last checkpoint before that instant, to read on with; and the last candle that it has
        read, None where it has to read all."""
        last_read, checkpoint = self._checkpoint_before(before)
        analyzer: Analyzer = pickle.loads(checkpoint)
        return analyzer, Recall(analyzer, self._checkpoints), last_read

    def snapshot_at(self, opened_at: datetime, past: Past) -> Generator[None, None, MarketSnapshot | None]:
        """Finds the snapshot after the candle that opened at that instant, some candles at each step; it is what is
        returned in the end, None if there was no such candle.

        `past` gives the closed candles from an instant on, or from the very first; the market may go on meanwhile.
        """
        if (known := self._recalled.get(opened_at)) is not None:
            return known
        last_read, checkpoint = self._checkpoint_before(opened_at)
        analyzer: Analyzer = pickle.loads(checkpoint)
        candles = islice(past(None if last_read is None else last_read + CANDLE_LENGTH), CHECKPOINT_CANDLES)
        found: dict[datetime, MarketSnapshot] = {}
        while part := {candle.opened_at: analyzer.update(candle) for candle in islice(candles, STEP_CANDLES)}:
            found |= part
            yield
        self._recalled = found
        return found.get(opened_at)

    def _checkpoint_before(self, opened_at: datetime) -> _Checkpoint:
        for last_read, checkpoint in reversed(self._checkpoints):
            if last_read is None or last_read < opened_at:
                return last_read, checkpoint
        raise AssertionError("the first checkpoint lies before everything")
