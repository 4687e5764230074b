"""Kraken: bitcoin in dollars, by version 2 of its sockets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

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
    is_amount,
    to_ms,
)
from engine.adapters.exchange.minutes import TradedMinutes
from engine.domain.market import CANDLE_LENGTH, Candle

_WIRE: Final = "BTC/USD"
_PAIR: Final = "XBTUSD"
_LATEST: Final = 720 * CANDLE_LENGTH
"""Candles are kept that long; what is older has to be made of trades."""
_TRADES_PAGE: Final = 1000


class _Frame(msgspec.Struct):
    channel: str = ""
    data: msgspec.Raw = msgspec.Raw(b"null")


class _Ticker(msgspec.Struct, gc=False):
    symbol: str
    bid: float
    ask: float
    timestamp: datetime | None = None


class _Trade(msgspec.Struct, gc=False):
    symbol: str
    side: str
    price: float
    qty: float
    trade_id: int
    timestamp: datetime


class _Candle(msgspec.Struct, gc=False):
    symbol: str
    open: float
    high: float
    low: float
    close: float
    volume: float
    interval_begin: datetime


class _Answer(msgspec.Struct):
    """`error` holds sentences; `result` the pair's rows and where the next page begins."""

    error: list[str] = []
    result: dict[str, Any] = {}


_OfSymbol = TypeVar("_OfSymbol", _Ticker, _Trade, _Candle)

_decode_frame = msgspec.json.Decoder(_Frame).decode
_decode_tickers = msgspec.json.Decoder(list[_Ticker]).decode
_decode_trades = msgspec.json.Decoder(list[_Trade]).decode
_decode_candles = msgspec.json.Decoder(list[_Candle]).decode
_decode_answer = msgspec.json.Decoder(_Answer).decode


def parse(symbol: str, text: str) -> tuple[Message, ...]:
    """The messages of one frame; none for heartbeats and confirmations. Raises one of `UNREADABLE`."""
    frame = _decode_frame(text)
    match frame.channel:
        case "ticker":
            return tuple(map(_best, _of_pair(_decode_tickers(frame.data))))
        case "trade":
            return tuple(
                Trade(each.trade_id, each.timestamp.astimezone(UTC), each.price, each.qty, each.side == "buy")
                for each in _of_pair(_decode_trades(frame.data))
            )
        case "ohlc":
            candles = _of_pair(_decode_candles(frame.data))
            return tuple(Kline(_candle(symbol, each), is_closed=False) for each in candles)
    return ()


def _best(ticker: _Ticker) -> BestPrices:
    at = None if ticker.timestamp is None else ticker.timestamp.astimezone(UTC)
    return BestPrices(ticker.bid, ticker.ask, 0, at)


def _of_pair(found: list[_OfSymbol]) -> list[_OfSymbol]:
    """Raises `ValueError` where one of them is of another symbol."""
    for each in found:
        if each.symbol != _WIRE:
            raise ValueError(f"it is of {each.symbol}")
    return found


def _candle(symbol: str, each: _Candle) -> Candle:
    return Candle(
        symbol=symbol,
        opened_at=each.interval_begin.astimezone(UTC),
        open=each.open,
        high=each.high,
        low=each.low,
        close=each.close,
        volume=each.volume,
    )


async def _read_history(market: ExchangeMarket, get: Get, since: datetime, until: datetime) -> list[Candle]:
    """Kraken's own candles as far as it keeps them, with those before made of its trades."""
    answer = await get("/0/public/OHLC", {"pair": _PAIR, "interval": 1, "since": to_ms(since) // 1000 - 1})
    rows = (_of_row(market.symbol, row) for row in _rows(answer))
    own = checked_candles(market.symbol, rows, since, until)
    begins_at = own[0].opened_at if own else until
    if begins_at - since <= CANDLE_LENGTH or until - since < _LATEST:
        return own
    return [*await _made_of_trades(market, get, since, begins_at), *own]


async def _made_of_trades(market: ExchangeMarket, get: Get, since: datetime, until: datetime) -> list[Candle]:
    minutes, cursor = TradedMinutes(market.symbol), str(to_ms(since) * 1_000_000)
    while True:
        answer = await get("/0/public/Trades", {"pair": _PAIR, "since": cursor, "count": _TRADES_PAGE})
        rows = _rows(answer)
        trades = [_trade(row) for row in rows]
        for trade in trades:
            if since <= trade.at < until and trade.price > 0.0 and is_amount(trade.amount):
                minutes.add(trade)
        last = str(_result(answer).get("last", cursor))
        if len(rows) < _TRADES_PAGE or int(last) <= int(cursor) or trades[-1].at >= until:
            return minutes.candles()
        cursor = last


def _of_row(symbol: str, row: list[Any]) -> Candle:
    opened, high, low, closed = (float(value) for value in row[1:5])
    return Candle(
        symbol=symbol,
        opened_at=from_ms(int(row[0]) * 1000),
        open=opened,
        high=high,
        low=low,
        close=closed,
        volume=float(row[6]),
    )


def _trade(row: list[Any]) -> Trade:
    at = from_ms(round(float(row[2]) * 1000))
    return Trade(int(row[6]), at, float(row[0]), float(row[1]), row[3] == "b")


def _rows(answer: bytes) -> list[list[Any]]:
    """Raises `ValueError` for an answer that has no rows, or more than were asked for."""
    rows: Any = next((value for key, value in _result(answer).items() if key != "last"), [])
    if not isinstance(rows, list) or len(rows) > _TRADES_PAGE:
        raise ValueError("the answer from Kraken has no rows, or too many")
    return rows


def _result(answer: bytes) -> dict[str, Any]:
    decoded = _decode_answer(answer)
    if decoded.error:
        raise ValueError(f"Kraken says: {'; '.join(decoded.error)}")
    return decoded.result


async def _read_clock(get: Get) -> tuple[datetime, timedelta]:
    return from_ms(int(_result(await get("/0/public/Time", {}))["unixtime"]) * 1000), timedelta(seconds=1)


def _subscribe(channel: str, **beside: object) -> str:
    parameters = {"channel": channel, "symbol": [_WIRE], **beside}
    return msgspec.json.encode({"method": "subscribe", "params": parameters}).decode()


BITCOIN: Final = ExchangeMarket(
    symbol="BTCUSD",
    stands_for="BTCUSD",
    venue="Kraken",
    rest_url="https://api.kraken.com",
    ws_url="wss://ws.kraken.com",
    channels=(
        Channel(
            path="/v2",
            subscriptions=(
                _subscribe("ticker", event_trigger="bbo"),
                _subscribe("trade", snapshot=False),
                _subscribe("ohlc", interval=1, snapshot=False),
            ),
        ),
    ),
    parse=parse,
    read_history=_read_history,
    read_clock=_read_clock,
    requests_per_s=1.0,
    marks_closed=False,
)
