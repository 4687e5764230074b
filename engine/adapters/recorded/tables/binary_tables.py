"""Parquet and Feather as tables, read a batch of rows at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from engine.adapters.recorded.content import Content
from engine.adapters.recorded.headers import normal_names
from engine.adapters.recorded.origin import Origin, reason
from engine.adapters.recorded.packing import MAX_BYTES
from engine.adapters.recorded.tables.tables import Table
from engine.errors import UnreadableRecording

MAX_ROWS: Final = 30_000_000
_BATCH: Final = 131_072

Batches = Callable[[list[str]], Iterator[Any]]


def parquet_table(content: Content, body: bytes) -> Table:
    """Raises `UnreadableRecording` where it is damaged or too large."""
    import pyarrow as pa
    from pyarrow import parquet

    origin = replace(content.origin, unit="row")
    try:
        file = parquet.ParquetFile(pa.BufferReader(body))
        names, rows = file.schema_arrow.names, file.metadata.num_rows
        size = sum(file.metadata.row_group(group).total_byte_size for group in range(file.metadata.num_row_groups))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _damaged(origin, "Parquet", error) from error
    if rows > MAX_ROWS or size > MAX_BYTES:
        raise _too_many(origin, rows)

    def batches(wanted: list[str]) -> Iterator[Any]:
        yield from file.iter_batches(_BATCH, columns=wanted, use_threads=False)

    return _table(content, origin, "Parquet", names, batches)


def feather_table(content: Content, body: bytes) -> Table:
    """Raises `UnreadableRecording` where it is damaged."""
    import pyarrow as pa

    origin = replace(content.origin, unit="row")
    try:
        file = pa.ipc.open_file(pa.BufferReader(body))
        names = file.schema.names
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _damaged(origin, "Feather", error) from error

    def batches(wanted: list[str]) -> Iterator[Any]:
        rows = 0
        for number in range(file.num_record_batches):
            batch = file.get_batch(number).select(wanted)
            batch.validate(full=True)  # a hostile file may point outside of itself
            rows += batch.num_rows
            if rows > MAX_ROWS:
                raise _too_many(origin, rows)
            yield batch

    return _table(content, origin, "Feather", names, batches)


def _table(content: Content, origin: Origin, kind: str, names: list[str], batches: Batches) -> Table:
    import pyarrow as pa

    known = dict(zip(normal_names(names, origin), names, strict=True))

    def load(numbers: Sequence[str], texts: Sequence[str]) -> Iterator[Any]:
        wanted = [known[name] for name in (*numbers, *texts)]
        try:
            for batch in batches(wanted):
                yield pa.table([batch.column(name) for name in wanted], names=[*numbers, *texts])
        except (pa.ArrowException, OSError, ValueError, KeyError) as error:
            raise _damaged(origin, kind, error) from error

    return Table(
        origin=origin,
        file_names=content.names,
        names=tuple(known),
        has_header=True,
        first_line=", ".join(known),
        load=load,
    )


def _damaged(origin: Origin, kind: str, error: Exception) -> UnreadableRecording:
    return origin.error(f"is a damaged or truncated {kind} file ({reason(error)})")


def _too_many(origin: Origin, rows: int) -> UnreadableRecording:
    return origin.error(f"has {rows} rows; at most {MAX_ROWS} and {MAX_BYTES // 2**20} MB are read")
