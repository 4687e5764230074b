"""Converts times of a file, text in a layout or a count since 1970, to UTC microseconds by the file's clock."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from engine.adapters.recorded.origin import Origin

Microseconds = NDArray[np.int64]

SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 1440 * MINUTE
EARLIEST = int(np.datetime64("1980-01-01", "us").astype(np.int64))
LATEST = int(np.datetime64("2100-01-01", "us").astype(np.int64))
MAX_LENGTH = 40
_PART = 32_768
_UNITS = {"s": SECOND, "ms": 1000, "us": 1}
_FARTHEST = 10**18

ISO_LAYOUTS = tuple(
    f"{date}{between}{time}{zone}"
    for date, between, time, zone in product(
        ("%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d"),
        (" ", "T"),
        ("%H:%M:%S", "%H:%M", *(f"%H:%M:%S.%{digits}f" for digits in range(1, 10))),
        ("", "Z", "%:z", "%z"),
    )
)
"""Layouts are spelt as in strftime; `%3f` is a fraction of three digits, `%:z` an offset such as +02:00."""


def parts_of(values: NDArray[Any]) -> Iterator[slice]:
    """A long array in parts that fit the processor's cache, so that what is between fills no memory."""
    return (slice(start, start + _PART) for start in range(0, len(values), _PART))


@dataclass(frozen=True, slots=True)
class WallTimes:
    """Instants by the file's own clock, in microseconds since 1970; `offsets` are those its rows state, if any."""

    wall: Microseconds
    offsets: Microseconds | None = None


@dataclass(frozen=True, slots=True)
class Spelling:
    """Times as text: a row of bytes for each, cut after 40, their lengths, and the text of one row."""

    characters: NDArray[np.uint8]
    lengths: NDArray[np.int64]
    text: Callable[[int], str]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        """Texts of any length."""
        spelt = np.array([text[:MAX_LENGTH].encode() for text in texts], dtype=bytes)
        return cls(spelt.view(np.uint8).reshape(len(texts), -1), np.char.str_len(spelt), texts.__getitem__)


def times_from_text(spelling: Spelling, layouts: Iterable[str], origin: Origin) -> WallTimes:
    """Parse texts, each in one of `layouts`; raises `UnreadableRecording` naming the first row that fits none."""
    lengths, size = spelling.lengths, len(spelling.lengths)
    wall, offsets = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    fitted, states_offset = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    for layout in layouts:
        if fitted.all():
            break
        cells = _cells(layout)
        rows = np.flatnonzero(~fitted & (lengths == len(cells)))
        if not rows.size:
            continue
        parsed, offset, fits = _parse(spelling.characters if rows.size == size else spelling.characters[rows], cells)
        rows = rows[fits]
        wall[rows], offsets[rows] = parsed[fits], offset[fits]
        fitted[rows], states_offset[rows] = True, layout.endswith(("z", "Z"))
    _refuse(~fitted, "is not a time that the desk can read", spelling.text, origin)
    _refuse(
        states_offset != states_offset[:1], "differs from the first row in stating an offset", spelling.text, origin
    )
    return WallTimes(_in_range(wall, spelling.text, origin), offsets if states_offset.any() else None)


def times_from_counts(counts: NDArray[np.int64], origin: Origin, unit: str | None = None) -> WallTimes:
    """`counts` of a unit (s, ms, us, ns) since 1970; without one, the size of the largest decides."""
    known = unit or _unit_of(int(counts.max(initial=0)))
    if known == "ns":
        wall = counts // 1000
    else:
        length = _UNITS[known]
        wall = counts.clip(-_FARTHEST // length, _FARTHEST // length) * length
    spelt = wall.astype("datetime64[us]") if unit else counts
    return WallTimes(_in_range(wall, lambda row: str(spelt[row]), origin))


def _unit_of(largest: int) -> str:
    if largest < 10**11:
        return "s"
    if largest < 10**14:
        return "ms"
    return "us" if largest < 10**17 else "ns"


def _in_range(wall: Microseconds, text: Callable[[int], str], origin: Origin) -> Microseconds:
    _refuse((wall < EARLIEST) | (wall >= LATEST), "is outside the years 1980 to 2099", text, origin)
    return wall


def _refuse(is_bad: NDArray[np.bool_], why: str, text: Callable[[int], str], origin: Origin) -> None:
    if is_bad.any():
        row = int(is_bad.argmax())
        raise origin.error(f"time '{text(row)[:MAX_LENGTH]}' {why}", row)


_TOKEN = re.compile(r"%(?P<digits>\d)f|%(?P<field>[YmdHMS])|%(?P<zone>:?z)|(?P<literal>.)")
_WIDTHS = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2}
_ZONES = {"z": (("±", ""), *(("z", ""),) * 4), ":z": (("±", ""), *(("z", ""),) * 2, ("", ":"), *(("z", ""),) * 2)}


@cache
def _cells(layout: str) -> tuple[tuple[str, str], ...]:
    """One (field, literal) for each character of a time in that layout; one of the two is empty."""
    cells: list[tuple[str, str]] = []
    for token in _TOKEN.finditer(layout):
        if zone := token["zone"]:
            cells += _ZONES[zone]
        elif field := token["field"]:
            cells += [(field, "")] * _WIDTHS[field]
        elif token["digits"]:
            cells += [("f", "")] * int(token["digits"])
        else:
            cells.append(("", token["literal"]))
    return tuple(cells)


def _parse(
    characters: NDArray[np.uint8], cells: tuple[tuple[str, str], ...]
) -> tuple[Microseconds, Microseconds, NDArray[np.bool_]]:
    """Instants, stated offsets (both in microseconds) and whether each row fits the layout and the calendar."""
    size = len(characters)
    fits, sign = np.ones(size, dtype=bool), np.ones(size, dtype=np.int64)
    # Narrow integers: most of the time goes into moving memory.
    values: dict[str, NDArray[np.integer[Any]]]
    values = {field: np.zeros(size, dtype=np.int64 if field == "f" else np.int16) for field in "YmdHMSfz"}
    for character, (field, literal) in zip(np.ascontiguousarray(characters.T), cells, strict=False):
        if literal:
            fits &= character == ord(literal)
        elif field == "±":
            fits &= (character == ord("+")) | (character == ord("-"))
            sign = np.where(character == ord("-"), -1, 1)
        else:
            digit = character - np.uint8(ord("0"))
            fits &= digit <= 9
            values[field] *= 10
            values[field] += digit
        if not fits.any():
            break
    wall, is_real = _calendar(values, sum(field == "f" for field, _ in cells))
    zone = values["z"].astype(np.int64)
    return wall, sign * (zone // 100 * 60 + zone % 100) * MINUTE, fits & is_real & (zone <= 1400)


def _calendar(values: Mapping[str, NDArray[np.integer[Any]]], digits: int) -> tuple[Microseconds, NDArray[np.bool_]]:
    is_real = (values["m"] >= 1) & (values["m"] <= 12) & (values["H"] < 24) & (values["M"] < 60) & (values["S"] < 60)
    month = np.where(is_real, (values["Y"].astype(np.int64) - 1970) * 12 + values["m"] - 1, 0)
    earliest, latest = int(month.min()), int(month.max())
    firsts = np.arange(earliest, latest + 2).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    month -= earliest
    first, following = firsts[month], firsts[month + 1]
    is_real &= (values["d"] >= 1) & (values["d"] <= following - first)
    seconds = (values["H"].astype(np.int32) * 60 + values["M"]) * 60 + values["S"]
    wall = (first + (values["d"] - 1)) * DAY + seconds * np.int64(SECOND)
    return wall + values["f"] * SECOND // 10**digits if digits else wall, is_real
