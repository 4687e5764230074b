"""Recorded prices as arrays: what stays in memory while a recording is open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from operator import add
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from engine.adapters.recorded.times import MINUTE, Microseconds
from engine.domain.market import Candle

Floats = NDArray[np.float64]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CHUNK = 2048
_MINUTE = timedelta(microseconds=MINUTE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceColumns:
    """Arrays of one length; `at` is in microseconds since 1970, prices are in price units."""

    at: Microseconds

    def __len__(self) -> int:
        return len(self.at)

    def rows(self, rows: slice | NDArray[np.bool_] | NDArray[np.int64]) -> Self:
        """The same columns of only those rows."""
        return self.with_values({name: column[rows] for name, column in self.given().items()})

    def given(self) -> dict[str, NDArray[Any]]:
        """Those columns that the source has, by their names."""
        columns = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: column for name, column in columns.items() if column is not None}

    def with_values(self, columns: Mapping[str, NDArray[Any]]) -> Self:
        """The same with other values in some columns."""
        return replace(self, **dict(columns))

    def first_from(self, instant: datetime) -> int:
        """The first row at or after `instant`."""
        return int(np.searchsorted(self.at, microseconds(instant), side="left"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CandleColumns(PriceColumns):
    """Candles; `at` is when each opened. `volume`, `spread` and `taker_buy` are None where the source has none, and not
    a number in rows without."""

    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats | None = None
    spread: Floats | None = None
    taker_buy: Floats | None = None

    def candles(self, symbol: str) -> Iterator[Candle]:
        """The candles as values, made a chunk at a time."""
        for start in range(0, len(self), CHUNK):
            yield from self.rows(slice(start, start + CHUNK))._candles(symbol)

    def _candles(self, symbol: str) -> Iterator[Candle]:
        rows = zip(
            instants_of(self.at),
            self.open.tolist(),
            self.high.tolist(),
            self.low.tolist(),
            self.close.tolist(),
            self._optional(self.volume),
            self._optional(self.spread),
            self._optional(self.taker_buy),
            strict=True,
        )
        for at, opening, high, low, close, volume, spread, taker_buy in rows:
            yield Candle(
                symbol=symbol,
                opened_at=at,
                open=opening,
                high=high,
                low=low,
                close=close,
                volume=volume,
                spread=spread,
                taker_buy=taker_buy,
            )

    def _optional(self, values: Floats | None) -> list[float | None]:
        if values is None:
            return [None] * len(self)
        listed: list[float | None] = values.tolist()
        for row in np.flatnonzero(np.isnan(values)).tolist():
            listed[row] = None
        return listed


@dataclass(frozen=True, slots=True, kw_only=True)
class TickColumns(PriceColumns):
    """Bid and ask at each change; `volume` is the volume of each, None where each counts one."""

    bid: Floats
    ask: Floats
    volume: Floats | None = None

    def closed_candles(self) -> CandleColumns:
        """The candles that a `CandleBuilder` closes on these quotes: the last minute stays open."""
        minutes = self.at // MINUTE
        starts = np.flatnonzero(np.diff(minutes, prepend=minutes[0] - 1))
        ends = starts[1:] - 1
        highs, lows = np.maximum.reduceat(self.bid, starts), np.minimum.reduceat(self.bid, starts)
        return CandleColumns(
            at=minutes[starts[:-1]] * MINUTE,
            open=self.bid[starts[:-1]],
            high=highs[:-1],
            low=lows[:-1],
            close=self.bid[ends],
            volume=np.diff(starts).astype(np.float64) if self.volume is None else self._volumes(starts),
            spread=self.ask[ends] - self.bid[ends],
        )

    def _volumes(self, starts: NDArray[np.int64]) -> Floats:
        assert self.volume is not None
        return np.add.reduceat(self.volume, starts)[:-1]


def instant_of(at: int) -> datetime:
    return EPOCH + timedelta(microseconds=at)


def instants_of(at: Microseconds) -> list[datetime]:
    """Each as an instant; where minute follows minute, one is made from the one before in a fifth of the time."""
    if not len(at):
        return []
    steps = [_MINUTE if step == MINUTE else timedelta(microseconds=step) for step in np.diff(at).tolist()]
    return list(accumulate(steps, add, initial=instant_of(int(at[0]))))


def microseconds(instant: datetime) -> int:
    return (instant - EPOCH) // timedelta(microseconds=1)
