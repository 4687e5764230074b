"""Small recordings for tests of the lab."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.adapters.recorded import Recording
from engine.adapters.recorded.columns import CandleColumns
from engine.domain.market import Instrument, Source
from tests.builders import GOLD

FIRST_AT = 1_772_409_600_000_000
"""Monday 2026-03-02 at 00:00 UTC, in microseconds since 1970."""
MINUTE_US = 60_000_000


def a_recording(
    count: int = 400, *, seed: int = 1, first_minute: int = 0, instrument: Instrument = GOLD, name: str = "gold.csv"
) -> Recording:
    """A random walk of gold by the minute, with spread and volume."""
    random = np.random.default_rng(seed)
    steps = np.round(random.normal(0.0, 0.8, (count, 8)).cumsum(axis=0).cumsum(axis=1)[:, -1], 2) + 2000.0
    opens = np.concatenate([[2000.0], steps[:-1]])
    reach = np.round(random.uniform(0.0, 0.6, (2, count)), 2)
    columns = CandleColumns(
        at=FIRST_AT + MINUTE_US * (first_minute + np.arange(count, dtype=np.int64)),
        open=opens,
        high=np.round(np.maximum(opens, steps) + reach[0], 2),
        low=np.round(np.minimum(opens, steps) - reach[1], 2),
        close=steps,
        volume=random.integers(50, 200, count).astype(np.float64),
        spread=np.round(random.uniform(0.1, 0.3, count), 2),
    )
    return Recording(source_of(columns, instrument, name), columns)


def source_of(columns: CandleColumns, instrument: Instrument = GOLD, name: str = "gold.csv") -> Source:
    return Source(
        instrument=instrument,
        format="random walk",
        clock="UTC",
        name=name,
        has_volume=columns.volume is not None,
        has_spread=columns.spread is not None,
        has_aggressor_volume=columns.taker_buy is not None,
    )


def write_export(path: Path, recording: Recording) -> Path:
    """The candles as MetaTrader exports rates, in UTC."""
    columns = recording.columns
    assert columns.spread is not None
    assert columns.volume is not None
    numbers = (columns.open, columns.high, columns.low, columns.close, columns.volume, columns.spread * 100.0)
    lines = ["time,open,high,low,close,tick_volume,spread,real_volume"]
    for at, opening, high, low, close, volume, points in zip(columns.at.tolist(), *numbers, strict=True):
        when = np.datetime64(at, "us").item()
        lines.append(f"{when},{opening:.2f},{high:.2f},{low:.2f},{close:.2f},{volume:.0f},{points:.0f},0")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
