"""CSV, Parquet and JSON alike: named columns of numbers and times, whose faults name their row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.adapters.recorded.clocks import file_clock
from engine.adapters.recorded.origin import Origin
from engine.adapters.recorded.times import ISO_LAYOUTS, WallTimes, times_from_counts, times_from_text
from engine.errors import UnreadableRecording

Floats = NDArray[np.float64]

_DECIMAL = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*")
_WHOLE = re.compile(r"\d{1,18}")
_SHOWN = 40
_CHUNK = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The columns that a reader asked for, as an Arrow table."""

    origin: Origin
    arrow: Any

    def __len__(self) -> int:
        return int(self.arrow.num_rows)

    def numbers(self, name: str) -> Floats:
        """One column as floats; raises `UnreadableRecording` naming the first row without a number."""
        import pyarrow as pa

        column = self.arrow.column(name)
        kind = column.type
        if pa.types.is_string(kind) or pa.types.is_large_string(kind):
            column = self._from_text(name, column, pa.float64(), _DECIMAL)
        elif not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_null(kind)):
            raise self.origin.error(f"column {name} holds {kind}; expected are numbers")
        self._refuse_nulls(name, column)
        values = _array(column, column.type.to_pandas_dtype()).astype(np.float64)
        if np.isnan(values).any():
            raise self._missing(name, int(np.isnan(values).argmax()))
        return values

    def values(self, name: str) -> NDArray[Any]:
        """One column of numbers as it stands; raises `UnreadableRecording` where it has none in a row."""
        column = self.arrow.column(name)
        self._refuse_nulls(name, column)
        return _array(column, column.type.to_pandas_dtype())

    def texts(self, *names: str) -> list[str]:
        """Text columns, several joined by a space; empty where there is none."""
        rows = zip(*(self._text(name).to_pylist() for name in names), strict=True)
        return [" ".join(text or "" for text in row) for row in rows]

    def times(self, *names: str, layouts: Iterable[str] = ISO_LAYOUTS) -> WallTimes:
        """Instants of one column, or of date and time in two: text, integers since 1970, or timestamps."""
        import pyarrow as pa

        column = self.arrow.column(names[0])
        self._refuse_nulls(names[0], column)
        if pa.types.is_timestamp(column.type):
            return self._from_timestamps(column)
        if not pa.types.is_integer(column.type):
            if not _WHOLE.fullmatch(str(column[0].as_py())):
                return self._from_spelt(names, tuple(layouts))
            column = self._from_text(names[0], column, pa.int64(), _WHOLE)
        return times_from_counts(_array(column, column.type.to_pandas_dtype()).astype(np.int64), self.origin)

    def _from_timestamps(self, column: Any) -> WallTimes:
        unit, label = column.type.unit, column.type.tz
        times = times_from_counts(_array(column, np.int64), self.origin, unit)
        if label is None:
            return times
        wall = file_clock(f"UTC{label}" if label[:1] in ("+", "-") else label, self.origin).local(times.wall)
        return WallTimes(wall, wall - times.wall)

    def _from_spelt(self, names: Sequence[str], layouts: Sequence[str]) -> WallTimes:
        """Text a chunk at a time: a year of it at once would take a hundred megabytes."""
        starts = range(0, len(self), _CHUNK)
        parts = [self._part(start)._spelt_part(names, layouts) for start in starts]
        for start, part in zip(starts, parts, strict=True):
            if (part.offsets is None) != (parts[0].offsets is None):
                raise self.origin.error("differs from the rows before in stating an offset", start)
        stated = [part.offsets for part in parts if part.offsets is not None]
        return WallTimes(np.concatenate([part.wall for part in parts]), np.concatenate(stated) if stated else None)

    def _part(self, start: int) -> Columns:
        return Columns(origin=self.origin.from_row(start), arrow=self.arrow.slice(start, _CHUNK))

    def _spelt_part(self, names: Sequence[str], layouts: Sequence[str]) -> WallTimes:
        return times_from_text(self.texts(*names), layouts, self.origin)

    def _text(self, name: str) -> Any:
        import pyarrow as pa

        column = self.arrow.column(name)
        try:
            return column if pa.types.is_string(column.type) else column.cast(pa.string())
        except pa.ArrowException as error:
            raise self.origin.error(f"column {name} holds {column.type}; expected is text") from error

    def _from_text(self, name: str, column: Any, kind: Any, pattern: re.Pattern[str]) -> Any:
        import pyarrow as pa

        try:
            return column.cast(kind)
        except pa.ArrowInvalid as error:
            texts = column.to_pylist()
            row = next((row for row, text in enumerate(texts) if not pattern.fullmatch(text or "")), 0)
            raise self.origin.error(f"{name} '{(texts[row] or '')[:_SHOWN]}' is not a number", row) from error

    def _refuse_nulls(self, name: str, column: Any) -> None:
        if column.null_count:
            raise self._missing(name, column.is_null().to_pylist().index(True))

    def _missing(self, name: str, row: int) -> UnreadableRecording:
        return self.origin.error(f"{name} is missing or not a number", row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What can be told of a file before it is read.

    `names` are its columns in lower case (`tick_volume`), or "0", "1", ... where it has no header; `file_names` may
    tell a symbol or a date; `load` gives the Arrow table of the named columns (numbers, texts).
    """

    origin: Origin
    file_names: tuple[str, ...]
    names: tuple[str, ...]
    has_header: bool
    first_line: str
    load: Callable[[Sequence[str], Sequence[str]], Any]

    def read(self, numbers: Iterable[str], texts: Iterable[str] = ()) -> Columns:
        """The named columns, `texts` as they are spelt; raises `UnreadableRecording` if one or all rows are missing."""
        wanted = (*numbers, *texts)
        missing = [name for name in wanted if name not in self.names]
        if missing:
            raise self.origin.error(f"has no column {', '.join(missing)}; its columns are {', '.join(self.names)}")
        columns = Columns(origin=self.origin, arrow=self.load(wanted, tuple(texts)))
        if not len(columns):
            raise self.origin.error("holds no rows; a recording needs at least one full candle")
        return columns

    def first_of(self, *names: str) -> str | None:
        """The first of these columns that the file has."""
        return next((name for name in names if name in self.names), None)

    def one_of(self, *names: str) -> str:
        """The first of these columns; raises `UnreadableRecording` if the file has none of them."""
        name = self.first_of(*names)
        if name is None:
            raise self.origin.error(f"has none of the columns {', '.join(names)}")
        return name


def _array(column: Any, kind: type[np.generic]) -> NDArray[Any]:
    """An Arrow column without nulls as an array; Arrow's own way there imports pandas, which costs 50 MB and 0.7 s."""
    array = column.combine_chunks()
    offset = array.offset * np.dtype(kind).itemsize
    return np.frombuffer(array.buffers()[1], dtype=kind, count=len(array), offset=offset).copy()
