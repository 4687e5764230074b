"""Trades and journal as tables for other programs: CSV or Parquet, written whole or not at all."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from config.atomic_file import reason_of, remove_file, replace_file
from config.file_names import fault_of_name
from engine.domain.journal import JournalEntry
from engine.domain.trade_facts import TradeFacts
from engine.errors import UnwritableExport
from engine.market.arrow import ready_arrow
from engine.reporting.record_subject import symbol_of
from engine.reporting.sentences import sentence

SUFFIXES = (".csv", ".parquet")
CHUNK = 500
"""Rows that are written between two looks at whether the export was cancelled."""

Row = dict[str, Any]
ProgressReport = Callable[[int], bool]
"""Called with the number of rows written so far; returns True to stop."""


class Table(Protocol):
    """A file that rows are written to."""

    def write(self, rows: list[Row]) -> None: ...

    def close(self) -> None: ...


def export(path: Path, columns: Mapping[str, str], rows: Iterable[Row], report: ProgressReport) -> bool:
    """Writes rows of these columns (name and Arrow type) to `path`, in the form that its suffix names.

    False where `report` stopped it; then, and where it fails, the file is as it was before. Raises `UnwritableExport`.
    Not for the event loop.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise UnwritableExport(f"{path.name} has no known format: its name must end in {' or '.join(SUFFIXES)}")
    if fault := fault_of_name(path.name):
        raise UnwritableExport(f"{path.name}: {fault}")
    part = path.with_name(f"{path.name}.part")
    try:
        is_whole = _written(part, columns, rows, report)
        if is_whole:
            with part.open("rb+") as file:
                os.fsync(file.fileno())
            replace_file(part, path)
        return is_whole
    except OSError as error:
        raise UnwritableExport(f"{path} cannot be written: {reason_of(error)}") from error
    finally:
        with suppress(OSError):
            remove_file(part)


def _written(part: Path, columns: Mapping[str, str], rows: Iterable[Row], report: ProgressReport) -> bool:
    is_csv = part.with_suffix("").suffix.lower() == ".csv"
    table: Table = _Csv(part, columns) if is_csv else _Parquet(part, columns)
    done = 0
    try:
        for chunk in _chunks(rows):
            table.write(chunk)
            done += len(chunk)
            if report(done):
                return False
        return True
    finally:
        table.close()


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    chunk: list[Row] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


class _Csv:
    """Instants as ISO 8601, a text that a spreadsheet would take for a formula behind an apostrophe."""

    def __init__(self, path: Path, columns: Mapping[str, str]) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        self._rows = csv.DictWriter(self._file, list(columns))
        self._rows.writeheader()

    def write(self, rows: list[Row]) -> None:
        self._rows.writerows({name: _plain(value) for name, value in row.items()} for row in rows)

    def close(self) -> None:
        self._file.close()


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
    if isinstance(value, list):
        return _plain("; ".join(value))
    return value.isoformat() if hasattr(value, "isoformat") else value


class _Parquet:
    """Every column with its own type; instants are UTC."""

    def __init__(self, path: Path, columns: Mapping[str, str]) -> None:
        ready_arrow()
        import pyarrow as pa
        import pyarrow.parquet as pq

        types = {"list": pa.list_(pa.string()), "instant": pa.timestamp("us", tz="UTC")}
        self._schema = pa.schema([(name, types.get(kind) or kind) for name, kind in columns.items()])
        self._from_rows = pa.RecordBatch.from_pylist
        self._writer = pq.ParquetWriter(path, self._schema)

    def write(self, rows: list[Row]) -> None:
        self._writer.write_batch(self._from_rows(rows, schema=self._schema))

    def close(self) -> None:
        self._writer.close()


# -- trades ---------------------------------------------------------------------------------------------------------

_OF_TRADE = {
    "trade_id": "string",
    "ticket": "int64",
    "symbol": "string",
    "side": "string",
    "volume_lots": "float64",
    "entered_at": "instant",
    "entry": "float64",
    "stop_loss": "float64",
    "take_profit": "float64",
    "exited_at": "instant",
    "exit": "float64",
    "reason": "string",
    "profit": "float64",
    "commission": "float64",
    "swap": "float64",
    "net_profit": "float64",
    "r": "float64",
    "trading_day": "date32",
    "favourable_r": "float64",
    "adverse_r": "float64",
    "cost_r": "float64",
    "fill_model": "string",
}
_OF_FACTS = {
    "account": "string",
    "run": "string",
    "session": "string",
    "score": "float64",
    "signals": "list",
    "edges": "list",
    "created_by": "string",
    "tags": "list",
    "note": "string",
}
TRADE_COLUMNS = {**_OF_TRADE, "held_s": "float64", **_OF_FACTS}


def trade_rows(facts: Iterable[TradeFacts]) -> Iterator[Row]:
    """One row for each trade; money net of costs is `net_profit`."""
    for each in facts:
        trade = each.trade
        row = {name: getattr(trade, name) for name in _OF_TRADE}
        row |= {"held_s": (trade.exited_at - trade.entered_at).total_seconds()}
        row |= {name: getattr(each, name) for name in _OF_FACTS}
        yield {name: list(value) if isinstance(value, tuple) else value for name, value in row.items()}


# -- journal --------------------------------------------------------------------------------------------------------

JOURNAL_COLUMNS = {
    "seq": "int64",
    "at": "instant",
    "kind": "string",
    "symbol": "string",
    "plan_id": "string",
    "what": "string",
    "settings": "string",
    "payload": "string",
    "account": "string",
}


def journal_rows(entries: Iterable[JournalEntry]) -> Iterator[Row]:
    """One row for each record: `what` is its sentence, `payload` all that it holds, as JSON."""
    for entry in entries:
        yield {
            "seq": entry.seq,
            "at": entry.at,
            "kind": entry.kind,
            "symbol": symbol_of(entry),
            "plan_id": entry.plan_id,
            "what": sentence(entry),
            "settings": entry.settings,
            "payload": json.dumps(entry.payload, ensure_ascii=False),
            "account": entry.account,
        }
