"""A batch of rows as read by Arrow: numbers and texts, whose faults name their row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.adapters.recorded.origin import Origin
from engine.adapters.recorded.tables.time_texts import Spelling
from engine.adapters.recorded.times import MAX_LENGTH, microseconds_of
from engine.errors import UnreadableRecording

Floats = NDArray[np.float64]

_COUNT = re.compile(r"[0-9]{1,19}([.][0-9]*)?(e[+]?[0-9]{1,2})?", re.IGNORECASE)
_CALENDAR_DIGITS = re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])[0-3]\d(\d{4}|\d{6}|\d{9})?")
"""Such as 20260202 and 20260202143000: as counts since 1970 they would lie before 1980 or after 2099."""
_SHOWN = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """An Arrow table; `origin` is that of its first row, `decimal` what separates the decimals of a number as text."""

    origin: Origin
    arrow: Any
    decimal: str = "."

    def __len__(self) -> int:
        return int(self.arrow.num_rows)

    def numbers(self, name: str) -> Floats:
        """One column as floats; raises `UnreadableRecording` naming the first row without a number."""
        values = self._array(name, self._floats(name)).astype(np.float64, copy=False)
        if np.isnan(values).any():
            raise self._missing(name, int(np.isnan(values).argmax()))
        return values

    def sparse_numbers(self, name: str) -> Floats:
        """One column as floats, not a number where a row has none; raises as `numbers` for anything else."""
        import pyarrow as pa
        import pyarrow.compute as pc

        column = self.arrow.column(name)
        if is_text(column.type):
            filled = column.fill_null("")
            filled = self._from_text(name, pc.if_else(pc.equal(filled, ""), "nan", filled), pa.float64())
        else:
            filled = self._floats(name).cast(pa.float64()).fill_null(float("nan"))
        return self._array(name, filled)

    def _floats(self, name: str) -> Any:
        import pyarrow as pa

        column = self.arrow.column(name)
        if is_text(column.type):
            return self._from_text(name, column, pa.float64())
        if not is_number(column.type):
            raise self.origin.error(f"column {name} holds {column.type}; expected are numbers")
        return column

    def text(self, name: str, row: int) -> str:
        """One text; empty where there is none."""
        return str(self._text(name)[row].as_py() or "")

    def values(self, name: str) -> NDArray[Any]:
        """One column of numbers or instants as it stands; raises `UnreadableRecording` where a row has none."""
        return self._array(name, self.arrow.column(name))

    def counts(self, name: str) -> NDArray[np.int64]:
        """One column of whole numbers, which may be text; raises `UnreadableRecording` at the first that is none.

        With a fraction, as in 1769990400.123, they become microseconds.
        """
        import pyarrow as pa

        column = self.arrow.column(name)
        if not (pa.types.is_integer(column.type) or pa.types.is_timestamp(column.type)):
            if pa.types.is_floating(column.type):
                return microseconds_of(self.numbers(name))
            try:
                column = self._from_text(name, column, pa.int64())
            except UnreadableRecording:
                return microseconds_of(self._array(name, self._from_text(name, column, pa.float64())))
        return self._array(name, column).astype(np.int64, copy=False)

    def begins_with_count(self, name: str) -> bool:
        """Whether the first row is a number of units since 1970, and no date."""
        text = str(self.arrow.column(name)[0].as_py())
        return _COUNT.fullmatch(text) is not None and _CALENDAR_DIGITS.fullmatch(text) is None

    def unit_and_zone(self, name: str) -> tuple[str | None, str | None]:
        """Unit of a column of timestamps (s, ms, us or ns), and its labelled zone."""
        import pyarrow as pa

        kind = self.arrow.column(name).type
        return (kind.unit, kind.tz) if pa.types.is_timestamp(kind) else (None, None)

    def spelling(self, names: Sequence[str]) -> Spelling:
        """Text columns, joined by a space; empty where there is none."""
        self._refuse_nulls(names[0], self.arrow.column(names[0]))
        columns = [self._text(name) for name in names]

        def text(row: int) -> str:
            return " ".join(column[row].as_py() or "" for column in columns)

        parts = [part for column in columns if (part := _of_one_width(column)) is not None]
        if len(parts) < len(columns):
            return Spelling.of([text(row) for row in range(len(self))])
        space = np.full((len(self), 1), ord(" "), dtype=np.uint8)
        first, *others = parts
        characters = np.hstack([first, *(each for part in others for each in (space, part))])
        return Spelling(characters, np.full(len(self), characters.shape[1]), text)

    def other_than(self, text: str, name: str) -> int | None:
        """The first row in which a text column holds another text, or none."""
        column = self._text(name)
        if column.unique().to_pylist() == [text]:
            return None
        return next((row for row, each in enumerate(column.to_pylist()) if each != text), None)

    def _text(self, name: str) -> Any:
        import pyarrow as pa

        column = self.arrow.column(name)
        try:
            return column if pa.types.is_string(column.type) else column.cast(pa.string())
        except pa.ArrowException as error:
            raise self.origin.error(f"column {name} holds {column.type}; expected is text") from error

    def _from_text(self, name: str, column: Any, kind: Any) -> Any:
        import pyarrow as pa

        pointed = column if self.decimal == "." else _with_points(column)
        try:
            return pointed.cast(kind)
        except pa.ArrowInvalid as error:
            row = _first_without(pointed, kind)
            text = column[row].as_py() or ""
            raise self.origin.error(f"{name} '{text[:_SHOWN]}' is not a number", row) from error

    def _array(self, name: str, column: Any) -> NDArray[Any]:
        """Without nulls, as an array; Arrow's own way there imports pandas, which costs 50 MB and 0.7 s."""
        import pyarrow as pa

        self._refuse_nulls(name, column)
        array = column.combine_chunks()
        kind = np.dtype(np.int64 if pa.types.is_timestamp(array.type) else array.type.to_pandas_dtype())
        offset = array.offset * kind.itemsize
        return np.frombuffer(array.buffers()[1], dtype=kind, count=len(array), offset=offset).copy()

    def _refuse_nulls(self, name: str, column: Any) -> None:
        if column.null_count:
            raise self._missing(name, column.is_null().to_pylist().index(True))

    def _missing(self, name: str, row: int) -> UnreadableRecording:
        return self.origin.error(f"{name} is missing or not a number", row)


def _with_points(column: Any) -> Any:
    """Numbers with a decimal comma as Arrow reads them; a point in them stays one that it does not."""
    import pyarrow.compute as pc

    return pc.replace_substring(pc.replace_substring(column, ".", "?"), ",", ".")


def _first_without(column: Any, kind: Any) -> int:
    """The first row of a text column that is empty or no number to Arrow; one of them is none."""
    first, end = 0, len(column)
    while end - first > 1:
        middle = (first + end) // 2
        if _are_numbers(column.slice(first, middle - first), kind):
            first = middle
        else:
            end = middle
    return first


def _are_numbers(column: Any, kind: Any) -> bool:
    import pyarrow as pa

    try:
        return not column.cast(kind).null_count
    except pa.ArrowInvalid:
        return False


def is_number(kind: Any) -> bool:
    """Whether an Arrow type is of numbers, or of nothing at all."""
    import pyarrow as pa

    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_null(kind))


def is_text(kind: Any) -> bool:
    """Whether an Arrow type is text."""
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _of_one_width(column: Any) -> NDArray[np.uint8] | None:
    """The characters of texts that are all as long as the first, a row each; None for others."""
    if column.null_count:
        return None
    array = column.combine_chunks()
    _, offsets_buffer, characters = array.buffers()
    offsets = np.frombuffer(offsets_buffer, dtype=np.int32, count=len(array) + 1, offset=array.offset * 4)
    width = int(offsets[1] - offsets[0])
    if not 0 < width <= MAX_LENGTH or (np.diff(offsets) != width).any():
        return None
    return np.frombuffer(characters, dtype=np.uint8)[offsets[0] : offsets[-1]].reshape(len(array), width)
