"""A market without an edge: a seeded random walk from second to second at zero spread, without drift."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.adapters.recorded.columns import TickColumns, microseconds
from engine.adapters.recorded.recording import Recording
from engine.domain.market import Source
from engine.errors import DeskError
from engine.fills.minutes import SECONDS
from engine.market.instruments import instrument_for

DAY_MINUTES: Final = 1440
_SLOW_SPREAD, _FAST_SPREAD = 0.5, 0.33
"""Standard deviations of log volatility: over hours, and of single minutes. Gold of 2025-12 to 2026-03 has the second
about the median range of 20 minutes, beside what chance does to a range."""
_HALF_LIFE_MINUTES: Final = 60.0
_UNIT_RANGE: Final = 10.5
"""Median range of 59 steps of a walk, in standard deviations of a step."""
_USUAL_VOLUME: Final = 3.0
"""Volume of a second of usual volatility."""
_MONDAY: Final = datetime(2026, 1, 5, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class NullSize:
    """How large the market is: its first price, and the median range of a minute, in price units."""

    price: float
    minute_range: float


NULL_SIZES: Final = {"XAUUSD": NullSize(4865.0, 0.95), "BTCUSD": NullSize(71_500.0, 49.3)}
"""Bitcoin as in 2026-01 to 2026-03. Gold between mid-2024 (0.60) and 2026 (2.06): in a market as large as the latter
price passes half of a shipped stop in the second that an order takes, and results in R have no useful variance."""


@dataclass(frozen=True, slots=True)
class NullWalk:
    """Prices in ticks and the volume of each second, by minute."""

    ticks: NDArray[np.int64]
    """Shape (minutes, 60): the price at each whole second."""
    volumes: NDArray[np.int64]
    """Shape (minutes,): volume of each second of the minute."""


@dataclass(frozen=True, slots=True)
class NullPair:
    """One walk as two markets: its quotes, and only the candles of these quotes."""

    quotes: Recording
    minutes: Recording
    starts_at: datetime
    """What comes before is history."""


def check_symbol(symbol: str) -> None:
    """Raises `DeskError` for a symbol without a size."""
    if symbol not in NULL_SIZES:
        raise DeskError(f"there is no null market of {symbol}: allowed are {', '.join(NULL_SIZES)}")


def null_walk(symbol: str, minutes: int, seed: int | tuple[int, ...]) -> NullWalk:
    """A walk of that many minutes, its steps normal and as often up as down, its volatility in clusters.

    Log volatility is a first-order autoregression by minute with a half-life of an hour, and noise of each minute.
    Raises `DeskError` for a symbol without a size.
    """
    check_symbol(symbol)
    size, per_unit = NULL_SIZES[symbol], round(1.0 / instrument_for(symbol).tick_size)
    random = np.random.Generator(np.random.Philox(np.random.SeedSequence(seed)))
    volatility = np.exp(_slow(random, minutes) + _FAST_SPREAD * random.standard_normal(minutes))
    step = size.minute_range * per_unit / _UNIT_RANGE
    steps = random.standard_normal((minutes, SECONDS)) * (step * volatility)[:, None]
    ticks = np.rint(size.price * per_unit + steps.cumsum().reshape(minutes, SECONDS)).astype(np.int64)
    if ticks.min() < 1:
        raise DeskError(f"the null market of {symbol} with seed {seed} falls below zero: take fewer minutes")
    return NullWalk(ticks, np.maximum(1, np.rint(_USUAL_VOLUME * volatility)).astype(np.int64))


def _slow(random: np.random.Generator, minutes: int) -> NDArray[np.float64]:
    keeps = 0.5 ** (1.0 / _HALF_LIFE_MINUTES)
    first, *noise = (_SLOW_SPREAD * random.standard_normal(minutes)).tolist()
    shocks = (value * (1.0 - keeps * keeps) ** 0.5 for value in noise)
    return np.array(list(accumulate(shocks, lambda level, shock: keeps * level + shock, initial=first)))


def null_pair(symbol: str, seed: int | tuple[int, ...]) -> NullPair:
    """A Monday of history and a Tuesday to play, so that no week ends; metals trade through their daily rest."""
    walk = null_walk(symbol, 2 * DAY_MINUTES + 1, seed)  # the last minute never closes
    instrument = instrument_for(symbol)
    bids = walk.ticks.ravel() / round(1.0 / instrument.tick_size)
    ticks = TickColumns(
        at=microseconds(_MONDAY) + 1_000_000 * np.arange(bids.size, dtype=np.int64),
        bid=bids,
        ask=bids,
        volume=np.repeat(walk.volumes, SECONDS).astype(np.float64),
    )
    candles = ticks.closed_candles()
    return NullPair(
        quotes=Recording(_source(symbol, has_quotes=True), candles, ticks.rows(slice(None, -SECONDS))),
        minutes=Recording(_source(symbol, has_quotes=False), candles),
        starts_at=_MONDAY + timedelta(days=1),
    )


def _source(symbol: str, *, has_quotes: bool) -> Source:
    return Source(
        instrument=instrument_for(symbol),
        format="random walk",
        clock="UTC",
        name="null market",
        has_volume=True,
        has_spread=True,
        has_aggressor_volume=False,
        has_quotes=has_quotes,
    )
