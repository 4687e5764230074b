"""Rows of a recording, buffered and written as one Parquet file per part."""

from __future__ import annotations

import math
import os
import struct
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from config.atomic_file import remove_file, replace_file
from config.private_files import make_private_file
from engine.domain.market import Candle, MarketItem
from engine.market.arrow import arrow_array, ready_arrow
from engine.market.tape import CANDLE, FACTS_KEY, NUMBERS, QUOTE, TapeFacts

if TYPE_CHECKING:
    pass

_ROW = struct.Struct(f"<qb{len(NUMBERS)}d")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NONE = math.nan


class TapeRows:
    """The rows of one part so far: 81 bytes each, since a busy hour may hold a hundred thousand."""

    def __init__(self, packed: bytes | bytearray = b"") -> None:
        self._packed = bytearray(packed)

    def __len__(self) -> int:
        return len(self._packed) // _ROW.size

    @property
    def size(self) -> int:
        """Size in bytes."""
        return len(self._packed)

    def add(self, item: MarketItem, candle_kind: int = CANDLE) -> None:
        self._packed += _candle_row(item, candle_kind) if isinstance(item, Candle) else _ROW.pack(
            (item.at - _EPOCH) // _MICROSECOND, QUOTE, item.bid, item.ask, *_NO_CANDLE, item.volume, _NONE, _NONE
        )  # fmt: skip

    def packed(self) -> bytes:
        """A copy that another thread may read while rows are added."""
        return bytes(self._packed)

    def since(self, row: int) -> TapeRows:
        """The rows from that one on, as rows of another part."""
        return TapeRows(self._packed[row * _ROW.size :])


_NO_CANDLE = (_NONE, _NONE, _NONE, _NONE)


def _candle_row(candle: Candle, kind: int) -> bytes:
    volume = _NONE if candle.volume is None else candle.volume
    spread = _NONE if candle.spread is None else candle.spread
    taker_buy = _NONE if candle.taker_buy is None else candle.taker_buy
    prices = candle.open, candle.high, candle.low, candle.close
    opened_us = (candle.opened_at - _EPOCH) // _MICROSECOND
    return _ROW.pack(opened_us, kind, _NONE, _NONE, *prices, volume, spread, taker_buy)


def write_part(path: Path, packed: bytes, facts: TapeFacts) -> int:
    """Puts a whole part in the place of what the file held, never half of it; returns its size in bytes.

    Not for the event loop. Raises `OSError`.
    """
    ready_arrow()
    from pyarrow import parquet

    written = path.with_name(f".{path.name}")
    try:
        make_private_file(written)
        parquet.write_table(_table(packed, facts), written, compression="zstd")
        with written.open("rb+") as file:
            os.fsync(file.fileno())
        size = written.stat().st_size
        replace_file(written, path)
    except BaseException:
        with suppress(OSError):
            remove_file(written)
        raise
    return size


def _table(packed: bytes, facts: TapeFacts) -> Any:
    import numpy as np
    import pyarrow as pa

    kinds = [("time_us", "<i8"), ("kind", "i1"), *((name, "<f8") for name in NUMBERS)]
    rows = np.frombuffer(packed, dtype=np.dtype(kinds))
    types = [pa.int64(), pa.int8(), *(pa.float64() for _ in NUMBERS)]
    fields = [pa.field(name, kind, nullable=False) for (name, _), kind in zip(kinds, types, strict=True)]
    columns = [arrow_array(rows[name], kind) for (name, _), kind in zip(kinds, types, strict=True)]
    return pa.Table.from_arrays(columns, schema=pa.schema(fields, {FACTS_KEY: msgspec.json.encode(facts)}))
