"""`microscalp watch`: live prices of an exchange without a window, one JSON object per closed candle."""

from __future__ import annotations

import argparse
import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from config.loader import load_settings
from config.settings import Settings
from engine.commands.encoding import encode_indicators
from engine.commands.terminal import EXIT_REFUSED, positive, say
from engine.domain.market import Candle
from engine.domain.messages.engine import CandleClosed, Event, GatewayChanged, QuoteRefused, SourceMissing
from engine.exchange_desk import PRICE_MEMORY, ExchangePrices, exchange_prices
from engine.symbol_state import SymbolState

EXCHANGES: Final = ("binance", "kraken")
_PATIENCE_S: Final = 30.0
"""Without `--seconds`, an exchange that cannot be reached is given up after this time."""
_SLICE: Final = 200


def add_watch(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "watch", help="print all indicators of live prices, one JSON object per closed candle, the history first"
    )
    parser.add_argument("--source", choices=EXCHANGES, required=True, help="the exchange; no account is needed")
    parser.add_argument("--symbol", action="append", help="a symbol such as XAUUSD, in place of those of the settings")
    parser.add_argument("--config", type=Path, metavar="FILE", help="a configuration file to use instead of the user's")
    parser.add_argument("--seconds", type=positive, metavar="N", help="end after N seconds (default: run until Ctrl+C)")
    parser.add_argument(
        "--data-dir", type=Path, metavar="DIR", help="keep candles here, so that a restart requests only newer ones"
    )
    parser.set_defaults(run=_watch)


def _watch(options: argparse.Namespace) -> int:
    settings = load_settings(options.config)
    memory = None if options.data_dir is None else options.data_dir / PRICE_MEMORY
    prices = exchange_prices(options.source, settings, options.symbol or settings.symbols, _show, directory=memory)
    return asyncio.run(_Watch(prices, settings).run(options.seconds))


def _show(event: Event) -> None:
    match event:
        case GatewayChanged(sentence=sentence):
            say(sentence)
        case SourceMissing(reason) | QuoteRefused(_, reason):
            say(reason)


class _Watch:
    """Prints every candle once, also after the connection was lost."""

    def __init__(self, prices: ExchangePrices, settings: Settings) -> None:
        self._prices = prices
        self._feed = prices.feed
        self._settings = settings
        self._states: dict[str, SymbolState] = {}
        self._printed: dict[str, datetime] = {}

    async def run(self, seconds: int | None) -> int:
        """The exit code."""
        keeping = asyncio.create_task(self._feed.run())
        following = asyncio.create_task(self._follow())
        try:
            if seconds is None:
                await asyncio.wait((keeping, following), timeout=_PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
                if self._prices.gateway.was_reached:
                    await asyncio.wait((keeping, following), return_when=asyncio.FIRST_COMPLETED)
            else:
                await asyncio.wait((keeping, following), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            for task in (keeping, following):
                if task.done():
                    task.result()
            if self._printed:
                await self._feed.remember()
        finally:
            for task in (following, keeping):
                task.cancel()
            await asyncio.gather(keeping, following, return_exceptions=True)
        if not (self._printed or self._prices.gateway.was_reached):
            say(f"microscalp: no exchange was reached. {self._prices.gateway.sentence}")
            return EXIT_REFUSED
        return 0

    async def _follow(self) -> None:
        while True:
            await self._feed.open()
            self._states = {source.symbol: SymbolState(source, self._settings) for source in self._feed.sources}
            for count, candle in enumerate(self._feed.history()):
                self._take(candle)
                if count % _SLICE == 0:
                    await asyncio.sleep(0)
            sys.stdout.buffer.flush()
            async for item in self._feed.items():
                if isinstance(item, Candle):
                    self._take(item)
                    sys.stdout.buffer.flush()

    def _take(self, candle: Candle) -> None:
        closed = self._states[candle.symbol].update(candle)
        if candle.opened_at > self._printed.get(candle.symbol, datetime.min.replace(tzinfo=UTC)):
            self._printed[candle.symbol] = candle.opened_at
            sys.stdout.buffer.write(self._line(closed) + b"\n")

    def _line(self, closed: CandleClosed) -> bytes:
        line = encode_indicators(closed.snapshot, closed.judgement)
        if len(self._states) == 1:
            return line
        return b'{"symbol":' + msgspec.json.encode(closed.snapshot.candle.symbol) + b"," + line[1:]
