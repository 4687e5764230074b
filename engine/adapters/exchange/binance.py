"""Binance: bitcoin in dollars on its spot market, gold as its perpetual contract."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import msgspec

from engine.adapters.exchange.messages import (
    BestPrices,
    Channel,
    ExchangeMarket,
    Get,
    Kline,
    Message,
    Trade,
    checked_candles,
    from_ms,
    to_ms,
)
from engine.domain.market import CANDLE_LENGTH, Candle

PAGE: Final = 1000
"""Candles in one answer."""
_MILLISECOND: Final = timedelta(milliseconds=1)


class _Frame(msgspec.Struct):
    """A combined frame: what it belongs to and what it says. Confirmations have no stream."""

    stream: str = ""
    data: msgspec.Raw = msgspec.Raw(b"null")


class _Best(msgspec.Struct, gc=False):
    s: str
    b: str
    a: str
    u: int
    T: int | None = None
    """Only futures have it."""


class _Trade(msgspec.Struct, gc=False):
    s: str
    t: int
    p: str
    q: str
    T: int
    m: bool
    """Whether the buyer's order was the one that waited: then the seller was the aggressor."""
    X: str = "MARKET"
    """Anything else, such as a liquidation fund's, is no trade of the market."""


class _Candle(msgspec.Struct, gc=False):
    t: int
    o: str
    h: str
    l: str  # noqa: E741
    c: str
    v: str
    V: str
    x: bool
    i: str = "1m"


class _CandleMessage(msgspec.Struct, gc=False):
    s: str
    k: _Candle


class _Time(msgspec.Struct):
    serverTime: int  # noqa: N815


_decode_frame = msgspec.json.Decoder(_Frame).decode
_decode_best = msgspec.json.Decoder(_Best).decode
_decode_trade = msgspec.json.Decoder(_Trade).decode
_decode_candle = msgspec.json.Decoder(_CandleMessage).decode
_decode_time = msgspec.json.Decoder(_Time).decode
_decode_rows = msgspec.json.Decoder(list[list[Any]]).decode


def parse(symbol: str, text: str) -> tuple[Message, ...]:
    """The messages of one frame; none for what was not asked for. Raises one of `UNREADABLE`."""
    frame = _decode_frame(text)
    match frame.stream.partition("@")[2]:
        case "bookTicker":
            best = _decode_best(frame.data)
            _check_symbol(best.s, symbol)
            at = None if best.T is None else from_ms(best.T)
            return (BestPrices(float(best.b), float(best.a), best.u, at),)
        case "trade":
            trade = _decode_trade(frame.data)
            _check_symbol(trade.s, symbol)
            amount = float(trade.q) if trade.X == "MARKET" else 0.0
            return (Trade(trade.t, from_ms(trade.T), float(trade.p), amount, not trade.m),)
        case "kline_1m":
            message = _decode_candle(frame.data)
            _check_symbol(message.s, symbol)
            return (_kline(symbol, message.k),)
    return ()


def _check_symbol(found: str, symbol: str) -> None:
    if found != symbol:
        raise ValueError(f"it is of {found}")


def _kline(symbol: str, k: _Candle) -> Kline:
    candle = _candle(symbol, k.t, (k.o, k.h, k.l, k.c), k.v, k.V)
    return Kline(candle, is_closed=k.x)


def _candle(symbol: str, opened_ms: int, prices: tuple[str, str, str, str], volume: str, taker_buy: str) -> Candle:
    opened, high, low, closed = map(float, prices)
    return Candle(
        symbol=symbol,
        opened_at=from_ms(opened_ms),
        open=opened,
        high=high,
        low=low,
        close=closed,
        volume=float(volume),
        taker_buy=float(taker_buy),
    )


async def _read_history(path: str, market: ExchangeMarket, get: Get, since: datetime, until: datetime) -> list[Candle]:
    candles: list[Candle] = []
    while since < until:
        span = {"startTime": to_ms(since), "endTime": to_ms(until - _MILLISECOND)}
        answer = await get(path, {"symbol": market.symbol, "interval": "1m", "limit": PAGE, **span})
        page = checked_candles(market.symbol, _rows(market.symbol, answer), since, until)
        if not page:
            break
        candles += page
        since = page[-1].opened_at + CANDLE_LENGTH
    return candles


def _rows(symbol: str, answer: bytes) -> list[Candle]:
    """Raises one of `UNREADABLE` for an answer that holds no candles."""
    rows = _decode_rows(answer)
    if len(rows) > PAGE:
        raise ValueError(f"{len(rows)} candles were received; at most {PAGE} were requested")
    return [_candle(symbol, row[0], (row[1], row[2], row[3], row[4]), row[5], row[9]) for row in rows]


async def _read_clock(path: str, get: Get) -> tuple[datetime, timedelta]:
    return from_ms(_decode_time(await get(path, {})).serverTime), timedelta(milliseconds=1)


SPOT: Final = ExchangeMarket(
    symbol="BTCUSDT",
    stands_for="BTCUSD",
    venue="Binance spot",
    rest_url="https://data-api.binance.vision",
    ws_url="wss://data-stream.binance.vision",
    channels=(Channel(path="/stream?streams=btcusdt@bookTicker/btcusdt@trade/btcusdt@kline_1m"),),
    parse=parse,
    read_history=partial(_read_history, "/api/v3/klines"),
    read_clock=partial(_read_clock, "/api/v3/time"),
)

GOLD: Final = ExchangeMarket(
    symbol="XAUUSDT",
    stands_for="XAUUSD",
    venue="Binance futures",
    rest_url="https://fapi.binance.com",
    ws_url="wss://fstream.binance.com",
    channels=(
        Channel(path="/public/stream?streams=xauusdt@bookTicker", has_trades=False),
        Channel(path="/market/stream?streams=xauusdt@trade/xauusdt@kline_1m", has_quotes=False),
    ),
    parse=parse,
    read_history=partial(_read_history, "/fapi/v1/klines"),
    read_clock=partial(_read_clock, "/fapi/v1/time"),
    note="perpetual, not spot",
)
