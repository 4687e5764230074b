"""CSV, JSON, Parquet and Feather alike: named columns of numbers and times, read a block of rows at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from engine.adapters.recorded.origin import Origin
from engine.adapters.recorded.tables.gathering import Gathering
from engine.adapters.recorded.tables.rows import Floats, Rows
from engine.adapters.recorded.tables.slashed_dates import dates_of
from engine.adapters.recorded.tables.time_column import TimeColumn
from engine.adapters.recorded.times import WallTimes
from engine.errors import UnreadableRecording


class Columns:
    """The columns that a reader asked for; what is wrong with one is raised when it is read."""

    def __init__(self, origin: Origin, numbers: Iterable[str], sparse: Iterable[str], time: TimeColumn | None) -> None:
        self.origin = origin
        self._size = 0
        self._numbers = {name: Gathering(partial(Rows.numbers, name=name), np.float64) for name in numbers} | {
            name: Gathering(partial(Rows.sparse_numbers, name=name), np.float64) for name in sparse
        }
        self._time = time

    def __len__(self) -> int:
        return self._size

    def add(self, rows: Rows) -> None:
        """Take what is wanted of the next rows of the file."""
        self._size += len(rows)
        if self._time is not None:
            self._time.add(rows)
        for column in self._numbers.values():
            column.add(rows)

    def numbers(self, name: str) -> Floats:
        """One column as floats; raises `UnreadableRecording` naming the first row without a number.

        In a sparse column such a row is not a number.
        """
        return self._numbers[name].values()

    def times(self) -> WallTimes:
        """Instants; raises `UnreadableRecording` naming the first row without one."""
        assert self._time is not None
        return self._time.joined()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What is known about a file before it is read.

    `names` are its columns in lower case (`tick_volume`), or "0", "1", ... where it has no header; `file_names` may
    tell a symbol or a date; `load` gives Arrow tables of the named columns (numbers, texts), one block of rows after
    the other. `sample` holds the cells of the first rows as they are spelt, none where the file holds numbers instead
    of text; `decimal` separates their decimals.
    """

    origin: Origin
    file_names: tuple[str, ...]
    names: tuple[str, ...]
    has_header: bool
    first_line: str
    load: Callable[[Sequence[str], Sequence[str]], Iterator[Any]]
    sample: Sequence[Sequence[str]] = ()
    decimal: str = "."

    def read(self, numbers: Sequence[str], times: Sequence[str] = (), sparse: Sequence[str] = ()) -> Columns:
        """Columns of numbers, of which `sparse` may be empty in some rows, and the instants of one column or of date
        and time in two.

        Raises `UnreadableRecording` where a column or all rows are missing.
        """
        missing = [name for name in (*numbers, *sparse, *times) if name not in self.names]
        if missing:
            raise self.origin.error(f"has no column {', '.join(missing)}; its columns are {', '.join(self.names)}")
        time = TimeColumn(times, dates_of(self._spelt(times), self.origin), self.origin) if times else None
        columns = Columns(self.origin, numbers, sparse, time)
        for rows in self._rows((*numbers, *sparse), times):
            columns.add(rows)
        if not len(columns):
            raise self._no_rows()
        return columns

    def _spelt(self, times: Sequence[str]) -> Iterator[Rows]:
        """The first column of the times as text, the dates."""
        return self._rows((), times[:1]) if self.sample else iter(())

    def first_cell(self, name: str) -> str:
        """What the first row spells in a column; empty where the file holds numbers instead of text."""
        return self.sample[0][self.names.index(name)].strip() if self.sample else ""

    def only_text(self, name: str) -> str:
        """The text that stands in every row of a column.

        Raises `UnreadableRecording` where rows differ or hold none, or there are no rows.
        """
        only: str | None = None
        for rows in self._rows((), (name,)):
            only = rows.text(name, 0) if only is None else only
            if (row := rows.other_than(only, name) if only else 0) is not None:
                raise rows.origin.error(f"{name} '{rows.text(name, row)}' differs; a recording holds one {name}", row)
        if only is None:
            raise self._no_rows()
        return only

    def _rows(self, numbers: Sequence[str], texts: Sequence[str]) -> Iterator[Rows]:
        first = 0
        for arrow in self.load(numbers, texts):
            if arrow.num_rows:
                yield Rows(origin=self.origin.from_row(first), arrow=arrow, decimal=self.decimal)
                first += arrow.num_rows

    def _no_rows(self) -> UnreadableRecording:
        return self.origin.error("holds no rows; a recording needs at least one full candle")
