"""Builds one-minute candles from quotes."""

from __future__ import annotations

from datetime import UTC, datetime

from engine.domain.market import CANDLE_LENGTH, Candle, Quote, minute_of
from engine.errors import InvalidMarketData

_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


class CandleBuilder:
    """Builds the candles of one symbol from its bid prices, one quote at a time, in constant memory.

    A candle closes with the first quote of a later minute, or by `close_by` once its minute has passed. Its volume is
    the sum of its quotes' volumes, its spread that of its last quote. A closed candle is final: a quote that comes
    later for its minute is refused. Without `has_volume` its candles have none, even if the quotes carry volume.
    """

    __slots__ = ("_bid", "_ends_at", "_has_volume", "_high", "_is_forming", "_low", "_not_before", "_open",
                 "_opened_at", "_spread", "_symbol", "_volume")  # fmt: skip

    def __init__(self, symbol: str, *, has_volume: bool = True) -> None:
        self._symbol = symbol
        self._has_volume = has_volume
        self._not_before = self._opened_at = self._ends_at = _BEFORE_ALL
        self._open = self._high = self._low = self._bid = self._spread = self._volume = 0.0
        self._is_forming = False

    def update(self, quote: Quote) -> Candle | None:
        """Take in one quote; returns the candle that it closes. Raises `InvalidMarketData` if time goes back."""
        at, bid = quote.at, quote.bid
        if at < self._not_before:
            raise InvalidMarketData(
                f"{self._symbol}: a quote of {at} came after {self._not_before}; quotes must not go back in time"
            )
        self._not_before = at
        closed = None
        if at >= self._ends_at:
            closed = self.forming
            self._begin(at, bid)
        elif bid > self._high:
            self._high = bid
        elif bid < self._low:
            self._low = bid
        self._bid = bid
        self._spread = quote.ask - bid
        self._volume += quote.volume
        return closed

    @property
    def forming(self) -> Candle | None:
        """The candle as it stands now; None before the first quote and after `close_by`."""
        if not self._is_forming:
            return None
        return Candle(
            symbol=self._symbol,
            opened_at=self._opened_at,
            open=self._open,
            high=self._high,
            low=self._low,
            close=self._bid,
            volume=self._volume if self._has_volume else None,
            spread=self._spread,
        )

    def close_by(self, instant: datetime) -> Candle | None:
        """Close the forming candle if its minute has passed at `instant`, without waiting for a later quote."""
        if not self._is_forming or instant < self._ends_at:
            return None
        closed = self.forming
        self.drop_by(instant)
        return closed

    def drop_by(self, instant: datetime) -> None:
        """Drops the forming candle of a minute for which a better candle is known."""
        if self._is_forming and instant >= self._ends_at:
            self._is_forming = False
            self._not_before = self._ends_at

    def _begin(self, at: datetime, bid: float) -> None:
        self._opened_at = minute_of(at)
        self._ends_at = self._opened_at + CANDLE_LENGTH
        self._open = self._high = self._low = bid
        self._volume = 0.0
        self._is_forming = True
