"""What a change of settings would have done, on the candles of a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from engine.errors import DeskError, UnreadableRecording
from gui.features.lab.model.request import StudyRequest

if TYPE_CHECKING:
    from engine.adapters.recorded import Recording

DAY = timedelta(days=1)


class Status(StrEnum):
    """What became of a setup with the other settings."""

    APPEARED = "appeared"
    VANISHED = "vanished"
    OUTCOME = "outcome"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Mark:
    """A setup of either settings, at its candle."""

    at: datetime
    side: str
    status: Status
    tip: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """`marks` by day, UTC; `symbol` is empty where the answer names none."""

    symbol: str
    marks: Mapping[str, tuple[Mark, ...]]

    @property
    def days(self) -> tuple[str, ...]:
        """The days with a mark, in order."""
        return tuple(sorted(self.marks))


@dataclass(frozen=True, slots=True)
class DayCandles:
    """Arrays of one length: opening instants in microseconds of UTC, and prices."""

    day: str
    at: NDArray[Any]
    open: NDArray[Any]
    high: NDArray[Any]
    low: NDArray[Any]
    close: NDArray[Any]


class CandleReader:
    """Reads the candles of days from the recordings of a study; keeps those that it has opened. Not for the event
    loop."""

    def __init__(self, request: StudyRequest, symbol: str) -> None:
        self._request, self._symbol = request, symbol
        self._opened: dict[str, Recording | None] = {}

    def read(self, day: str) -> DayCandles:
        """Of the first recording that has the day. Raises `UnreadableRecording` where none has."""
        begins = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC)
        for file in self._request.files:
            recording = self._recording(file)
            if recording is None or not recording.first_at < begins + DAY or recording.last_at < begins:
                continue
            columns = recording.columns
            rows = columns.rows(slice(columns.first_from(begins), columns.first_from(begins + DAY)))
            if len(rows):
                return DayCandles(day, rows.at, rows.open, rows.high, rows.low, rows.close)
        raise UnreadableRecording(f"None of the recordings has candles of {day} any more.")

    def _recording(self, file: str) -> Recording | None:
        """None where it is of another symbol, or cannot be read."""
        from engine.adapters.recorded import open_recording
        from engine.market.arrow import ready_arrow

        if file not in self._opened:
            ready_arrow()
            try:
                recording = open_recording(
                    Path(file), symbol=self._request.symbol, clock=self._request.clock, spread=self._request.spread
                )
            except DeskError:
                self._opened[file] = None
            else:
                is_other = bool(self._symbol) and recording.source.symbol != self._symbol
                self._opened[file] = None if is_other else recording
        return self._opened[file]
