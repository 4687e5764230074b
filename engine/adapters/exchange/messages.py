"""What an exchange says, whichever way it spells it: quotes, trades and candles as plain values."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from config.desk import ExchangeSettings
from engine.domain.market import CANDLE_LENGTH, Candle, Instrument, Source, minute_of
from engine.errors import InvalidMarketData
from engine.market.instruments import instrument_for

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

UNREADABLE: Final = (ValueError, TypeError, LookupError, ArithmeticError, RecursionError, InvalidMarketData)
"""What reading a message raises that is not as the exchange writes it: others' text may be anything."""
_WHOLE: Final = 1.0 + 1e-9
"""A part of a volume may exceed it by so much, since binary fractions are rounded."""


class BestPrices(msgspec.Struct, frozen=True, gc=False):
    """Best bid and ask; `number` rises with each change of the book, 0 where the exchange counts none.

    `at` is the exchange's time of it, None where it states none.
    """

    bid: float
    ask: float
    number: int
    at: datetime | None = None


class Trade(msgspec.Struct, frozen=True, gc=False):
    """One trade at `at` of the exchange's clock; numbers of one symbol follow each other without a gap.

    An `amount` of 0 is no trade: it only takes its number.
    """

    number: int
    at: datetime
    price: float
    amount: float
    is_buyer: bool
    """Whether the buyer was the aggressor."""


class Kline(msgspec.Struct, frozen=True, gc=False):
    """The exchange's own candle as it is now; a closed one is final."""

    candle: Candle
    is_closed: bool


Message = BestPrices | Trade | Kline

Get = Callable[[str, Mapping[str, str | int]], Awaitable[bytes]]
"""Asks the exchange for a path with parameters; raises `ExchangeFault`."""

ReadHistory = Callable[["ExchangeMarket", Get, datetime, datetime], Awaitable[list[Candle]]]
"""Closed candles that opened from the first instant to before the second, oldest first; raises `ExchangeFault`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One socket: where it connects below the base address, and what it sends to subscribe."""

    path: str
    subscriptions: tuple[str, ...] = ()
    has_trades: bool = True
    has_quotes: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeMarket:
    """One symbol of an exchange: its addresses, its subscriptions and how its messages are read.

    `parse` takes the symbol and a frame and raises `ValueError` for one that it cannot read; `read_clock` returns the
    server's time and how coarse it is. `requests_per_s` is how often history may be asked for.
    """

    symbol: str
    stands_for: str
    venue: str
    rest_url: str
    ws_url: str
    channels: tuple[Channel, ...]
    parse: Callable[[str, str], tuple[Message, ...]]
    read_history: ReadHistory
    read_clock: Callable[[Get], Awaitable[tuple[datetime, timedelta]]]
    requests_per_s: float = 10.0
    marks_closed: bool = True
    """Whether its candles say that they are final."""
    note: str = ""

    def at(self, settings: ExchangeSettings) -> tuple[str, str]:
        """Base addresses for requests and for sockets, by the settings."""
        return settings.rest_url or self.rest_url, settings.ws_url or self.ws_url

    @property
    def instrument(self) -> Instrument:
        return msgspec.structs.replace(instrument_for(self.stands_for), symbol=self.symbol)

    @property
    def source(self) -> Source:
        return Source(
            instrument=self.instrument,
            format=self.venue,
            clock="UTC",
            name=f"{self.note}, live prices" if self.note else "live prices",
            has_volume=True,
            has_spread=True,
            has_aggressor_volume=True,
            has_quotes=True,
            notes=(self.note,) if self.note else (),
        )


def from_ms(milliseconds: int) -> datetime:
    """The instant of a stamp in milliseconds since 1970 UTC; raises `ValueError` if it is out of range."""
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError as error:
        raise ValueError(f"{milliseconds} ms since 1970 is not a valid time") from error


def to_ms(instant: datetime) -> int:
    """Milliseconds since 1970 UTC."""
    return (instant - _EPOCH) // timedelta(milliseconds=1)


def is_amount(value: float) -> bool:
    """Whether it can be traded volume: 0 or more, and finite."""
    return 0.0 <= value < math.inf


def check_candle(candle: Candle) -> None:
    """Raises `InvalidMarketData` where it is no minute's, or its volumes are none."""
    volume, bought = candle.volume or 0.0, candle.taker_buy or 0.0
    if candle.opened_at != minute_of(candle.opened_at):
        raise InvalidMarketData(f"{candle.symbol}: a candle opened at {candle.opened_at}, which is not a whole minute")
    if not (is_amount(volume) and 0.0 <= bought <= volume * _WHOLE):
        raise InvalidMarketData(f"{candle.symbol} {candle.opened_at}: volume {volume}, bought {bought} are not volumes")


def checked_candles(symbol: str, candles: Iterable[Candle], since: datetime, until: datetime) -> list[Candle]:
    """Those that opened from `since` to before `until`.

    Raises `InvalidMarketData` where they are of another symbol, not one a minute, or not in order of time.
    """
    found, ends_at = list[Candle](), since
    for candle in candles:
        if not since <= candle.opened_at < until:
            continue
        check_candle(candle)
        if candle.symbol != symbol or candle.opened_at < ends_at:
            raise InvalidMarketData(
                f"{symbol}: a candle of {candle.symbol} {candle.opened_at} came after {ends_at - CANDLE_LENGTH}; "
                "candles must be of one symbol and rise in time"
            )
        ends_at = candle.closed_at
        found.append(candle)
    return found
