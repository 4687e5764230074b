"""Price alerts as values: what they wait for, what became of them, and the commands and events about them."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec

from engine.domain.market import Side
from engine.domain.snapshot import MarketSnapshot
from engine.errors import InvalidAlert

MAX_ALERTS: Final = 200
NOTE_LENGTH: Final = 200
MAX_MISSING: Final = 9
"""Conditions that an alert on the conditions of a side may allow to be missing."""


class PriceOf(StrEnum):
    """Which price of a quote is compared; candles are made of bids, and so is the chart."""

    BID = "bid"
    ASK = "ask"


class Crossing(StrEnum):
    """In which direction the price reaches or passes a level."""

    UP = "up"
    DOWN = "down"
    EITHER = "either"

    def includes(self, crossed: Crossing) -> bool:
        return self is Crossing.EITHER or self is crossed


class LineKind(StrEnum):
    """How far a line reaches: everywhere, from its earlier anchor on, or from its first anchor through the second one,
    to either side."""

    HORIZONTAL = "horizontal"
    TREND = "trend"
    RAY = "ray"


class IndicatorLevel(StrEnum):
    """A level that an indicator gives after each closed candle."""

    VWAP = "vwap"
    VWAP_UP_1 = "vwap_up_1"
    VWAP_UP_2 = "vwap_up_2"
    VWAP_UP_3 = "vwap_up_3"
    VWAP_DOWN_1 = "vwap_down_1"
    VWAP_DOWN_2 = "vwap_down_2"
    VWAP_DOWN_3 = "vwap_down_3"
    MICRO_BAND_HIGH = "micro_band_high"
    MICRO_BAND_LOW = "micro_band_low"

    def price_in(self, snapshot: MarketSnapshot) -> float | None:
        """The level after the candle of a snapshot, in price units; None while it is not warmed up."""
        if self is IndicatorLevel.MICRO_BAND_HIGH:
            return snapshot.band_high
        if self is IndicatorLevel.MICRO_BAND_LOW:
            return snapshot.band_low
        deviations = _DEVIATIONS[self]
        if not deviations or snapshot.vwap is None:
            return snapshot.vwap
        return None if snapshot.vwap_sigma is None else snapshot.vwap + deviations * snapshot.vwap_sigma


_DEVIATIONS: Final = {
    IndicatorLevel.VWAP: 0,
    **{IndicatorLevel(f"vwap_up_{times}"): times for times in (1, 2, 3)},
    **{IndicatorLevel(f"vwap_down_{times}"): -times for times in (1, 2, 3)},
}


class Anchor(msgspec.Struct, frozen=True):
    """A point of a line: an instant (aware UTC) and a price."""

    at: datetime
    price: float


class Straight(NamedTuple):
    """A line that has its `price` where it `began`, and has moved by `rise` after `length`, which may be negative."""

    began: float
    length: float
    price: float
    rise: float

    def price_at(self, position: float) -> float | None:
        """None before it began, and where it is upright."""
        if not self.length:
            return None
        share = (position - self.began) / self.length
        return self.price + share * self.rise if share >= 0.0 else None


class AtLevel(msgspec.Struct, frozen=True, tag="level"):
    """The price reaches a level."""

    level: float


class AtLine(msgspec.Struct, frozen=True, tag="line", kw_only=True):
    """The price reaches a line that is drawn on the chart under the id `drawing`.

    Raises `InvalidAlert` if two different points make no line through time.
    """

    drawing: str
    kind: LineKind
    first: Anchor
    second: Anchor

    def __post_init__(self) -> None:
        if self.kind is not LineKind.HORIZONTAL and self.first.at == self.second.at:
            raise InvalidAlert("the line is vertical: its two anchors need different times")

    def straight(self, position_of: Callable[[datetime], float]) -> Straight:
        """The line along positions in time; `position_of` places the anchors."""
        start, end = self.first, self.second
        if self.kind is LineKind.HORIZONTAL:
            return Straight(0.0, math.inf, start.price, 0.0)
        if self.kind is LineKind.TREND and start.at > end.at:
            start, end = end, start
        began = position_of(start.at)
        return Straight(began, position_of(end.at) - began, start.price, end.price - start.price)


class AtIndicator(msgspec.Struct, frozen=True, tag="indicator"):
    """The price reaches what an indicator gave after the last closed candle."""

    indicator: IndicatorLevel


class OnConditions(msgspec.Struct, frozen=True, tag="conditions"):
    """A candle closes with at most so many conditions of a side missing."""

    side: Side
    max_missing: int


AlertCause = AtLevel | AtLine | AtIndicator | OnConditions


class AlertState(StrEnum):
    """What an alert is doing."""

    ACTIVE = "active"
    FIRED = "fired"
    EXPIRED = "expired"
    OFF = "off"


class PriceAlert(msgspec.Struct, frozen=True, kw_only=True):
    """An alert of the user on the market of a symbol, and what became of it.

    Instants are aware UTC, in the market's time. One that `repeats` fires at most once in a candle and stays active;
    any other fires once. `price_of` and `crossing` mean nothing for conditions. `side` is where the price was when the
    alert was kept last: 1 above the level, -1 below, 0 where that is not known.
    """

    alert_id: str
    symbol: str
    cause: AlertCause
    created_at: datetime
    price_of: PriceOf = PriceOf.BID
    crossing: Crossing = Crossing.EITHER
    repeats: bool = False
    expires_at: datetime | None = None
    note: str = ""
    is_on: bool = True
    fired_at: datetime | None = None
    fired_price: float | None = None
    times_fired: int = 0
    side: int = 0

    def state(self, now: datetime) -> AlertState:
        """What it is doing at `now` of the market's time."""
        if self.fired_at is not None and not self.repeats:
            return AlertState.FIRED
        if not self.is_on:
            return AlertState.OFF
        is_over = self.expires_at is not None and now >= self.expires_at
        return AlertState.EXPIRED if is_over else AlertState.ACTIVE


# -- commands ---------------------------------------------------------------------------------------------------------


class AddPriceAlert(msgspec.Struct, frozen=True):
    """Keep a new alert; it is examined first."""

    alert: PriceAlert


class ChangePriceAlert(msgspec.Struct, frozen=True):
    """Keep an alert in place of the one with its id. It waits again, also if it had fired, expired or was off."""

    alert: PriceAlert


class MovePriceAlert(msgspec.Struct, frozen=True):
    """Move the level or line of an alert; one that has fired or is off stays so."""

    alert_id: str
    cause: AlertCause


class SwitchPriceAlert(msgspec.Struct, frozen=True):
    """Let an alert wait, again if it has fired, or not."""

    alert_id: str
    is_on: bool


class RemovePriceAlert(msgspec.Struct, frozen=True):
    """Forget an alert."""

    alert_id: str


PriceAlertCommand = AddPriceAlert | ChangePriceAlert | MovePriceAlert | SwitchPriceAlert | RemovePriceAlert


# -- events -----------------------------------------------------------------------------------------------------------


class PriceAlertsListed(msgspec.Struct, frozen=True):
    """All alerts that are kept, when a market opens."""

    alerts: tuple[PriceAlert, ...]


class PriceAlertChanged(msgspec.Struct, frozen=True):
    """An alert is kept as it is here; it is durable already."""

    alert: PriceAlert


class PriceAlertRemoved(msgspec.Struct, frozen=True):
    """An alert is not kept any more."""

    alert: PriceAlert


class PriceAlertFired(msgspec.Struct, frozen=True, kw_only=True):
    """What an alert waited for has happened at `at` (aware UTC), and that is durable unless it is not `is_saved`.

    `price` and `level` are in price units, None for conditions, of which `missing` were missing. `was_away`: the price
    was found beyond the level by the first quote after the desk was started.
    """

    alert: PriceAlert
    at: datetime
    price: float | None = None
    level: float | None = None
    missing: int | None = None
    was_away: bool = False
    is_saved: bool = True


PriceAlertEvent = PriceAlertsListed | PriceAlertChanged | PriceAlertRemoved | PriceAlertFired
