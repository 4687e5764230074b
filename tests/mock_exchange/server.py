"""The mock exchange's addresses: Binance's for both of its markets, and Kraken's."""

from __future__ import annotations

import asyncio
import json
import random
from typing import Any

from aiohttp import WSMsgType, web

from engine.clock import fine_s
from tests.mock_exchange.capture import LAST, MINUTE_MS, Bar, Said
from tests.mock_exchange.faults import Fault, Faults
from tests.mock_exchange.playing import PlayedMarket, moment

_CLOSE_DELAY_MS = 50.0
_UPDATE_EVERY_MS = 2_000
_SLICE_S = 0.005
"""So long an exchange that is behind only sends; then it answers."""


class Listener:
    """One socket: which streams it wants, and how it spells them."""

    def __init__(self, socket: web.WebSocketResponse, streams: set[str], *, is_kraken: bool = False) -> None:
        self.socket, self.streams, self.is_kraken = socket, streams, is_kraken

    async def hear(self, said: Said) -> None:
        wanted = next((each for each in self.streams if each.partition("@")[2] == said.stream), None)
        if self.is_kraken:
            if (frame := _as_kraken(said)) is not None:
                await self.socket.send_str(frame)
        elif wanted is not None:
            data = {**said.data, "s": wanted.partition("@")[0].upper()}
            await self.socket.send_str(json.dumps({"stream": wanted, "data": data}))


class MockExchange:
    """Plays one market to whoever listens."""

    def __init__(self, market: PlayedMarket, faults: Faults, *, has_klines: bool = True) -> None:
        self.market, self._faults, self._has_klines = market, faults, has_klines
        self._listeners: set[Listener] = set()
        self._rng = random.Random(3)
        self.sent = 0
        self._answered_s = fine_s()
        self._is_wanted = asyncio.Event()

    def application(self) -> web.Application:
        made = web.Application(middlewares=[self._limited])
        for base in ("/api/v3", "/fapi/v1"):
            made.router.add_get(f"{base}/klines", self._klines)
            made.router.add_get(f"{base}/time", self._time)
        for path in ("/stream", "/public/stream", "/market/stream"):
            made.router.add_get(path, self._stream)
        made.router.add_get("/v2", self._kraken_stream)
        made.router.add_get("/0/public/Time", self._kraken_time)
        made.router.add_get("/0/public/OHLC", self._kraken_ohlc)
        made.router.add_get("/0/public/Trades", self._kraken_trades)
        made.router.add_get("/mock", self._describe)
        made.router.add_post("/mock/{fault}/{lasts_s}", self._strike)
        return made

    async def _describe(self, _: web.Request) -> web.Response:
        return web.json_response({"shift_ms": self.market.shift_ms, "sent": self.sent})

    async def _strike(self, request: web.Request) -> web.Response:
        found = request.match_info
        self._faults.add(Fault(found["fault"], self.market.seconds, float(found["lasts_s"])))
        return web.Response()

    def _is(self, fault: str) -> bool:
        return self._faults.is_on(fault, self.market.seconds)

    @web.middleware
    async def _limited(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if request.path.startswith("/mock"):
            described: web.StreamResponse = await handler(request)
            return described
        is_rest = not (request.path.endswith("stream") or request.path == "/v2")
        if self._is("limit"):
            return web.Response(status=429, headers={"Retry-After": "1"})
        if self._is("cut") or (is_rest and self._is("rest_down")):
            return web.Response(status=503)
        answer: web.StreamResponse = await handler(request)
        return answer

    # -- requests -----------------------------------------------------------------------------------------------

    async def _klines(self, request: web.Request) -> web.Response:
        query = request.query
        until, limit = int(query.get("endTime", LAST)), int(query.get("limit", 500))
        since = int(query.get("startTime", round(self.market.clock.now_ms()) - (limit + 1) * MINUTE_MS))
        return web.json_response([_row(bar) for bar in self.market.bars_between(since, until, limit)])

    async def _time(self, _: web.Request) -> web.Response:
        return web.json_response({"serverTime": round(self.market.clock.now_ms())})

    async def _kraken_time(self, _: web.Request) -> web.Response:
        return web.json_response({"error": [], "result": {"unixtime": int(self.market.clock.now_ms() // 1_000)}})

    async def _kraken_ohlc(self, request: web.Request) -> web.Response:
        now = round(self.market.clock.now_ms())
        since = max(int(request.query["since"]) * 1_000 + 1, now - 720 * MINUTE_MS)
        rows = [
            [bar.opened_ms // 1_000, *(str(value) for value in bar[1:5]), "0", str(bar.volume), bar.trades]
            for bar in self.market.bars_between(since, LAST, 720)
        ]
        return web.json_response({"error": [], "result": {"XXBTZUSD": rows, "last": now // 1_000}})

    async def _kraken_trades(self, request: web.Request) -> web.Response:
        """Two trades in each minute of the made-up past, at its open and its close."""
        since, rows = int(request.query["since"]) // 1_000_000, list[list[Any]]()
        for bar in self.market.bars_between(since - since % MINUTE_MS, LAST, 502):
            for second, price in ((1, bar.open), (59, bar.close)):
                at = bar.opened_ms + second * 1_000
                if at > since and len(rows) < int(request.query["count"]):
                    rows.append([f"{price}", "0.5", at / 1_000.0, "b" if second == 1 else "s", "m", "", at // 1_000])
        last = str(round(rows[-1][2] * 1_000) * 1_000_000) if rows else request.query["since"]
        return web.json_response({"error": [], "result": {"XXBTZUSD": rows, "last": last}})

    # -- sockets ------------------------------------------------------------------------------------------------

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        return await self._listen(request, set(request.query.get("streams", "").split("/")))

    async def _kraken_stream(self, request: web.Request) -> web.StreamResponse:
        return await self._listen(request, set(), is_kraken=True)

    async def _listen(self, request: web.Request, streams: set[str], *, is_kraken: bool = False) -> web.StreamResponse:
        socket = web.WebSocketResponse(compress=False, timeout=0.1)
        await socket.prepare(request)
        listener = Listener(socket, streams, is_kraken=is_kraken)
        self._listeners.add(listener)
        self._is_wanted.set()
        try:
            async for message in socket:
                if message.type is WSMsgType.ERROR:
                    break
        finally:
            self._listeners.discard(listener)
        return socket

    async def play(self) -> None:
        """The whole capture from the first connection on, as often as the market has rounds, then silence."""
        await self._is_wanted.wait()
        self.market.begin()
        closes_ms = self._first_close()
        for number in range(self.market.rounds):
            self.market.enter(number)
            closes_ms = await self._play_round(closes_ms)

    async def _play_round(self, closes_ms: int) -> int:
        waiting: list[Said] = []
        updates_ms = 0.0
        for original in self.market.said:
            said = self.market.restamped(original)
            while closes_ms + _CLOSE_DELAY_MS <= said.at:
                await self._wait_until(closes_ms + _CLOSE_DELAY_MS)
                await self._say_kline(closes_ms - MINUTE_MS, is_closed=True)
                closes_ms += MINUTE_MS
            await self._wait_until(said.at)
            if said.at >= updates_ms:
                updates_ms = said.at + _UPDATE_EVERY_MS
                await self._say_kline(closes_ms - MINUTE_MS, is_closed=False)
            waiting.append(said)
            if len(waiting) >= (5 if self._is("reorder") else 1):
                for late in reversed(waiting):
                    await self._say(late)
                waiting.clear()
        return closes_ms

    def _first_close(self) -> int:
        begins = self.market.said[0].at + self.market.shift_ms
        return begins - begins % MINUTE_MS + MINUTE_MS

    async def _wait_until(self, at_ms: float) -> None:
        wait_ms = at_ms - self.market.clock.now_ms()
        if wait_ms > 1.0 * self.market.clock.speed:
            await asyncio.sleep(wait_ms / 1_000.0 / self.market.clock.speed)
        elif fine_s() - self._answered_s > _SLICE_S:
            await asyncio.sleep(0.0)
        else:
            return
        self._answered_s = fine_s()

    async def _say_kline(self, opened_ms: int, *, is_closed: bool) -> None:
        if not self._has_klines:
            return
        bar = self.market.bar(opened_ms)
        values = {"o": bar.open, "h": bar.high, "l": bar.low, "c": bar.close, "v": bar.volume, "V": bar.taker_buy}
        kline = {"t": opened_ms, "T": opened_ms + MINUTE_MS - 1, "i": "1m", "x": is_closed, "n": bar.trades}
        data = {"e": "kline", "k": {**kline, **{key: str(value) for key, value in values.items()}}}
        await self._say(Said(opened_ms + MINUTE_MS, "kline_1m", data))

    async def _say(self, said: Said) -> None:
        if self._is("cut"):
            for listener in tuple(self._listeners):
                await listener.socket.close()
            return
        if self._is("stall") or (self._is("gap") and said.stream == "trade"):
            return
        if said.stream == "bookTicker" and self._is("crossed"):  # first: with a number that is known it would be old
            await self._send(said._replace(data={**said.data, "b": "99999999.0"}))
        for each in (said, said) if self._is("duplicate") else (said,):
            await self._send(each)

    async def _send(self, said: Said) -> None:
        for listener in tuple(self._listeners):
            try:
                if self._is("garbage") and self._rng.random() < 0.3:
                    await listener.socket.send_str('{"stream":"btcusdt@trade","data":{"t":1')
                await listener.hear(said)
                self.sent += 1
            except (ConnectionError, RuntimeError):
                self._listeners.discard(listener)


def _row(bar: Bar) -> list[Any]:
    prices = (str(value) for value in (bar.open, bar.high, bar.low, bar.close, bar.volume))
    closes_ms = bar.opened_ms + MINUTE_MS - 1
    return [bar.opened_ms, *prices, closes_ms, "0", bar.trades, str(bar.taker_buy), "0", "0"]


def _as_kraken(said: Said) -> str | None:
    data = said.data
    if said.stream == "bookTicker":
        ticker = {"symbol": "BTC/USD", "bid": float(data["b"]), "ask": float(data["a"])}
        return json.dumps({"channel": "ticker", "type": "update", "data": [ticker]})
    if said.stream == "trade":
        trade = {"symbol": "BTC/USD", "side": "sell" if data["m"] else "buy", "price": float(data["p"])}
        trade |= {"qty": float(data["q"]), "trade_id": data["t"], "timestamp": moment(data["T"]).isoformat()}
        return json.dumps({"channel": "trade", "type": "update", "data": [trade]})
    return None
