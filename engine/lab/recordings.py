"""The recordings that a study is about: files and folders, put together by symbol."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from config.indicators import SessionsSettings
from config.symbol_names import meaning_of
from engine.adapters.recorded import Recording, open_recording
from engine.adapters.recorded.columns import CandleColumns, Floats, instant_of
from engine.adapters.recorded.folders import ENDINGS
from engine.adapters.recorded.packing import read_content
from engine.adapters.recorded.spreads import GIVEN
from engine.adapters.recorded.tape import tape_part
from engine.adapters.recorded.times import MINUTE
from engine.domain.market import DayRoll, Source
from engine.errors import UnknownSymbol, UnreadableRecording, UnusableRecordings
from engine.market.sessions import SessionCalendar
from engine.market.tape import stem_of

_ENDINGS: Final = (*ENDINGS, ".txt", ".jsonl")
_PRICES: Final = ("open", "high", "low", "close")
_OPTIONAL: Final = ("volume", "spread", "taker_buy")
_HOUR: Final = 60 * MINUTE


@dataclass(frozen=True, slots=True)
class Gathered:
    """One recording of candles for each symbol, and what the user has to know of how they came about."""

    recordings: tuple[Recording, ...]
    notes: tuple[str, ...]

    def only(self) -> Recording:
        """The one there is. Raises `UnusableRecordings` where there are several symbols."""
        if len(self.recordings) > 1:
            symbols = ", ".join(recording.source.symbol for recording in self.recordings)
            raise UnusableRecordings(f"these are recordings of {symbols}: choose one with --symbol")
        return self.recordings[0]


@dataclass(frozen=True, slots=True)
class _Choice:
    symbol: str | None
    clock: str | None
    spread: float | None


def gather(
    paths: Sequence[Path], *, symbol: str | None = None, clock: str | None = None, spread: float | None = None
) -> Gathered:
    """Opens files, and all recordings in folders and the folders below them.

    With a `symbol` only recordings of what it stands for count, and those that do not say their own. `clock` and
    `spread` as in `open_recording`, but that a desk's own recordings keep to UTC. Of a minute that several have the
    first one counts. Quotes count as the candles made of them. Raises `UnreadableRecording` for a file that cannot be
    read, unless it lies in a folder: that is left out, with a note; and `UnusableRecordings` where nothing is left.
    """
    choice, notes = _Choice(symbol, clock, spread), list[str]()
    others: list[str] = []
    by_symbol: dict[str, list[Recording]] = {}
    for path, is_in_folder in _distinct(_files(paths)):
        try:
            opened = _opened(path, choice)
        except UnreadableRecording as error:
            if not is_in_folder:
                raise
            notes.append(f"left out: {error}")
            continue
        if symbol is not None and opened.source.symbol != symbol:
            others.append(opened.source.symbol)
        else:
            if opened.source.has_quotes:
                notes.append(
                    f"{opened.source.name} has ticks: the study uses candles made from them, on simulated paths"
                )
            by_symbol.setdefault(opened.source.symbol, []).append(_as_candles(opened, spread))
    if not by_symbol:
        raise _nothing(paths, symbol, others, notes)
    merged = [_merged(same, notes) for same in by_symbol.values()]
    return Gathered(tuple(merged), tuple(notes))


def trading_days(recording: Recording) -> tuple[date, ...]:
    """The trading days that have a candle, in order."""
    roll = recording.source.instrument.day_roll
    calendar = SessionCalendar(SessionsSettings(), roll)
    step = _HOUR if roll is DayRoll.NEW_YORK_17 else 24 * _HOUR
    instants = (instant_of(int(step * each)) for each in np.unique(recording.columns.at // step))
    return tuple(dict.fromkeys(map(calendar.trading_day, instants)))


def require_days(recording: Recording, count: int, purpose: str) -> None:
    """Raises `UnusableRecordings` if there are fewer trading days than `purpose` ("a walk-forward test") needs."""
    if (days := len(trading_days(recording))) < count:
        raise UnusableRecordings(
            f"{recording.source.symbol}: {purpose} needs at least {count} trading days, and {recording.source.name} "
            f"has {days}"
        )


def _nothing(
    paths: Sequence[Path], symbol: str | None, others: Iterable[str], notes: Sequence[str]
) -> UnusableRecordings:
    names = ", ".join(map(str, paths))
    if known := sorted(set(others)):
        return UnusableRecordings(f"{names}: no recording of {symbol}, only of {', '.join(known)}")
    if notes:
        return UnusableRecordings(f"{names}: no file can be read as a recording; {notes[0]}")
    return UnusableRecordings(f"{names or 'no file or folder is named'}: no recording found")


# -- files ------------------------------------------------------------------------------------------------------------


def _files(paths: Iterable[Path]) -> Iterator[tuple[Path, bool]]:
    """Each file, and whether it was found in a folder."""
    for path in paths:
        if not path.is_dir():
            yield path, False
            continue
        inside = (each for each in sorted(path.rglob("*")) if each.suffix.lower() in _ENDINGS and each.is_file())
        yield from ((each, True) for each in inside if not each.name.startswith("."))


def _distinct(files: Iterable[tuple[Path, bool]]) -> Iterator[tuple[Path, bool]]:
    """Each file once, and of a desk's own recording one part, which stands for all of them."""
    seen: set[Path] = set()
    for path, is_in_folder in files:
        stem = stem_of(path.name)
        known = path.resolve() if stem is None or not _is_tape(path) else path.resolve().with_name(stem)
        if known not in seen:
            seen.add(known)
            yield path, is_in_folder


def _is_tape(path: Path) -> bool:
    try:
        return tape_part(read_content(path)) is not None
    except UnreadableRecording:
        return False  # opening it says what is wrong


def _opened(path: Path, choice: _Choice) -> Recording:
    """With the symbol that was asked for where the file is of what that stands for, or does not say."""
    clock = None if stem_of(path.name) is not None and _is_tape(path) else choice.clock
    try:
        opened = open_recording(path, clock=clock, spread=choice.spread)
    except UnknownSymbol:
        if choice.symbol is None:
            raise
        return open_recording(path, symbol=choice.symbol, clock=clock, spread=choice.spread)
    asked, found = choice.symbol, opened.source
    if asked is None or asked == found.symbol:
        return opened
    is_same = asked.lower() == found.symbol.lower() or meaning_of(asked) == found.instrument.stands_for != ""
    return open_recording(path, symbol=asked, clock=clock, spread=choice.spread) if is_same else opened


# -- one recording of several -----------------------------------------------------------------------------------------


def _as_candles(recording: Recording, spread: float | None) -> Recording:
    """Without quotes, and with the spread that was given."""
    source, columns = msgspec.structs.replace(recording.source, has_quotes=False), recording.columns
    if spread is not None:
        columns = replace(columns, spread=np.full(len(columns), spread))
        source = msgspec.structs.replace(source, has_spread=True, spread_from=GIVEN)
    return Recording(source, columns, is_clock_assumed=recording.is_clock_assumed)


def _merged(recordings: Sequence[Recording], notes: list[str]) -> Recording:
    """One recording of the minutes of all; what the user has to know is added to the notes."""
    for recording in recordings:
        source = recording.source
        notes.append(f"{source.name}: {source.symbol}, {len(recording.columns):,} candles, {source.words}")
    if len(recordings) == 1:
        return recordings[0]
    at = np.concatenate([recording.columns.at for recording in recordings])
    _, rows = np.unique(at, return_index=True)  # the first recording that has a minute has it
    ends = np.cumsum([len(recording.columns) for recording in recordings])
    counts = np.bincount(np.searchsorted(ends, rows, side="right"), minlength=len(recordings))
    for recording, count in zip(recordings, counts.tolist(), strict=True):
        if left_out := len(recording.columns) - count:
            name = recording.source.name
            notes.append(f"{name}: {left_out:,} of its minutes are in an earlier file too; the earlier file counts")
    names = {name: _joined(recordings, name) for name in (*_PRICES, *_OPTIONAL)}
    kept = {name: values[rows] for name, values in names.items() if values is not None}
    return Recording(
        _source_of([recording.source for recording in recordings]),
        CandleColumns(at=at[rows], **kept),
        is_clock_assumed=any(recording.is_clock_assumed for recording in recordings),
    )


def _joined(recordings: Sequence[Recording], name: str) -> Floats | None:
    """One column of all; None where no recording has it, not a number in the rows of one that has not."""
    parts = [getattr(recording.columns, name) for recording in recordings]
    if all(part is None for part in parts):
        return None
    sizes = (len(recording.columns) for recording in recordings)
    filled = (np.full(size, np.nan) if part is None else part for part, size in zip(parts, sizes, strict=True))
    return np.concatenate(list(filled))


def _source_of(sources: Sequence[Source]) -> Source:
    """What holds of all together; the instrument is that of the first."""

    def words(values: Iterable[str]) -> str:
        return ", ".join(dict.fromkeys(values))

    return Source(
        instrument=sources[0].instrument,
        format=words(source.format for source in sources),
        clock=words(source.clock for source in sources),
        name=f"{len(sources)} recordings",
        has_volume=any(source.has_volume for source in sources),
        has_spread=any(source.has_spread for source in sources),
        has_aggressor_volume=any(source.has_aggressor_volume for source in sources),
        spread_from=words(source.spread_from for source in sources),
        notes=tuple(dict.fromkeys(chain.from_iterable(source.notes for source in sources))),
    )
