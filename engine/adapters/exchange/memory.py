"""Candles of an exchange on disk, so that a start requests only newer ones."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from config.atomic_file import write_atomically
from config.plain_file import read_plain_file
from config.private_files import make_private_directory
from engine.adapters.exchange.messages import UNREADABLE, ExchangeMarket, checked_candles
from engine.domain.market import Candle

LARGEST_FILE: Final = 256 * 2**20
"""Bytes; a candle has about 150."""


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

    def read(self, market: ExchangeMarket, since: datetime, until: datetime) -> Remembered | None:
        """What is kept from `since` to before `until`; None where it does not begin there. Not for the event loop."""
        if self._directory is None:
            return None
        try:
            kept = msgspec.json.decode(read_plain_file(self._path(market), LARGEST_FILE), type=Remembered)
            until = min(kept.until, until)
            if not kept.since <= since < until:
                return None
            return Remembered(since, until, checked_candles(market.symbol, kept.candles, since, until))
        except (OSError, *UNREADABLE):
            return None

    def write(self, market: ExchangeMarket, remembered: Remembered) -> None:
        """Raises `OSError`. Not for the event loop."""
        if self._directory is not None:
            make_private_directory(self._directory)
            write_atomically(self._path(market), msgspec.json.encode(remembered).decode())

    def _path(self, market: ExchangeMarket) -> Path:
        assert self._directory is not None
        return self._directory / f"{market.venue.lower().replace(' ', '-')}-{market.symbol}.json"
