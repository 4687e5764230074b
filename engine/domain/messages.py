"""What the engine announces and what it can be told: two closed unions. Events are past, commands imperative."""

from __future__ import annotations

from datetime import datetime

import msgspec

from engine.domain.market import Candle, Quote, Source
from engine.domain.snapshot import MarketSnapshot


class QuoteReceived(msgspec.Struct, frozen=True):
    """A quote moved the market; `forming` is the candle it belongs to, not closed yet."""

    quote: Quote
    forming: Candle | None


class QuoteRefused(msgspec.Struct, frozen=True):
    """A quote that cannot be true was left out."""

    symbol: str
    reason: str


class CandleClosed(msgspec.Struct, frozen=True):
    """A candle closed live, with all that is known after it."""

    snapshot: MarketSnapshot


class HistoryRead(msgspec.Struct, frozen=True):
    """Candles from before the live stream, oldest first, in chunks."""

    snapshots: tuple[MarketSnapshot, ...]


class MarketOpened(msgspec.Struct, frozen=True):
    """The sources are known and begin anew, at the start and after each seek: what was shown before is void."""

    sources: tuple[Source, ...]


class HistoryCompleted(msgspec.Struct, frozen=True):
    """All candles from before the live stream are read."""

    candles: int


class MarketEnded(msgspec.Struct, frozen=True):
    """The recording is over."""


class PlaybackChanged(msgspec.Struct, frozen=True):
    """The state of the player; `speed` in market seconds per second, infinite for as fast as it can."""

    is_paused: bool
    speed: float


Event = (
    QuoteReceived
    | QuoteRefused
    | CandleClosed
    | HistoryRead
    | MarketOpened
    | HistoryCompleted
    | MarketEnded
    | PlaybackChanged
)


class Pause(msgspec.Struct, frozen=True):
    """Hold the played market."""


class Resume(msgspec.Struct, frozen=True):
    """Let the played market go on."""


class StepCandle(msgspec.Struct, frozen=True):
    """Play to the end of the next closed candle, then hold."""


class SetSpeed(msgspec.Struct, frozen=True):
    """Play at `speed` market seconds per second; infinite for as fast as it can."""

    speed: float


class Seek(msgspec.Struct, frozen=True):
    """Begin anew at `instant` (aware UTC): everything before becomes history."""

    instant: datetime


Command = Pause | Resume | StepCandle | SetSpeed | Seek
