"""Which clock a file was written by, and the instants of its rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from engine.adapters.recorded.clocks import NY_CLOSE, FileClock, file_clock, offset_words
from engine.adapters.recorded.columns import CandleColumns
from engine.adapters.recorded.formats.format import LOCAL_TIME, SERVER_TIME, ParsedFile
from engine.adapters.recorded.market_breaks import break_shown, has_prices_in_the_daily_break
from engine.adapters.recorded.origin import Place
from engine.adapters.recorded.times import MINUTE, Microseconds
from engine.domain.market import DayRoll, Instrument
from engine.errors import UnreadableRecording

_SERVER_CLOCKS: Final = (NY_CLOSE, "Europe/Athens", "UTC", "UTC+2", "UTC+3")
_CLOCKS: Final = (
    *("UTC", NY_CLOSE, "Europe/Athens", "UTC+2", "UTC+3", "America/New_York", "UTC-5", "America/Chicago"),
    *("Europe/London", "Europe/Berlin", "Asia/Kolkata", "Asia/Singapore", "Asia/Tokyo", "Australia/Sydney"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTimes:
    """Instants in microseconds, in words by which clock they were read, and whether that was only assumed."""

    utc: Microseconds
    words: str
    is_assumed: bool = False
    note: str = ""


def instants_of_file(parsed: ParsedFile, given: str | None, instrument: Instrument, place: Place) -> FileTimes:
    """By the `given` clock, else as the rows state, else by that of the format, else by one that the market shows."""
    wall, offsets = parsed.columns.at, parsed.offsets
    if given is not None:
        clock = file_clock(given, place)
        return FileTimes(utc=clock.utc(wall, place), words=f"{clock.words} (given)")
    if offsets is not None and (parsed.clock != SERVER_TIME or offsets.any()):
        where = "the file" if parsed.clock == SERVER_TIME else "each row"
        return _stated(parsed, wall - offsets, f"{offset_words(offsets)} (stated in {where})", instrument, place)
    if parsed.clock in (SERVER_TIME, LOCAL_TIME):
        return _shown_or_assumed(parsed, instrument, place)
    clock = file_clock(parsed.clock, place)
    return _stated(parsed, clock.utc(wall, place), clock.words, instrument, place)


def _shown_or_assumed(parsed: ParsedFile, instrument: Instrument, place: Place) -> FileTimes:
    """By a clock that a break of the market shows; else by the first that the file does not contradict."""
    wall, is_server = parsed.columns.at, parsed.clock == SERVER_TIME
    names = _SERVER_CLOCKS if is_server else _CLOCKS
    doubt = "" if parsed.offsets is None else "; the file's own label UTC is not trusted"
    possible = _Possible(names, _minutes(parsed, wall), place)
    if _has_breaks(instrument) and (found := break_shown(possible, place)):
        clock, words = possible.clocks[found[0]][1], f"detected from the {found[1]}"
        return FileTimes(utc=clock.utc(wall, place), words=f"{clock.words} ({words}{doubt})")
    clock, why = _assumed(possible, instrument, place)
    if clock == file_clock(names[0], place):
        why = "usual for MetaTrader" if is_server else "the file does not state it"
    return FileTimes(utc=clock.utc(wall, place), words=f"{clock.words} (assumed: {why}{doubt})", is_assumed=True)


def _assumed(possible: _Possible, instrument: Instrument, place: Place) -> tuple[FileClock, str]:
    """The first clock that the file does not contradict, and how it contradicts the usual one."""
    usual, clock = file_clock(possible.names[0], place), None
    for utc in possible:
        clock = clock or possible.clocks[0][1]
        if not _has_breaks(instrument):
            break
        if not has_prices_in_the_daily_break(utc, place):
            clock = possible.clocks[-1][1]
            break
    if any(each == usual for _, each in possible.clocks):
        return clock or usual, f"with {usual.words} there would be prices in the daily break"
    return clock or usual, f"the file has times that {usual.words} skips or repeats"


def _stated(parsed: ParsedFile, utc: Microseconds, words: str, instrument: Instrument, place: Place) -> FileTimes:
    """With a note if by the stated clock the market does not rest in its break, while by another it would."""
    minutes, note = _minutes(parsed, utc), ""
    if _has_breaks(instrument) and break_shown([minutes], place) is None:
        possible = _Possible(_SERVER_CLOCKS, minutes, place)
        if found := break_shown(possible, place):
            stated, better = words.partition(" (")[0], possible.clocks[found[0]][0]
            note = f"by the stated clock {stated} there are prices in the {found[1]}, by {better} there are none"
    return FileTimes(utc=utc, words=words, note=note)


def _has_breaks(instrument: Instrument) -> bool:
    return instrument.day_roll is not DayRoll.UTC_MIDNIGHT


def _minutes(parsed: ParsedFile, at: Microseconds) -> Microseconds:
    """The times of candles; of ticks the first in each minute, which says as much about breaks."""
    if isinstance(parsed.columns, CandleColumns):
        return at
    return at[np.flatnonzero(np.diff(at // MINUTE, prepend=at[0] // MINUTE - 1))]


class _Possible:
    """The instants of `wall` by each clock by which time rises and that skips none of them, made as they are asked for.

    `clocks` are the names and clocks of those that were asked for so far.
    """

    def __init__(self, names: Sequence[str], wall: Microseconds, place: Place) -> None:
        self.clocks: list[tuple[str, FileClock]] = []
        self.names, self._wall, self._place = names, wall, place

    def __iter__(self) -> Iterator[Microseconds]:
        self.clocks = []
        for name in self.names:
            clock = file_clock(name, self._place)
            try:
                utc = clock.utc(self._wall, self._place)
            except UnreadableRecording:
                continue
            if (utc[1:] > utc[:-1]).all():
                self.clocks.append((name, clock))
                yield utc
