"""The feed of an exchange against a mock of one in its own process: what is handed on is what was traded."""

from __future__ import annotations

import asyncio
import json
import math
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from config.settings import Settings
from engine.adapters.exchange.binance import GOLD, SPOT
from engine.adapters.exchange.clock import ExchangeClock
from engine.adapters.exchange.feed import ExchangeFeed
from engine.adapters.exchange.gateway import ExchangeGateway
from engine.adapters.exchange.inlet import MarketInlet
from engine.adapters.exchange.memory import CandleMemory
from engine.adapters.exchange.messages import to_ms
from engine.adapters.exchange.standstill import Standstill
from engine.cli import main
from engine.clock import MarketClock
from engine.domain.market import Candle, Quote
from engine.domain.messages.engine import Event, GatewayChanged, QuoteRefused
from engine.exchange_desk import exchange_prices
from engine.market.feed import Feed
from tests.mock_exchange.running import Market, RunningExchange, mock_exchange

SPEED = 60.0
SHORT = Market(seconds=200, per_second=10)


class Heard:
    """What a feed handed on; a market that begins again has its whole history."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.history: list[Candle] = []
        self.live: list[Candle | Quote] = []

    async def listen(self, exchange: RunningExchange, directory: Path | None = None) -> None:
        """Until the last whole minute of the capture is closed."""
        names, heard = ("BTCUSD",), self.events.append
        prices = exchange_prices(
            "binance", settings_of(exchange), names, heard, machine=exchange.machine, directory=directory
        )
        running = asyncio.create_task(prices.feed.run())
        try:
            async with asyncio.timeout(60.0):
                while not await self._follow(prices.feed, exchange):
                    pass
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    async def _follow(self, feed: Feed, exchange: RunningExchange) -> bool:
        await feed.open()
        wanted = set(sorted(exchange.candles())[:-1])
        self.history, self.live = list(feed.history()), []
        known = {candle.opened_at for candle in self.history}
        async for item in feed.items():
            assert isinstance(item, Candle | Quote)
            self.live.append(item)
            if isinstance(item, Candle):
                known.add(item.opened_at)
            if wanted <= known:
                return True
        return False


def settings_of(exchange: RunningExchange) -> Settings:
    feeds = Settings().feeds.model_copy(update={"exchange": exchange.settings})
    return Settings().model_copy(update={"feeds": feeds})


def assert_equals_the_trades(heard: Heard, exchange: RunningExchange) -> None:
    expected = exchange.candles()
    closed = (item for item in (*heard.history, *heard.live) if isinstance(item, Candle))
    candles = [candle for candle in closed if candle.opened_at in expected]
    assert len(candles) >= 3
    for candle in candles:
        values = (candle.open, candle.high, candle.low, candle.close, candle.volume, candle.taker_buy)
        for value, other in zip(values, expected[candle.opened_at], strict=True):
            assert value is None or math.isclose(value, other, rel_tol=1e-9, abs_tol=1e-9), candle


async def test_that_candles_equal_the_trades_whatever_happens_to_the_messages_and_the_connection(
    tmp_path: Path,
) -> None:
    faults = ("duplicate@0:60", "reorder@20:60", "garbage@30:20", "crossed@0:100", "cut@95:10", "limit@105:4")
    with mock_exchange(SHORT, speed=SPEED, faults=faults, ahead_s=1.3) as exchange:
        heard = Heard()
        await heard.listen(exchange, directory=tmp_path)
        assert_equals_the_trades(heard, exchange)
    assert len(heard.history) >= 2 * 24 * 60
    assert any(isinstance(event, QuoteRefused) for event in heard.events)
    states = [event.is_ready for event in heard.events if isinstance(event, GatewayChanged)]
    assert states[-1], "the connection stands again"
    assert states.count(False) >= 2, "its loss was announced"
    newest = heard.history[-1].closed_at
    for item in heard.live:
        if isinstance(item, Quote):
            newest = item.at
            assert item.bid < item.ask
        else:
            assert newest < item.closed_at, "each candle comes before the quotes of the next minute"
    kept = json.loads((tmp_path / "binance-spot-BTCUSDT.json").read_text())
    assert len(kept["candles"]) == len(heard.history)


async def test_that_prices_without_a_missed_candle_do_not_count_as_connected_until_it_is_known() -> None:
    with mock_exchange(Market(seconds=900, per_second=10), speed=SPEED, more=("--no-klines",)) as exchange:
        events, clock = list[Event](), ExchangeClock(exchange.machine)
        gateway = ExchangeGateway(clock, events.append)
        feed = ExchangeFeed(
            *((SPOT,), exchange.settings, clock, gateway, CandleMemory(None)), stall_s=5.0, patience_s=0.3
        )
        running = asyncio.create_task(feed.run())
        try:
            async with asyncio.timeout(40.0):
                await feed.open()
                await asyncio.to_thread(exchange.strike, "gap", 100.0)
                await asyncio.to_thread(exchange.strike, "rest_down", 120.0)
                async for item in feed.items():
                    if feed.missing_candles(item.symbol):
                        assert not gateway.signs().is_working
                assert any(map(is_incomplete, events))
                missed = list[Candle]()
                feed.missed = missed.append
                await feed.open()
                assert missed, "stops and targets are tested by them"
                assert feed.missing_candles("BTCUSDT") == ""
                history = [candle.opened_at for candle in feed.history()]
                assert len(history) == len(set(history)) == (history[-1] - history[0]) // timedelta(minutes=1) + 1
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def test_that_no_quote_comes_of_a_minute_whose_candle_is_history() -> None:
    with mock_exchange(SHORT, speed=SPEED) as exchange:
        clock = ExchangeClock(exchange.machine)
        gateway = ExchangeGateway(clock, lambda _: None)
        feed = ExchangeFeed(*((SPOT,), exchange.settings, clock, gateway, CandleMemory(None)), stall_s=10.0)
        running = asyncio.create_task(feed.run())
        try:
            async with asyncio.timeout(20.0):
                await asyncio.sleep(1.2)  # more than a minute of its market passes before history is read
                await feed.open()
                *_, last = feed.history()
                async for item in feed.items():
                    assert isinstance(item, Quote)
                    assert item.at >= last.closed_at
                    break
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def test_that_a_quote_of_a_minute_that_is_closed_is_left_out_and_later_ones_are_not() -> None:
    noon, refused = datetime(2026, 3, 18, 12, tzinfo=UTC), list[str]()
    clock = MarketClock(noon + timedelta(seconds=3))
    async with aiohttp.ClientSession() as session:
        inlet = MarketInlet(
            *(session, GOLD, Settings().feeds.exchange, clock, asyncio.Event()),
            refuse=lambda _, reason: refused.append(reason),
            changed=lambda: None,
            stall_s=10.0,
            standstill=Standstill(),
        )
        inlet.candles.begin(None, noon)
        channel = next(each for each in GOLD.channels if each.has_quotes)
        for number, after_s in enumerate((-2.0, -0.001, 0.0, 1.0), 1):
            at = noon + timedelta(seconds=after_s)
            best = {"s": "XAUUSDT", "b": f"5000.{number}", "a": f"5001.{number}", "u": number, "T": to_ms(at)}
            frame = json.dumps({"stream": "xauusdt@bookTicker", "data": best})
            inlet.on_frame(channel, frame, is_late=False)
    assert [quote.at for quote in inlet.quotes] == [noon, noon + timedelta(seconds=1)]
    assert not refused


def is_incomplete(event: Event) -> bool:
    return isinstance(event, GatewayChanged) and not event.is_ready and "candles are missing from" in event.sentence


def watch(tmp_path: Path, address: dict[str, object], seconds: int) -> int:
    """The exit code of the command on an exchange at that address."""
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"feeds": {"exchange": address}}))
    names = ("--source", "binance", "--symbol", "BTCUSD")
    return main(["watch", *names, "--seconds", str(seconds), "--config", str(config)])


def test_that_watch_prints_every_candle_as_readings_does(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    candles, lines = 2 * 24 * 60, []
    with mock_exchange(SHORT) as exchange:
        for seconds in (2, 10, 60):  # on a busy machine two are too few
            assert watch(tmp_path, exchange.settings.as_json(), seconds) == 0
            lines = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
            if len(lines) >= candles:
                break
    assert len(lines) >= candles
    assert {"time", "open", "close", "vwap", "cvd", "buy", "sell"} <= lines[0].keys()
    assert "symbol" not in lines[0]


def test_that_watch_says_that_nothing_was_reached(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    nowhere: dict[str, object] = {"rest_url": "http://127.0.0.1:9", "ws_url": "ws://127.0.0.1:9"}
    assert watch(tmp_path, nowhere, 1) == 2
    output, errors = capfdbinary.readouterr()
    assert output == b""
    assert b"no exchange was reached" in errors
    assert b"cannot be reached: 127.0.0.1: " in errors


def test_that_the_client_library_is_imported_only_where_a_source_needs_it() -> None:
    code = "import sys, engine.cli, engine.exchange_desk, gui.user_desk; sys.exit('aiohttp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
