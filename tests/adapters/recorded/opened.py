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


def utc(*fields: int) -> datetime:
    return datetime(*fields, tzinfo=UTC)  # type: ignore[arg-type, misc]
