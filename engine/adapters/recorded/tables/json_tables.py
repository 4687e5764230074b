"""JSON as a table: a list of objects of the same names, or of lists, as exchanges send candles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import msgspec
import numpy as np

from engine.adapters.recorded.content import Content
from engine.adapters.recorded.headers import normal_names
from engine.adapters.recorded.origin import Origin, reason
from engine.adapters.recorded.tables.tables import Table
from engine.errors import UnreadableRecording
from engine.market.arrow import arrow_array

_MAX_COLUMNS: Final = 200
_SAMPLE_ROWS: Final = 200


def json_table(content: Content, text: bytes) -> Table:
    """Raises `UnreadableRecording` naming the first entry that is unlike the first one."""
    import pyarrow as pa

    origin = replace(content.origin, unit="entry")
    try:
        first = _first_of(text, origin)
        is_named = isinstance(first, dict)
        cells = list(first.values()) if isinstance(first, dict) else first
        rows = msgspec.json.decode(text, type=list[_row_type(first)])  # type: ignore[misc]
        columns = [_column(rows, f"column_{place}", cell) for place, cell in enumerate(cells)]
    except (msgspec.DecodeError, OverflowError, RecursionError) as error:
        raise _damaged(origin, text, error) from error
    names = normal_names(list(first), origin) if is_named else tuple(map(str, range(len(cells))))
    arrow = pa.Table.from_arrays(columns, names=list(names))
    return Table(
        origin=origin,
        file_names=content.names,
        names=names,
        has_header=is_named,
        first_line=", ".join(names if is_named else map(str, cells)),
        load=lambda numbers, texts: iter([arrow.select([*numbers, *texts])]),
        sample=[list(map(str, cells))],
    )


def _first_of(text: bytes, origin: Origin) -> dict[str, Any] | list[Any]:
    entries = msgspec.json.decode(text, type=list[msgspec.Raw])
    if not entries:
        raise origin.error("holds no rows; a recording needs at least one full candle")
    first = msgspec.json.decode(entries[0])
    if not isinstance(first, dict | list):
        raise msgspec.ValidationError("an entry is neither an object nor a list - at `$[0]`")
    if len(first) > _MAX_COLUMNS:
        raise msgspec.ValidationError(f"an entry has more than {_MAX_COLUMNS} values - at `$[0]`")
    return first


def _row_type(first: dict[str, Any] | list[Any]) -> type:
    """An entry as its fields `column_0`, `column_1`, ...: text, or numbers as floats."""
    names = list(first) if isinstance(first, dict) else None
    cells = list(first.values()) if isinstance(first, dict) else first
    fields = [(f"column_{place}", _kind(cell)) for place, cell in enumerate(cells)]
    rename = None if names is None else {field: name for (field, _), name in zip(fields, names, strict=True)}
    return msgspec.defstruct("Row", fields, array_like=names is None, rename=rename, gc=False)


def _kind(cell: Any) -> Any:
    if isinstance(cell, str):
        return str | None
    is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
    return float | None if is_number else msgspec.Raw


def _column(rows: Sequence[Any], field: str, cell: Any) -> Any:
    """An Arrow column; one of nothing for what is neither text nor numbers."""
    import pyarrow as pa

    if isinstance(cell, str):
        return pa.array([getattr(row, field) for row in rows], pa.string())
    if _kind(cell) is msgspec.Raw:
        return pa.nulls(len(rows))
    values = (np.nan if (value := getattr(row, field)) is None else value for row in rows)
    return arrow_array(np.fromiter(values, dtype=np.float64, count=len(rows)), pa.float64())


def _damaged(origin: Origin, text: bytes, error: Exception) -> UnreadableRecording:
    sentence = (
        f"is not JSON with candles or ticks ({reason(error)}); expected is a list of objects such as "
        "{timestamp, askPrice, bidPrice}, or of lists such as [time, open, high, low, close, volume]"
    )
    if entry := re.search(r"\$\[(\d+)\]", str(error)):
        return origin.error(sentence, int(entry[1]))
    if byte := re.search(r"\(byte (\d+)\)", str(error)):
        return replace(origin, unit="line").error(sentence, text.count(b"\n", 0, int(byte[1])))
    return origin.error(sentence)
