"""The calendar as it is kept in the data folder, and put together from the files that are read."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import Final

import msgspec

from config.atomic_file import reason_of, set_aside, write_atomically
from config.file_lock import locked
from config.plain_file import read_plain_file
from engine.adapters.calendar.found import MAX_EVENTS
from engine.domain.calendar import EARLIEST, EMPTY_CALENDAR, LATEST, Calendar, Covered, EconomicEvent, merged
from engine.errors import UnreadableCalendar

FILE: Final = "calendar.json"
SET_ASIDE: Final = "calendar.unreadable.json"
MAX_KEPT_BYTES: Final = 64 * 2**20
_VERSION: Final = 1


class _Kept(msgspec.Struct, frozen=True):
    version: int
    events: tuple[EconomicEvent, ...]
    covered: tuple[Covered, ...] | None = None
    """None in files of earlier versions: the news between the first and the last are taken as known."""


class KeptCalendar:
    """The file of the calendar; in memory only without a folder. Not for the event loop."""

    def __init__(self, folder: Path | None) -> None:
        self._path = None if folder is None else folder / FILE
        self._calendar = EMPTY_CALENDAR
        self._seen: tuple[int, int] | None = None
        self._is_damaged = False

    def newest(self) -> Calendar:
        """The calendar as it is on the disk now; the same object while the file does not change.

        Raises `UnreadableCalendar` once for each state of a file that cannot be read; what was known stays.
        """
        if self._path is None or (stamp := stamp_of(self._path)) == self._seen:
            return self._calendar
        self._seen, self._is_damaged = stamp, stamp is not None
        self._calendar = EMPTY_CALENDAR if stamp is None else _read(self._path)
        self._is_damaged = False
        return self._calendar

    def add(self, events: tuple[EconomicEvent, ...]) -> Calendar:
        """The calendar with these events in place of those of the same days, currencies and impacts.

        Raises `UnreadableCalendar` if it would be too large or cannot be written; it stays as it was.
        """
        with self._locked():
            calendar = merged(self._latest(), events)
            if len(calendar.events) > MAX_EVENTS:
                raise UnreadableCalendar(
                    f"the calendar would hold {len(calendar.events)} events, max {MAX_EVENTS}: clear it first"
                )
            self._write(calendar)
        return calendar

    def clear(self) -> Calendar:
        """An empty calendar. Raises `UnreadableCalendar` if that cannot be written."""
        with self._locked():
            self._latest()
            self._write(EMPTY_CALENDAR)
        return EMPTY_CALENDAR

    def _locked(self) -> AbstractContextManager[None]:
        """No other desk of the data folder writes meanwhile."""
        return nullcontext() if self._path is None else locked(self._path)

    def _latest(self) -> Calendar:
        """What another desk may have written meanwhile counts; a file that cannot be read is set aside."""
        with suppress(UnreadableCalendar):
            self.newest()
        if self._is_damaged and self._path is not None:
            with suppress(OSError):
                set_aside(self._path, self._path.with_name(SET_ASIDE))
        return self._calendar

    def _write(self, calendar: Calendar) -> None:
        if self._path is not None:
            text = msgspec.json.encode(_Kept(_VERSION, calendar.events, calendar.covered)).decode()
            try:
                write_atomically(self._path, text)
            except OSError as error:
                raise UnreadableCalendar(f"{self._path}: cannot be written: {reason_of(error)}") from error
            self._seen, self._is_damaged = stamp_of(self._path), False
        self._calendar = calendar


def _read(path: Path) -> Calendar:
    try:
        kept = msgspec.json.decode(read_plain_file(path, MAX_KEPT_BYTES), type=_Kept)
    except OSError as error:
        raise UnreadableCalendar(f"{path}: {reason_of(error)}") from error
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise UnreadableCalendar(f"{path}: is no calendar of this desk ({error})") from error
    if kept.version != _VERSION:
        raise UnreadableCalendar(f"{path}: has version {kept.version}, allowed is {_VERSION}")
    if naive := next((event for event in kept.events if event.at.tzinfo is None), None):
        raise UnreadableCalendar(f"{path}: {naive.at.isoformat()} states no time zone")
    ends = [at for each in kept.covered or () for at in (each.begins_at, each.ends_at)]
    if any(at.tzinfo is None for at in ends):
        raise UnreadableCalendar(f"{path}: a time that it covers states no time zone")
    if odd := next((event for event in kept.events if not EARLIEST <= event.at < LATEST), None):
        raise UnreadableCalendar(f"{path}: {odd.at.isoformat()} is not from {EARLIEST.year} to {LATEST.year - 1}")
    return Calendar.of(kept.events[:MAX_EVENTS], kept.covered)


def stamp_of(path: Path) -> tuple[int, int] | None:
    """Changes with each new content of a file; None if there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
