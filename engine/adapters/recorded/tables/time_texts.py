"""Times as text: what each spelling means."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from engine.adapters.recorded.origin import Origin
from engine.adapters.recorded.times import DAY, MAX_LENGTH, MINUTE, SECOND, Microseconds, WallTimes, in_range, refuse

_DATES: Final = ("%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d", "%Y%m%d", "%d.%m.%Y", "%-d.%-m.%Y", "%d.%-m.%Y", "%-d.%m.%Y")
_TIMES: Final = (
    *("%H:%M:%S", "%H:%M", *(f"%H:%M:%S.%{digits}f" for digits in range(1, 10)), "%H%M%S", "%H%M", "%H%M%S%3f"),
    *("%-H:%M:%S", "%-H:%M", "%H:%M:%S %p", "%-H:%M:%S %p", "%H:%M %p", "%-H:%M %p"),
)
_ZONES: Final = ("", "Z", "%:z", "%z", " %z", " %:z", " GMT%z", " UTC", " GMT")
_STATES_OFFSET: Final = ("z", "Z", "UTC", "GMT")
_DIGIT: Final = re.compile("[0-9]")
_UNPADDED_DAYS: Final = ("%d/%m/%Y", "%-d/%m/%Y", "%d/%-m/%Y", "%-d/%-m/%Y")


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


def times_from_text(spelling: Spelling, origin: Origin, dates: Sequence[str] = ()) -> WallTimes:
    """Parse texts, each in a usual layout or one with `dates`.

    Raises `UnreadableRecording` naming the first row that fits none.
    """
    size = len(spelling.lengths)
    wall, offsets = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    fitted, states_offset = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    while not fitted.all():
        first = int(fitted.argmin())
        for layout in _layouts_of(spelling.text(first), tuple(dates)):
            cells = _cells(layout)
            rows = np.flatnonzero(~fitted & (spelling.lengths == len(cells)))
            whole = rows.size == size
            parsed, offset, fits = _parse(spelling.characters if whole else spelling.characters[rows], cells)
            rows = rows[fits]
            wall[rows], offsets[rows] = parsed[fits], offset[fits]
            fitted[rows], states_offset[rows] = True, layout.endswith(_STATES_OFFSET)
        if not fitted[first]:
            refuse(~fitted, "is not a time that the desk can read", spelling.text, origin)
    refuse(states_offset != states_offset[:1], "differs from the first row in stating an offset", spelling.text, origin)
    return WallTimes(in_range(wall, spelling.text, origin), offsets if states_offset.any() else None)


def day_first(separator: str) -> tuple[str, ...]:
    """Dates such as 28/02/2026, with or without leading zeros."""
    return tuple(layout.replace("/", separator) for layout in _UNPADDED_DAYS)


def month_first(separator: str) -> tuple[str, ...]:
    """Dates such as 02/28/2026, with or without leading zeros."""
    swap = str.maketrans("dm", "md")
    return tuple(layout.translate(swap) for layout in day_first(separator))


def _layouts_of(text: str, dates: tuple[str, ...]) -> Sequence[str]:
    """The layouts in which a text has its digits and signs where they are."""
    return _layouts_by_shape(dates).get(_DIGIT.sub("0", text), ())


@cache
def _layouts_by_shape(dates: tuple[str, ...]) -> Mapping[str, Sequence[str]]:
    """Layouts by what a text in them looks like with 0 for each digit."""
    found: dict[str, list[str]] = {}
    for layout in _layouts((*_DATES, *dates)):
        for signs in ("+A", "-P"):
            swap = {"±": signs[0], "p": signs[1]}
            shape = "".join(literal or swap.get(field, "0") for field, literal in _cells(layout))
            if layout not in found.setdefault(shape, []):
                found[shape].append(layout)
    return found


def _layouts(dates: Sequence[str]) -> Iterator[str]:
    """Spelt as in strftime; `%3f` is a fraction of three digits, `%:z` is +02:00, `%-d` has one digit."""
    for date, between, time, zone in product(dates, (" ", "T"), _TIMES, _ZONES):
        yield f"{date}{between}{time}{zone}"
    yield from dates
    yield from (f"%Y%m%d{time}" for time in ("%H%M", "%H%M%S", "%H%M%S%3f"))


_TOKEN = re.compile(r"%(?P<digits>\d)f|%(?P<one>-?)(?P<field>[YmdHMSp])|%(?P<zone>:?z)|(?P<literal>.)")
_WIDTHS = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2, "p": 1}
_OFFSETS = {"z": (("±", ""), *(("z", ""),) * 4), ":z": (("±", ""), *(("z", ""),) * 2, ("", ":"), *(("z", ""),) * 2)}


@cache
def _cells(layout: str) -> tuple[tuple[str, str], ...]:
    """One (field, literal) for each character of a time in that layout; one of the two is empty."""
    cells: list[tuple[str, str]] = []
    for token in _TOKEN.finditer(layout):
        if zone := token["zone"]:
            cells += _OFFSETS[zone]
        elif field := token["field"]:
            cells += [(field, "")] * (1 if token["one"] else _WIDTHS[field])
            cells += [("", "M")] * (field == "p")
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
        elif field == "p":
            fits &= ((character == ord("A")) | (character == ord("P"))) & (values["H"] >= 1) & (values["H"] <= 12)
            values["H"] = values["H"] % 12 + 12 * (character == ord("P")).astype(np.int16)
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
