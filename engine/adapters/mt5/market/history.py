"""The terminal's one-minute candles: history at the start, and each minute as it closes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np

from engine.adapters.mt5.calls import Priority, TerminalCall, value_of
from engine.adapters.mt5.clock.server_time import ServerTimes
from engine.adapters.mt5.codes import Timeframe
from engine.adapters.mt5.market.terms import SymbolTerms
from engine.adapters.mt5.port import TerminalLink
from engine.domain.market import CANDLE_LENGTH, Candle
from engine.errors import InvalidMarketData

_PAGE: Final = 2_000
_TRIES: Final = 20
_BETWEEN_TRIES_S: Final = 0.25
_FETCHED_WITHIN: Final = timedelta(seconds=60)
"""The first question about a symbol makes the terminal fetch its history: for a while it answers with less."""

_REAL_SHARE: Final = 0.9
"""Share of the candles that must have real volume before it counts: a broker that fills the column now and then would
otherwise weigh most of the day's candles with nothing."""


class CandleHistory:
    """Asks for candles by their place from the newest back, which is where every terminal is sure of itself."""

    def __init__(self, link: TerminalLink, times: ServerTimes) -> None:
        self._link = link
        self._times = times
        self._has_real_volume: dict[str, bool] = {}
        """Decided once per load of a symbol's history: units must not change within a day of VWAP."""

    def has_real_volume(self, symbol: str) -> bool:
        """Whether the candles of the symbol have volume in lots."""
        return self._has_real_volume.get(symbol, False)

    async def newest(
        self, terms: SymbolTerms, count: int, closed_by: datetime, answer_within: timedelta | None = None
    ) -> list[Candle] | None:
        """Up to `count` closed candles, oldest first; None where the terminal does not return them now.

        `answer_within` as in `TerminalCall`: everything behind this request waits as long.
        """
        terminal = self._link.report.terminal
        maximum = count if terminal is None else min(count, terminal.max_candles - 1)
        pages: list[Any] = []
        for start in range(0, maximum, _PAGE):
            rows = await self._rows(terms.symbol, start, min(_PAGE, maximum - start), answer_within)
            if rows is None:
                return None
            pages.append(rows)
            if len(rows) < _PAGE:
                break
        self._decide_volume(terms.symbol, pages)
        return _rising(candle for rows in reversed(pages) for candle in self._closed(rows, terms, closed_by))

    async def whole(self, terms: SymbolTerms, count: int, closed_by: datetime) -> list[Candle]:
        """Like `newest`, asked again until the terminal has fetched what it can; empty if it has nothing."""
        before = -1
        candles: list[Candle] = []
        for _ in range(_TRIES):
            self._has_real_volume.pop(terms.symbol, None)
            candles = await self.newest(terms, count, closed_by, _FETCHED_WITHIN) or []
            if candles and len(candles) in (before, count):
                break
            before = len(candles)
            await asyncio.sleep(_BETWEEN_TRIES_S)
        return candles

    async def _rows(self, symbol: str, start: int, count: int, answer_within: timedelta | None) -> Any:
        call = TerminalCall(
            function="copy_rates_from_pos",
            arguments=(symbol, int(Timeframe.M1), start, count),
            priority=Priority.POLL,
            answer_within=answer_within,
        )
        return value_of(await self._link.call(call))

    def _decide_volume(self, symbol: str, pages: list[Any]) -> None:
        if symbol not in self._has_real_volume and any(len(rows) for rows in pages):
            ticks, real = (np.concatenate([rows[name] for rows in pages]) for name in ("tick_volume", "real_volume"))
            traded = real[ticks > 0] > 0
            self._has_real_volume[symbol] = bool(traded.size) and bool(traded.mean() >= _REAL_SHARE)

    def _closed(self, rows: Any, terms: SymbolTerms, closed_by: datetime) -> Iterator[Candle]:
        """The candles among the rows; one that cannot be true is left out, as if its minute had no tick."""
        time = self._times.current
        volume = "real_volume" if self.has_real_volume(terms.symbol) else "tick_volume"
        for row in rows:
            opened_at = time.past(int(row["time"]))
            if opened_at + CANDLE_LENGTH > closed_by:
                continue
            try:
                yield _candle(row, opened_at, terms, volume)
            except InvalidMarketData:
                continue


def _candle(row: Any, opened_at: datetime, terms: SymbolTerms, volume: str) -> Candle:
    """`volume` is the name of the column that has it."""
    spread = float(row["spread"]) * terms.point
    return Candle(
        symbol=terms.symbol,
        opened_at=opened_at,
        open=float(row["open"]),
        high=float(row["high"]),
        low=float(row["low"]),
        close=float(row["close"]),
        volume=float(row[volume]),
        spread=round(spread, terms.contract.digits),
    )


def _rising(candles: Iterator[Candle]) -> list[Candle]:
    """Without those that come again: pages overlap where a minute closed between them, and a server's clock may
    repeat an hour."""
    kept: list[Candle] = []
    for candle in candles:
        if not kept or candle.opened_at > kept[-1].opened_at:
            kept.append(candle)
    return kept
