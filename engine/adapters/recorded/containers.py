"""CSV, Parquet and JSON opened as tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.adapters.recorded.content import MAX_BYTES, Content
from engine.adapters.recorded.origin import Origin, reason
from engine.adapters.recorded.tables import Table
from engine.errors import UnreadableRecording

_MAX_ROWS = 30_000_000
_MAX_COLUMNS = 200


def table_of(content: Content) -> Table:
    """The table that a file holds; raises `UnreadableRecording` where it holds none."""
    if content.is_parquet:
        return _parquet_table(content)
    text = content.text
    if text.lstrip().startswith((b"[", b"{")):
        return _json_table(content, text)
    return _csv_table(content, text)


def _csv_table(content: Content, text: bytes) -> Table:
    text = text.rstrip()
    first_line = text[: text.find(b"\n") if b"\n" in text else None].decode().rstrip("\r")
    delimiter = next((each for each in ("\t", ";") if each in first_line), ",")
    cells = first_line.split(delimiter)[:_MAX_COLUMNS]
    has_header = not any(cell[:1].isdigit() for cell in cells)
    names = _names(cells, content.origin) if has_header else tuple(str(column) for column in range(len(cells)))
    origin = replace(content.origin, first=2 if has_header else 1)

    def load(wanted: Sequence[str], texts: Sequence[str]) -> Any:
        return _parsed_csv(text, delimiter, names, wanted, texts, origin)

    return Table(
        origin=origin,
        file_names=content.names,
        names=names,
        has_header=has_header,
        first_line=first_line,
        load=load,
    )


def _parsed_csv(
    text: bytes, delimiter: str, names: Sequence[str], wanted: Sequence[str], texts: Sequence[str], origin: Origin
) -> Any:
    import pyarrow as pa
    from pyarrow import csv

    if origin.first > 1 and b"\n" not in text:
        return pa.schema([(name, pa.null()) for name in wanted]).empty_table()
    faults: list[tuple[int, int]] = []

    def remember(row: Any) -> str:
        faults.append((row.number, row.actual_columns))
        return "error"

    try:
        return csv.read_csv(
            pa.BufferReader(text),
            # Rows are numbered only when one thread reads them.
            csv.ReadOptions(use_threads=False, column_names=list(names), skip_rows=origin.first - 1),
            csv.ParseOptions(
                delimiter=delimiter, quote_char=False, ignore_empty_lines=False, invalid_row_handler=remember
            ),
            csv.ConvertOptions(include_columns=list(wanted), column_types=dict.fromkeys(texts, pa.string())),
        )
    except pa.ArrowException as error:
        if not faults:
            raise origin.error(f"is not a table of {len(names)} columns ({reason(error)})") from error
        row, found = faults[0]
        raise origin.error(f"has {found} columns where {len(names)} are expected", row - origin.first) from error


def _parquet_table(content: Content) -> Table:
    import pyarrow as pa
    from pyarrow import parquet

    origin = replace(content.origin, unit="row")
    try:
        file = parquet.ParquetFile(pa.BufferReader(content.body))
        names, rows = file.schema_arrow.names, file.metadata.num_rows
        size = sum(file.metadata.row_group(group).total_byte_size for group in range(file.metadata.num_row_groups))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _damaged_parquet(origin, error) from error
    if rows > _MAX_ROWS or size > MAX_BYTES:
        raise origin.error(f"has {rows} rows; at most {_MAX_ROWS} and {MAX_BYTES // 2**20} MB are read")
    known = dict(zip(_names(names, origin), names, strict=True))

    def load(wanted: Sequence[str], _: Sequence[str]) -> Any:
        try:
            table = file.read([known[name] for name in wanted], use_threads=False)
        except (pa.ArrowException, OSError, ValueError) as error:
            raise _damaged_parquet(origin, error) from error
        return table.select([known[name] for name in wanted]).rename_columns(list(wanted))

    return Table(
        origin=origin,
        file_names=content.names,
        names=tuple(known),
        has_header=True,
        first_line=", ".join(known),
        load=load,
    )


def _damaged_parquet(origin: Origin, error: Exception) -> UnreadableRecording:
    return origin.error(f"is a damaged or truncated Parquet file ({reason(error)})")


class _Tick(msgspec.Struct, kw_only=True):
    timestamp: int
    ask: float = msgspec.field(name="askPrice")
    bid: float = msgspec.field(name="bidPrice")


def _json_table(content: Content, text: bytes) -> Table:
    import pyarrow as pa

    origin = replace(content.origin, unit="entry")
    try:
        ticks = msgspec.json.decode(text, type=list[_Tick])
        columns = {
            "timestamp": _arrow(np.array([tick.timestamp for tick in ticks], dtype=np.int64), pa.int64()),
            "askprice": _arrow(np.array([tick.ask for tick in ticks], dtype=np.float64), pa.float64()),
            "bidprice": _arrow(np.array([tick.bid for tick in ticks], dtype=np.float64), pa.float64()),
        }
    except (msgspec.DecodeError, OverflowError) as error:
        raise _damaged_json(origin, text, error) from error
    arrow = pa.Table.from_arrays(list(columns.values()), names=list(columns))
    return Table(
        origin=origin,
        file_names=content.names,
        names=tuple(columns),
        has_header=True,
        first_line=", ".join(columns),
        load=lambda wanted, _: arrow.select(list(wanted)),
    )


def _arrow(values: NDArray[Any], kind: Any) -> Any:
    """An array as an Arrow array, without Arrow's own check for pandas objects, which imports pandas."""
    import pyarrow as pa

    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(values)])


def _damaged_json(origin: Origin, text: bytes, error: Exception) -> UnreadableRecording:
    sentence = (
        f"is not a JSON of ticks ({reason(error)}); expected is a list of {{timestamp, askPrice, bidPrice}}, "
        "as dukascopy-node writes it"
    )
    if entry := re.search(r"\$\[(\d+)\]", str(error)):
        return origin.error(sentence, int(entry[1]))
    if byte := re.search(r"\(byte (\d+)\)", str(error)):
        return replace(origin, unit="line").error(sentence, text.count(b"\n", 0, int(byte[1])))
    return origin.error(sentence)


def _names(cells: Sequence[str], origin: Origin) -> tuple[str, ...]:
    names = tuple(cell.strip().strip("<>").lower().replace(" ", "_") for cell in cells)
    repeated = next((name for name in names if names.count(name) > 1), None)
    if repeated is not None:
        raise origin.error(f"has more than one column {repeated}")
    return names
