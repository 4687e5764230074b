"""CSV, Parquet and JSON opened as tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import filterfalse
from typing import Any

import msgspec
import numpy as np

from engine.adapters.recorded.content import MAX_BYTES, Content
from engine.adapters.recorded.origin import Origin, reason
from engine.adapters.recorded.rows import is_number, is_text
from engine.adapters.recorded.tables import Table
from engine.errors import UnreadableRecording
from engine.market.arrow import arrow_array

_MAX_ROWS = 30_000_000
_MAX_COLUMNS = 200
_BATCH = 131_072


def table_of(content: Content) -> Table:
    """The table that a file holds; raises `UnreadableRecording` where it holds none."""
    if content.parquet is not None:
        return _parquet_table(content, content.parquet)
    first = next(content.text(), None)
    if first is None:
        raise content.origin.error("is empty; a recording needs at least one full candle")
    written = first if not first.isspace() else next(filterfalse(bytes.isspace, content.text()))
    if written.lstrip().startswith((b"[", b"{")):
        return _json_table(content, b"".join(content.text()))
    return _csv_table(content, first)


def _csv_table(content: Content, first: bytes) -> Table:
    first_line = first.partition(b"\n")[0].decode().rstrip("\r")
    delimiter = next((each for each in ("\t", ";") if each in first_line), ",")
    cells = first_line.split(delimiter)[:_MAX_COLUMNS]
    has_header = not any(cell[:1].isdigit() for cell in cells)
    names = _names(cells, content.origin) if has_header else tuple(str(column) for column in range(len(cells)))
    origin = replace(content.origin, first=2 if has_header else 1)

    def load(numbers: Sequence[str], texts: Sequence[str]) -> Iterator[Any]:
        rows = 0
        for block in _rows_of(content, has_header=has_header):
            table = _Csv(delimiter, names, numbers, texts, origin.from_row(rows)).parsed(block)
            yield table
            rows += table.num_rows

    return Table(
        origin=origin,
        file_names=content.names,
        names=names,
        has_header=has_header,
        first_line=first_line,
        load=load,
    )


def _rows_of(content: Content, *, has_header: bool) -> Iterator[bytes]:
    blocks = content.text()
    if has_header and (first := next(blocks).partition(b"\n")[2]):
        yield first
    yield from blocks


@dataclass(frozen=True, slots=True)
class _Csv:
    """How the lines of a file are read: `numbers` as floats, `texts` as they are spelt."""

    delimiter: str
    names: Sequence[str]
    numbers: Sequence[str]
    texts: Sequence[str]
    origin: Origin

    def parsed(self, block: bytes) -> Any:
        """The wanted columns of those lines. One of `numbers` that holds anything else is text.

        Raises `UnreadableRecording` naming the first line without all columns.
        """
        import pyarrow as pa

        try:
            return self._arrow(block, dict.fromkeys(self.numbers, pa.float64()))
        except pa.ArrowException:
            return self._as_spelt(block)

    def _as_spelt(self, block: bytes) -> Any:
        import pyarrow as pa

        faults: list[tuple[int, int]] = []

        def remember(row: Any) -> str:
            faults.append((row.number, row.actual_columns))
            return "error"

        try:
            found = self._arrow(block, {}, remember)
            kinds = {name: found.column(name).type for name in self.numbers}
            odd = [name for name, kind in kinds.items() if not (is_number(kind) or is_text(kind))]
            return self._arrow(block, dict.fromkeys(odd, pa.string()), remember) if odd else found
        except pa.ArrowException as error:
            if not faults:
                raise self.origin.error(f"is not a table of {len(self.names)} columns ({reason(error)})") from error
            row, columns = faults[0]
            raise self.origin.error(f"has {columns} columns where {len(self.names)} are expected", row - 1) from error

    def _arrow(self, block: bytes, kinds: dict[str, Any], invalid_row_handler: Any = None) -> Any:
        import pyarrow as pa
        from pyarrow import csv

        return csv.read_csv(
            pa.BufferReader(block),
            # Rows are numbered only when one thread reads them.
            csv.ReadOptions(use_threads=invalid_row_handler is None, column_names=list(self.names)),
            csv.ParseOptions(
                delimiter=self.delimiter,
                quote_char=False,
                ignore_empty_lines=False,
                invalid_row_handler=invalid_row_handler,
            ),
            csv.ConvertOptions(
                include_columns=[*self.numbers, *self.texts],
                column_types=dict.fromkeys(self.texts, pa.string()) | kinds,
            ),
        )


def _parquet_table(content: Content, body: bytes) -> Table:
    import pyarrow as pa
    from pyarrow import parquet

    origin = replace(content.origin, unit="row")
    try:
        file = parquet.ParquetFile(pa.BufferReader(body))
        names, rows = file.schema_arrow.names, file.metadata.num_rows
        size = sum(file.metadata.row_group(group).total_byte_size for group in range(file.metadata.num_row_groups))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _damaged_parquet(origin, error) from error
    if rows > _MAX_ROWS or size > MAX_BYTES:
        raise origin.error(f"has {rows} rows; at most {_MAX_ROWS} and {MAX_BYTES // 2**20} MB are read")
    known = dict(zip(_names(names, origin), names, strict=True))

    def load(numbers: Sequence[str], texts: Sequence[str]) -> Iterator[Any]:
        wanted = [known[name] for name in (*numbers, *texts)]
        try:
            for batch in file.iter_batches(_BATCH, columns=wanted, use_threads=False):
                yield pa.table([batch.column(name) for name in wanted], names=[*numbers, *texts])
        except (pa.ArrowException, OSError, ValueError, KeyError) as error:
            raise _damaged_parquet(origin, error) from error

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
            "timestamp": arrow_array(np.array([tick.timestamp for tick in ticks], dtype=np.int64), pa.int64()),
            "askprice": arrow_array(np.array([tick.ask for tick in ticks], dtype=np.float64), pa.float64()),
            "bidprice": arrow_array(np.array([tick.bid for tick in ticks], dtype=np.float64), pa.float64()),
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
        load=lambda numbers, texts: iter([arrow.select([*numbers, *texts])]),
    )


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
