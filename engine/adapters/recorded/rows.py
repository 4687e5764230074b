"""A batch of rows as read by Arrow: numbers and texts, whose faults name their row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.adapters.recorded.origin import Origin
from engine.adapters.recorded.times import MAX_LENGTH, Spelling
from engine.errors import UnreadableRecording

Floats = NDArray[np.float64]

_WHOLE = re.compile("[0-9]{1,18}")
_SHOWN = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """An Arrow table; `origin` is that of its first row."""

    origin: Origin
    arrow: Any

    def __len__(self) -> int:
        return int(self.arrow.num_rows)

    def numbers(self, name: str) -> Floats:
        """One column as floats; raises `UnreadableRecording` naming the first row without a number."""
        import pyarrow as pa

        column = self.arrow.column(name)
        if is_text(column.type):
            column = self._from_text(name, column, pa.float64())
        elif not is_number(column.type):
            raise self.origin.error(f"column {name} holds {column.type}; expected are numbers")
        values = self._array(name, column).astype(np.float64, copy=False)
        if np.isnan(values).any():
            raise self._missing(name, int(np.isnan(values).argmax()))
        return values

    def text(self, name: str, row: int) -> str:
        """One text; empty where there is none."""
        return str(self._text(name)[row].as_py() or "")

    def values(self, name: str) -> NDArray[Any]:
        """One column of numbers or instants as it stands; raises `UnreadableRecording` where a row has none."""
        return self._array(name, self.arrow.column(name))

    def counts(self, name: str) -> NDArray[np.int64]:
        """One column of whole numbers, which may be text; raises `UnreadableRecording` at the first that is none."""
        import pyarrow as pa

        column = self.arrow.column(name)
        if not (pa.types.is_integer(column.type) or pa.types.is_timestamp(column.type)):
            column = self._from_text(name, column, pa.int64())
        return self._array(name, column).astype(np.int64, copy=False)

    def begins_with_count(self, name: str) -> bool:
        """Whether the first row is a whole number."""
        return _WHOLE.fullmatch(str(self.arrow.column(name)[0].as_py())) is not None

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

        try:
            return column.cast(kind)
        except pa.ArrowInvalid as error:
            row = _first_without(column, kind)
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
