"""How a text file spells its table: delimiter, quotes, decimal comma, lines before the first row, names of columns."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from engine.adapters.recorded.headers import is_time, normal_names, roles_among
from engine.adapters.recorded.origin import Origin

SAMPLE_BYTES: Final = 65_536
_DELIMITERS: Final = "\t;|,^ "
"""The more seldom within a cell, the earlier."""
_HEAD_LINES: Final = 30
_SAMPLE_ROWS: Final = 200
_MAX_COLUMNS: Final = 200
_MIN_NUMBERS: Final = 3
_NUMBER: Final = re.compile(r"[+-]?\d[\d.,:/T+\-eEZ ]*")
_DECIMAL_COMMA: Final = re.compile(r"[+-]?\d+,\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvLayout:
    """`head` lines come before the first row; `names` has one for each column."""

    delimiter: str
    has_quotes: bool
    decimal: str
    head: int
    names: tuple[str, ...]
    has_header: bool
    first_line: str
    sample: tuple[tuple[str, ...], ...]


def layout_of(text: str, origin: Origin) -> CsvLayout:
    """The layout of a file that begins with `text`; raises `UnreadableRecording` for columns of one name."""
    lines = [line.rstrip("\r") for line in text.split("\n")][: _HEAD_LINES + _SAMPLE_ROWS]
    delimiter, head = next(
        ((each, row) for each in _DELIMITERS if (row := _first_row(lines, each)) is not None), (None, None)
    )
    if delimiter is None or head is None:
        delimiter = next((each for each in "\t;" if each in lines[0]), ",")
        head = 0 if any(cell[:1].isdigit() for cell in _cells(lines[0], delimiter)) else 1
    head = _first_below_names(lines, delimiter, head)
    rows = [_cells(line, delimiter) for line in lines[head:] if line]
    header = _header(lines[:head], delimiter)
    first = rows[0] if rows else header
    names = _fitting(header, first) if header else tuple(map(str, range(len(first))))
    sample = tuple(tuple(cells) for cells in rows[:_SAMPLE_ROWS] if len(cells) == len(names))
    return CsvLayout(
        delimiter=delimiter,
        has_quotes=any('"' in line for line in lines[head:]),
        decimal=_decimal(sample) if delimiter != "," or '"' in text else ".",
        head=head,
        names=normal_names(names, origin) if header else names,
        has_header=bool(header),
        first_line=lines[0],
        sample=sample,
    )


def _first_row(lines: Sequence[str], delimiter: str) -> int | None:
    """The first line that holds a row and not names: most of its cells are numbers or times."""
    for number, line in enumerate(islice(lines, _HEAD_LINES)):
        numbers = sum(_NUMBER.fullmatch(cell.strip()) is not None for cell in _cells(line, delimiter))
        if numbers >= _MIN_NUMBERS:
            return number
    return None


def _first_below_names(lines: Sequence[str], delimiter: str, head: int) -> int:
    """The first line below the names of prices that begins as a row does: a damaged first row is no head line."""
    named = [number for number in range(head) if roles_among(_cells(lines[number], delimiter)) > 1]
    below = range(named[-1] + 1, head) if named else ()
    return next((number for number in below if lines[number].lstrip(' "')[:1].isdigit()), head)


def _cells(line: str, delimiter: str) -> list[str]:
    if '"' not in line:
        return line.split(delimiter)[:_MAX_COLUMNS]
    try:
        return next(csv.reader([line], delimiter=delimiter), [])[:_MAX_COLUMNS]
    except csv.Error:
        return line.split(delimiter)[:_MAX_COLUMNS]


def _header(lines: Sequence[str], delimiter: str) -> list[str]:
    """The names that stand before the first row, none where there are none.

    Of several lines the last with names of prices counts; the name of a time below it replaces that of its column, as
    in files of yfinance.
    """
    heads = [_cells(line, delimiter) for line in lines if line.strip()]
    priced = [number for number, cells in enumerate(heads) if roles_among(cells) > 1]
    if not priced:
        return heads[-1] if heads else []
    names, *below = heads[priced[-1] :]
    for cells in below:
        names = (
            [later if is_time(later) else name for name, later in zip(names, cells, strict=False)]
            if (len(cells) == len(names))
            else names
        )
    return names


def _fitting(names: list[str], cells: Sequence[str]) -> tuple[str, ...]:
    """A name for each cell of a row: one of the two may end with a delimiter, or rows begin with a nameless index."""
    while len(names) > len(cells) and not names[-1].strip():
        names = names[:-1]
    if len(cells) == len(names) + 1:
        names = [*names, ""] if not cells[-1].strip() or any(map(is_time, names)) else ["", *names]
    return tuple(names)


def _decimal(sample: Sequence[Sequence[str]]) -> str:
    cells = [cell.strip() for row in sample for cell in row]
    has_comma = any(_DECIMAL_COMMA.fullmatch(cell) for cell in cells)
    return "," if has_comma else "."
