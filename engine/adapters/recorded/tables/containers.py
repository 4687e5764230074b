"""The table that a file holds, whatever it is written in."""

from __future__ import annotations

from itertools import filterfalse
from typing import Final

from engine.adapters.recorded.content import Content
from engine.adapters.recorded.tables.binary_tables import feather_table, parquet_table
from engine.adapters.recorded.tables.csv_tables import csv_table
from engine.adapters.recorded.tables.json_tables import json_table
from engine.adapters.recorded.tables.tables import Table

MAX_JSON_BYTES: Final = 128 * 1024 * 1024


def table_of(content: Content) -> Table:
    """The table that a file holds; raises `UnreadableRecording` where it holds none."""
    if content.parquet is not None:
        return parquet_table(content, content.parquet)
    if content.feather is not None:
        return feather_table(content, content.feather)
    first = next(content.text(), None)
    if first is None:
        raise content.origin.error("is empty; a recording needs at least one full candle")
    written = first if not first.isspace() else next(filterfalse(bytes.isspace, content.text()))
    if written.lstrip().startswith((b"[", b"{")):
        return json_table(content, _whole(content))
    return csv_table(content)


def _whole(content: Content) -> bytes:
    """The whole text. The size is limited because its parsed values take ten times the memory."""
    blocks, size = list[bytes](), 0
    for block in content.text():
        size += len(block)
        if size > MAX_JSON_BYTES:
            raise content.origin.error(f"is larger than {MAX_JSON_BYTES // 2**20} MB; convert it to CSV or Parquet")
        blocks.append(block)
    return b"".join(blocks)
