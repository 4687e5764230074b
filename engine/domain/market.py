"""The market as values: quotes, candles, instruments, and their source.

Values hold no cycles, so the garbage collector need not know them: a long history of them costs it nothing.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from engine.errors import InvalidMarketData

CANDLE_LENGTH = timedelta(minutes=1)


def minute_of(instant: datetime) -> datetime:
    """When the candle opened that an instant falls into."""
    if instant.second or instant.microsecond:
        return instant.replace(second=0, microsecond=0)
    return instant


class Side(StrEnum):
    """The side of a trade."""

    BUY = "BUY"
    SELL = "SELL"

    @property
    def opposite(self) -> Side:
        return Side.SELL if self is Side.BUY else Side.BUY


class Session(StrEnum):
    """The trading session a candle belongs to; `OVERLAP` counts as New York for session highs and lows."""

    ASIA = "asia"
    LONDON = "london"
    OVERLAP = "overlap"
    NEW_YORK = "new_york"
    POST_NY = "post_ny"
    OFF = "off"


class DayRoll(StrEnum):
    """When a trading day begins: metals and currencies roll with New York, crypto with UTC."""

    NEW_YORK_17 = "new_york_17"
    UTC_MIDNIGHT = "utc_midnight"


class Instrument(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What is traded. `tick_size` is the price step; `digits` how many decimals are shown.

    `stands_for` is what the broker's name means, such as XAUUSD for GOLD#; empty if that is not known.
    """

    symbol: str
    digits: int
    tick_size: float
    day_roll: DayRoll
    stands_for: str = ""


class Quote(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Best bid and ask at one instant (aware UTC), in price units; `volume` is its traded or tick volume.

    Raises `InvalidMarketData` if crossed, not positive or not finite.
    """

    symbol: str
    at: datetime
    bid: float
    ask: float
    volume: float = 1.0

    def __post_init__(self) -> None:
        if not 0.0 < self.bid <= self.ask < math.inf:
            raise InvalidMarketData(f"{self.symbol}: bid {self.bid} and ask {self.ask} are crossed or not prices")

    @property
    def spread(self) -> float:
        """Ask minus bid, in price units."""
        return self.ask - self.bid


class Candle(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One minute of bid prices, stamped with its opening instant (aware UTC).

    `volume` is in ticks, or in units where the source has real volume, None where the source has no volume; `spread`
    is ask minus bid in price units at the close, None where the source has none; `taker_buy` is the part of the volume
    whose aggressor was a buyer.
    Raises `InvalidMarketData` if the prices cannot be a candle's.
    """

    symbol: str
    opened_at: datetime
    open: float
    high: float
    low: float
    close: float
    volume: float | None
    spread: float | None = None
    taker_buy: float | None = None

    def __post_init__(self) -> None:
        low, high = self.low, self.high
        if not (0.0 < low <= self.open <= high < math.inf and low <= self.close <= high):
            raise InvalidMarketData(
                f"{self.symbol} {self.opened_at}: open {self.open}, high {high}, low {low}, close {self.close} "
                "are not a candle"
            )

    @property
    def closed_at(self) -> datetime:
        return self.opened_at + CANDLE_LENGTH


class Source(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Where the prices of one symbol come from, and what that source provides.

    `format` and `clock` are words for the user ("Binance klines", "UTC").
    """

    instrument: Instrument
    format: str
    clock: str
    name: str
    has_volume: bool
    has_spread: bool
    has_aggressor_volume: bool
    has_quotes: bool = False
    """Whether its quotes are known, and not only its candles."""
    spread_from: str = "the market's"
    """Whose spread its quotes have, in words."""
    notes: tuple[str, ...] = ()
    """What to know of its prices before going by them, in words."""

    @property
    def symbol(self) -> str:
        return self.instrument.symbol

    @property
    def words(self) -> str:
        """What was recognised of it, for the user, in one line."""
        return "; ".join((f"{self.format}, clock {self.clock}", f"spread: {self.spread_from}", *self.notes))


NO_VOLUME = "no volume in this source"
"""What is said wherever volume is asked for and the source has none."""


class MarketClose(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """When a market closes next, and from when on the desk holds nothing there and enters nothing; aware UTC."""

    closes_at: datetime
    flat_from: datetime


class Minute(msgspec.Struct, frozen=True, gc=False):
    """A played minute of which only the candle is known. Whoever plays it makes its quotes; where nothing depends on
    them its last quote and its candle are enough, and it is heard when it closes."""

    candle: Candle

    @property
    def symbol(self) -> str:
        return self.candle.symbol


FeedItem = Quote | Candle | Minute
"""What a feed yields, in order of time. A `Candle` is a *closed* candle with authority over the quotes of its minute:
broker histories have them; a source of ticks yields quotes only, and candles are built."""

MarketItem = Quote | Candle
"""What the engine assumes about a market."""
