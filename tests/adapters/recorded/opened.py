"""Recordings that a test has written."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine.adapters.recorded import Recording, open_recording
from engine.domain.market import Candle
from tests.adapters.recorded.samples import written


def opened(folder: Path, name: str, text: str | bytes, **how: Any) -> Recording:
    return open_recording(written(folder, name, text), **how)


def first_of(recording: Recording) -> Candle:
    return next(recording.candles())


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
