"""Chooses each minute's closed candle: the exchange's own if it arrives, else one built from the trades."""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

import msgspec

from engine.adapters.exchange.messages import Kline, Trade, check_candle, is_amount
from engine.adapters.exchange.minutes import TradedMinutes
from engine.domain.market import CANDLE_LENGTH, Candle, minute_of
from engine.errors import InvalidMarketData

CLOSE_WAIT: Final = timedelta(seconds=2)
"""How long to wait for the exchange's own closed candle before it is built from the trades."""
MARGIN: Final = timedelta(seconds=2)
"""Trades have the exchange's time and lost connections ours: a trade this close to a loss counts as missed."""
MAX_JUMP: Final = 0.2
"""A trade further than this share of the price from the previous one is rejected as not of this market."""
_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)
_LATEST: Final = datetime.max.replace(tzinfo=UTC)
_MAX_LOSSES: Final = 100


class _Loss(NamedTuple):
    """When trades may have been missed; `until` is None while the connection is lost."""

    since: datetime
    until: datetime | None


class Hole(NamedTuple):
    """The first minute whose candle is missing, and the end of the last one."""

    since: datetime
    until: datetime

    @property
    def words(self) -> str:
        return f"candles are missing from {self.since:%H:%M} to {self.until:%H:%M} UTC"


class Settled(NamedTuple):
    """A minute that is over: its candle, None if it has none, and whether it `was_missed` live."""

    candle: Candle | None
    was_missed: bool


class CandleDesk:
    """The candles of one symbol, in the time of the desk's clock.

    Before the first connection nothing is whole: trades of a minute count only if the socket stood all through it.
    """

    def __init__(self, symbol: str, *, marks_closed: bool = True) -> None:
        """`marks_closed` is whether the exchange marks a final candle; otherwise the next candle shows it."""
        self.symbol = symbol
        self._marks_closed = marks_closed
        self._trades = TradedMinutes(symbol)
        self._own: dict[datetime, Candle] = {}
        self._empty_until = _EARLIEST
        self._forming: Candle | None = None
        self._losses: deque[_Loss] = deque([_Loss(_EARLIEST, None)], maxlen=_MAX_LOSSES)
        self._spreads: dict[datetime, float] = {}
        self._unquoted = set[datetime]()
        self._last_price: float | None = None
        self._settled_until = self._heard_until = _EARLIEST
        self.hole: Hole | None = None
        """The minutes without which prices continued; None while every candle was passed on."""

    @property
    def can_mend(self) -> bool:
        """Whether prices continued without candles that the exchange has now, or is known not to have."""
        return self.hole is not None and self._empty_until >= self.hole.until

    # -- the connection -----------------------------------------------------------------------------------------

    @property
    def is_connected(self) -> bool:
        return self._losses[-1].until is not None

    def connect(self, at: datetime) -> None:
        """Trades are received from now on."""
        if not self.is_connected:
            self._losses[-1] = _Loss(self._losses[-1].since, at + MARGIN)

    def lose(self, since: datetime) -> None:
        """Trades may have been missed after `since`."""
        if self.is_connected:
            self._losses.append(_Loss(since - MARGIN, None))
            self._forming = None

    # -- what comes ---------------------------------------------------------------------------------------------

    def begin(self, newest: Candle | None, until: datetime) -> None:
        """History is known until there; `newest` is its last candle."""
        self._settled_until, self.hole = until, None
        self._last_price = newest.close if newest else None

    def on_trade(self, trade: Trade) -> bool:
        """Whether it counts; one that is known already or belongs to a closed candle does not.

        Raises `InvalidMarketData` for a price that cannot be one.
        """
        last = self._last_price
        if not is_amount(trade.amount):
            raise InvalidMarketData(f"{self.symbol}: a trade of {trade.amount} is not valid")
        if trade.amount > 0.0 and not (trade.price > 0.0 and _is_near(trade.price, last)):
            raise InvalidMarketData(f"{self.symbol}: a trade at {trade.price}, far from the one before at {last}")
        if minute_of(trade.at) < self._settled_until:
            return False
        self._heard_until = max(self._heard_until, trade.at)
        is_new = self._trades.add(trade)
        if is_new and trade.amount > 0.0:
            self._last_price = trade.price
        return is_new

    def on_kline(self, kline: Kline) -> None:
        """The exchange's candle as it is now. Raises `InvalidMarketData` for one that cannot be true."""
        candle = kline.candle
        check_candle(candle)
        if not (_is_near(candle.low, self._last_price) and _is_near(candle.high, self._last_price)):
            raise InvalidMarketData(
                f"{self.symbol}: a candle from {candle.low} to {candle.high}, far from the last trade"
                f" at {self._last_price}"
            )
        self._heard_until = max(self._heard_until, candle.opened_at)
        if kline.is_closed:
            self._keep(candle)
        elif not self._marks_closed:
            before, self._forming = self._forming, candle
            if before is not None and before.opened_at < candle.opened_at and self._stood_through(before.opened_at):
                self._keep(before)

    def on_quote(self, at: datetime, spread: float) -> None:
        """The spread of the newest quote; the last one of a minute is that of its candle."""
        self._spreads[minute_of(at)] = spread

    def skip_quotes(self, since: datetime, until: datetime) -> None:
        """Quotes of these minutes were not passed on: what they reached counts by their candles."""
        self._unquoted.update((*_minutes(minute_of(since), until), minute_of(until)))

    def refill(self, candles: list[Candle], until: datetime) -> None:
        """Candles that were requested; the exchange had no others before the minute that opens at `until`."""
        for candle in candles:
            self._keep(candle)
        self._empty_until = max(self._empty_until, until)
        if candles:
            self._last_price = candles[-1].close

    def _keep(self, candle: Candle) -> None:
        if candle.opened_at >= self._settled_until:
            self._own[candle.opened_at] = candle

    # -- what is known ------------------------------------------------------------------------------------------

    @property
    def last_price(self) -> float | None:
        return self._last_price

    @property
    def settled_until(self) -> datetime:
        """Candles of earlier minutes were passed on already."""
        return self._settled_until

    def wanted(self, now: datetime) -> tuple[datetime, datetime] | None:
        """Minutes whose candles have to be requested: from the first to before the second; None if there are none."""
        latest = minute_of(now - CLOSE_WAIT)
        lacking = [at for at in _minutes(self._settled_until, latest) if not self._is_known(at)]
        if self.hole is not None and not self.can_mend:
            lacking = [*_minutes(self.hole.since, self.hole.until), *lacking]
        return (lacking[0], lacking[-1] + CANDLE_LENGTH) if lacking else None

    def _is_known(self, opened_at: datetime) -> bool:
        return opened_at in self._own or opened_at < self._empty_until or self._is_whole(opened_at)

    def is_settled(self, opened_at: datetime, now: datetime) -> bool:
        """Whether the candle of a minute that is over is known, or known not to exist."""
        if opened_at in self._own:
            return True
        return now >= opened_at + CANDLE_LENGTH + CLOSE_WAIT and self._is_known(opened_at)

    def settle(self, opened_at: datetime) -> Settled:
        """Returns the minute; call it for the oldest minute first. If it is not known, it becomes a gap."""
        was_missed = self._was_lost_in(opened_at) or opened_at in self._unquoted
        candle = self._candle_of(opened_at)
        if candle is None and not self._is_known(opened_at):
            self.hole = Hole(opened_at if self.hole is None else self.hole.since, opened_at + CANDLE_LENGTH)
        if candle is not None and candle.spread is None:
            candle = msgspec.structs.replace(candle, spread=self._spreads.get(opened_at))
        self._settled_until = opened_at + CANDLE_LENGTH
        self._unquoted = {at for at in self._unquoted if at > opened_at}
        self._spreads = {at: each for at, each in self._spreads.items() if at > opened_at}
        self._own = {at: each for at, each in self._own.items() if at > opened_at}
        self._trades.drop_before(self._settled_until)
        return Settled(candle, was_missed)

    def _candle_of(self, opened_at: datetime) -> Candle | None:
        if (own := self._own.get(opened_at)) is not None:
            return self._with_takers(own)
        if not self._is_whole(opened_at):
            return None
        return self._trades.candle(opened_at) or self._flat(opened_at)

    def _with_takers(self, own: Candle) -> Candle:
        """If the exchange's candle has no taker volume, that of the trades is used."""
        if own.taker_buy is not None or not self._is_whole(own.opened_at):
            return own
        made = self._trades.candle(own.opened_at)
        return own if made is None else msgspec.structs.replace(own, taker_buy=made.taker_buy)

    def _flat(self, opened_at: datetime) -> Candle | None:
        """A minute without a trade, as exchanges write it."""
        price = self._last_price
        if price is None:
            return None
        return Candle(
            symbol=self.symbol,
            opened_at=opened_at,
            open=price,
            high=price,
            low=price,
            close=price,
            volume=0.0,
            taker_buy=0.0,
        )

    def _is_whole(self, opened_at: datetime) -> bool:
        """Whether every trade of the minute is known."""
        return self._stood_through(opened_at) and not self._trades.has_gap(opened_at)

    def _stood_through(self, opened_at: datetime) -> bool:
        """Only data with a later timestamp of the exchange shows that no trade of the minute is still to arrive."""
        return opened_at + CANDLE_LENGTH <= self._heard_until and not self._was_lost_in(opened_at)

    def _was_lost_in(self, opened_at: datetime) -> bool:
        ends_at = opened_at + CANDLE_LENGTH
        return any(loss.since < ends_at and (loss.until or _LATEST) > opened_at for loss in self._losses)


def _is_near(price: float, last: float | None) -> bool:
    return last is None or abs(price - last) <= MAX_JUMP * last


def _minutes(since: datetime, until: datetime) -> list[datetime]:
    if since == _EARLIEST:
        return []
    return [since + number * CANDLE_LENGTH for number in range(max(0, (until - since) // CANDLE_LENGTH))]
