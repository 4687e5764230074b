"""One alert while the market goes on: where the price is relative to it, and whether it may fire."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from engine.domain.market import Quote, minute_of
from engine.domain.price_alerts import (
    AlertState,
    AtIndicator,
    AtLevel,
    AtLine,
    OnConditions,
    PriceAlert,
    PriceOf,
    Straight,
)
from engine.domain.snapshot import MarketSnapshot
from engine.price_alerts.crossings import Crossings
from engine.price_alerts.market_time import MarketTime


class Hit(msgspec.Struct, frozen=True):
    """The price reached a level; `was_away` says that this happened while the desk was not running."""

    price: float
    level: float
    was_away: bool


class Trigger:
    """Follows the market for an alert; what it returns has to be kept before it is announced."""

    def __init__(self, alert: PriceAlert, *, is_resumed: bool = False) -> None:
        """A resumed one goes on from the side on which the price was when the desk ran last."""
        self.alert = alert
        self._crossings = Crossings(alert.side if is_resumed and not isinstance(alert.cause, AtIndicator) else 0)
        self._is_resumed = is_resumed
        self._trading_day: date | None = None
        self._is_of_ask = alert.price_of is PriceOf.ASK
        self._straight: Straight | None = None
        self._gaps = -1
        self.is_of_prices = not isinstance(alert.cause, OnConditions)
        """Whether it is judged at quotes; otherwise at closed candles."""

    def is_active(self, now: datetime) -> bool:
        return self.alert.state(now) is AlertState.ACTIVE

    def forget_side(self) -> None:
        """The next quote only says on which side of the level the price is."""
        self._crossings.forget()
        self._is_resumed = False

    def on_quote(self, quote: Quote, snapshot: MarketSnapshot | None, time: MarketTime) -> Hit | None:
        """Whether the price has reached the level by this quote, in the wanted direction."""
        level = self._level(quote.at, snapshot, time)
        if level is None:
            self._crossings.forget()
            return None
        price = quote.ask if self._is_of_ask else quote.bid
        crossed, was_away = self._crossings.update(price, level), self._is_resumed
        self._is_resumed = False
        is_wanted = crossed is not None and self.alert.crossing.includes(crossed)
        return Hit(price, level, was_away) if is_wanted and self.may_fire_at(quote.at) else None

    def may_fire_at(self, at: datetime) -> bool:
        """Whether it is active and has not fired in this candle already."""
        fired_at = self.alert.fired_at
        return self.is_active(at) and (fired_at is None or minute_of(fired_at) != minute_of(at))

    def with_side(self) -> PriceAlert:
        """The alert as it is to be kept, with the side of the price now."""
        if self.alert.side != (side := self._crossings.lasting_side):
            self.alert = msgspec.structs.replace(self.alert, side=side)
        return self.alert

    @property
    def has_new_side(self) -> bool:
        """Whether the price is on another side than the alert was kept with."""
        return self.alert.side != self._crossings.lasting_side

    def _level(self, at: datetime, snapshot: MarketSnapshot | None, time: MarketTime) -> float | None:
        match self.alert.cause:
            case AtLevel(level):
                return level
            case AtLine() as line:
                if self._straight is None or self._gaps != time.gaps:  # a gap has moved it along the axis
                    self._straight, self._gaps = line.straight(time.position), time.gaps
                return self._straight.price_at(time.live_position(at))
            case AtIndicator(indicator) if snapshot is not None:
                if snapshot.trading_day != self._trading_day:  # one that starts over with the day has not been reached
                    self._trading_day = snapshot.trading_day
                    self._crossings.forget()
                return indicator.price_in(snapshot)
        return None
