"""The clock that a file was written by, and its conversion to UTC."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from engine.adapters.recorded.origin import Place
from engine.adapters.recorded.times import DAY, MINUTE, SECOND, Microseconds, parts_of

NY_CLOSE = "ny-close"
ALLOWED_CLOCKS = "UTC, UTC+3, UTC-5, UTC+5:30, an IANA zone such as Europe/Athens, or ny-close (New York + 7 h)"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OFFSET = re.compile(r"(?:UTC|GMT)(?:([+-])(\d{1,2})(?::?(\d\d))?)?", re.IGNORECASE)
_FARTHEST_OFFSET_MINUTES = 14 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class FileClock:
    """A zone, read `ahead` microseconds early; `words` name it to the user."""

    words: str
    zone: tzinfo
    ahead: int = 0

    def utc(self, wall: Microseconds, origin: Place) -> Microseconds:
        """UTC of rising wall times, both in microseconds; an hour that the clock repeats may stand in the file twice.

        Raises `UnreadableRecording` naming the first time that the clock skips.
        """
        ats, offsets = self._offsets(int(wall.min()) - self.ahead, int(wall.max()) - self.ahead)
        changes = list(zip(ats[1:], offsets, offsets[1:], strict=False))
        edges = np.array([at + offset + self.ahead for at, *around in changes for offset in sorted(around)])
        # Even: between two changes of the clock. Odd: in the time that the change skips or repeats.
        period = np.empty(len(wall), dtype=np.int16)
        utc = np.empty(len(wall), dtype=np.int64)
        behind = np.repeat(offsets, 2) + self.ahead
        for part in parts_of(wall):
            period[part] = np.searchsorted(edges, wall[part], side="right")
            utc[part] = wall[part] - behind[period[part]]
        for number, (_, before, after) in enumerate(changes):
            rows = np.flatnonzero(period == 2 * number + 1)
            if rows.size and after > before:
                raise self._skips(int(rows[0]), wall, origin)
            utc[_second_pass(wall, rows)] += before - after
        return utc

    def local(self, utc: Microseconds) -> Microseconds:
        """Wall times of UTC instants, both in microseconds."""
        ats, offsets = self._offsets(int(utc.min()), int(utc.max()))
        local, ahead = np.empty(len(utc), dtype=np.int64), np.array(offsets) + self.ahead
        for part in parts_of(utc):
            local[part] = utc[part] + ahead[np.searchsorted(ats, utc[part], side="right") - 1]
        return local

    def _offsets(self, first: int, last: int) -> tuple[list[int], list[int]]:
        """UTC instants and the offset from each on, beginning well before `first` and going on until after `last`."""
        changes = list(_offset_changes(self.zone, first // DAY * DAY - 2 * DAY, last + 2 * DAY))
        return [at for at, _ in changes], [offset for _, offset in changes]

    def _skips(self, row: int, wall: Microseconds, origin: Place) -> Exception:
        time = str(wall[row].astype("datetime64[us]").astype("datetime64[s]")).replace("T", " ")
        return origin.error(
            f"{time} does not exist by the clock {self.words}, which is moved forward then; "
            f"specify the clock of the file: {ALLOWED_CLOCKS}",
            row,
        )


def file_clock(name: str, origin: Place) -> FileClock:
    """The clock of that name; raises `UnreadableRecording` with the names that are allowed."""
    if name.lower() == NY_CLOSE:
        return FileClock(words="New York + 7 h", zone=ZoneInfo("America/New_York"), ahead=7 * 60 * MINUTE)
    if offset := _OFFSET.fullmatch(name):
        sign, hours, minutes = offset.groups()
        total = int(hours or 0) * 60 + int(minutes or 0)
        if total <= _FARTHEST_OFFSET_MINUTES and int(minutes or 0) < 60:
            return _fixed(-total if sign == "-" else total)
    else:
        try:
            return FileClock(words=name, zone=ZoneInfo(name))
        except (LookupError, ValueError, OSError):
            pass
    raise origin.error(f"'{name}' is not a clock; allowed are {ALLOWED_CLOCKS}")


def _fixed(minutes: int) -> FileClock:
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    words = f"UTC{sign}{hours}{f':{rest:02}' if rest else ''}" if minutes else "UTC"
    return FileClock(words=words, zone=timezone(timedelta(minutes=minutes)))


def offset_words(offsets: Microseconds) -> str:
    """The offsets that rows state, as one name or as a range."""
    first, last = (_fixed(int(offset) // MINUTE).words for offset in (offsets.min(), offsets.max()))
    return first if first == last else f"{first} to {last}"


def _second_pass(wall: Microseconds, repeated: NDArray[np.int64]) -> slice:
    """Rows of the second pass through an hour that the clock repeats."""
    back = np.flatnonzero(np.diff(wall[repeated]) < 0)
    return slice(repeated[back[0] + 1], repeated[-1] + 1) if back.size else slice(0)


def _offset_changes(zone: tzinfo, first: int, last: int) -> Iterator[tuple[int, int]]:
    """(UTC instant, offset from then on) of a zone, both in microseconds, beginning with `first`."""
    offset = _offset_at(zone, first)
    yield first, offset
    for day in range(first, last, DAY):
        if _offset_at(zone, day + DAY) != offset:
            at = _change_within(zone, day, day + DAY)
            offset = _offset_at(zone, at)
            yield at, offset


def _change_within(zone: tzinfo, early: int, late: int) -> int:
    before = _offset_at(zone, early)
    while late - early > SECOND:
        middle = (early + late) // 2 // SECOND * SECOND
        if _offset_at(zone, middle) == before:
            early = middle
        else:
            late = middle
    return late


def _offset_at(zone: tzinfo, instant: int) -> int:
    offset = (_EPOCH + timedelta(microseconds=instant)).astimezone(zone).utcoffset()
    return 0 if offset is None else offset // timedelta(microseconds=1)
