"""Candles of an exchange on disk, so that a start requests only newer ones."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec

from config.atomic_file import write_atomically
from config.private_files import make_private_directory
from engine.adapters.exchange.messages import ExchangeMarket
from engine.domain.market import Candle
from engine.errors import InvalidMarketData


class Remembered(msgspec.Struct, frozen=True):
    """All candles that opened from `since` to before `until`."""

    since: datetime
    until: datetime
    candles: list[Candle]


class CandleMemory:
    """One file for each market below `directory`; nothing is kept without one. A file that cannot be read counts for
    nothing."""

    def __init__(self, directory: Path | None) -> None:
        self._directory = directory

    def read(self, market: ExchangeMarket, since: datetime) -> Remembered | None:
        """What is kept from `since` on; None where that is not all of it. Not for the event loop."""
        if self._directory is None:
            return None
        try:
            kept = msgspec.json.decode(self._path(market).read_bytes(), type=Remembered)
        except (OSError, ValueError, InvalidMarketData):
            return None
        if not kept.since <= since < kept.until:
            return None
        return Remembered(since, kept.until, [candle for candle in kept.candles if candle.opened_at >= since])

    def write(self, market: ExchangeMarket, remembered: Remembered) -> None:
        """Raises `OSError`. Not for the event loop."""
        if self._directory is not None:
            make_private_directory(self._directory)
            write_atomically(self._path(market), msgspec.json.encode(remembered).decode())

    def _path(self, market: ExchangeMarket) -> Path:
        assert self._directory is not None
        return self._directory / f"{market.venue.lower().replace(' ', '-')}-{market.symbol}.json"
