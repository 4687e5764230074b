"""What a change of settings would have done, on the candles of a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from engine.errors import UnreadableRecording
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
    """Reads the candles of days from the recordings of a study, which it keeps once it has them. Not for the event
    loop."""

    def __init__(self, request: StudyRequest, symbol: str) -> None:
        """`symbol` is that of the answer, empty where it names none."""
        self._request, self._symbol = request, symbol
        self._recording: Recording | None = None

    def read(self, day: str) -> DayCandles:
        """Raises `DeskError` where the recordings are gone, or have no candles of the day."""
        if self._recording is None:
            self._recording = self._gathered()
        begins = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC)
        columns = self._recording.columns
        rows = columns.rows(slice(columns.first_from(begins), columns.first_from(begins + DAY)))
        if not len(rows):
            raise UnreadableRecording(f"None of the recordings has candles of {day}.")
        return DayCandles(day, rows.at, rows.open, rows.high, rows.low, rows.close)

    def _gathered(self) -> Recording:
        from engine.lab.recordings import gather
        from engine.market.arrow import ready_arrow

        ready_arrow()
        asked, symbol = self._request, self._symbol or None
        files = [Path(file) for file in asked.files]
        return gather(files, symbol=asked.symbol or symbol, clock=asked.clock, spread=asked.spread).only()
