"""The judgement of a closed candle: a verdict on both sides, a setup if there is one, and every check.

The values hold no cycles, so the garbage collector need not know them: a long history of them costs it nothing.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from engine.domain.market import Side


class Layer(StrEnum):
    """The four layers, in the order in which they decide."""

    PRE_TRADE = "pre_trade"
    LOCATION = "location"
    SIGNALS = "signals"
    CONFLUENCE = "confluence"


_LAYERS = tuple(Layer)
"""Going through an enumeration itself costs ten times as much, and is done for every candle."""


class LiveState(msgspec.Struct, frozen=True, kw_only=True):
    """The current state of a symbol; judging recorded candles goes without it."""

    quote_age_s: float | None
    """Seconds since the last quote; None where none has come."""
    spread: float | None = None
    """Spread of the last quote in price units: it takes the place of the candle's."""
    lock_left_s: float = 0.0
    """Seconds for which the symbol stays locked, infinite until the user lifts the lock; 0 without a lock."""


class Check(msgspec.Struct, frozen=True, gc=False):
    """One comparison of a measured value with what is allowed; made by the dozen, so it takes no keywords.

    `name` is for machines and stable. `side` is None where the check is the same for both. `value` and `limit` are in
    `unit`, and None where there is nothing to measure. `case` names the outcome: by it the catalogue finds the
    sentence for the user.
    """

    name: str
    side: Side | None
    is_passed: bool
    value: float | None
    limit: float | None
    unit: str
    case: str

    @property
    def distance(self) -> float | None:
        """How far the value is from passing, in `unit`: 0 where it passes, None where nothing was measured."""
        if self.is_passed:
            return 0.0
        return None if self.value is None or self.limit is None else abs(self.value - self.limit)


class Points(msgspec.Struct, frozen=True, gc=False):
    """The five parts of the score, before it is capped."""

    wick: float
    vwap: float
    edges: float
    volatility: float
    session: float


class LayerVerdict(msgspec.Struct, frozen=True, gc=False):
    """Whether one layer passes for one side, and the name of its first failing check if not."""

    layer: Layer
    reason: str | None

    @property
    def is_passed(self) -> bool:
        return self.reason is None


class SideJudgement(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The verdict on one side, small enough to be made and kept for every candle.

    Each layer has the name of its first failing check, or None where it passes. `edges`, `primary` and `secondary`
    name what was there, in their fixed order.
    """

    side: Side
    pre_trade: str | None
    location: str | None
    signals: str | None
    confluence: str | None
    edges: tuple[str, ...]
    primary: tuple[str, ...]
    secondary: tuple[str, ...]
    points: Points
    score: float
    """The sum of the points, capped."""
    is_a_plus: bool
    """All layers pass, and the score is first class."""
    reason: str | None
    """The first failing check of the first failing layer: what decided. None where the side passes."""
    near_miss: str | None
    """The one check that is missing, where exactly one of all deciding checks is."""

    @property
    def is_passed(self) -> bool:
        return self.reason is None

    @property
    def layers(self) -> tuple[LayerVerdict, ...]:
        """The four layers in the order in which they decide."""
        reasons = (self.pre_trade, self.location, self.signals, self.confluence)
        return tuple(map(LayerVerdict, _LAYERS, reasons))

    @property
    def failed_layer(self) -> Layer | None:
        """The layer that decided against this side."""
        return next((layer.layer for layer in self.layers if not layer.is_passed), None)


class TradeIdea(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Where a setup would enter and leave; prices and distances in price units, not yet rounded to the price step."""

    side: Side
    entry: float
    """Ask for BUY, bid for SELL."""
    stop_loss: float
    take_profit: float
    stop_distance: float
    target_distance: float
    is_spread_known: bool
    """Otherwise a spread of zero was taken."""
    stop_in_ranges: float
    """Stop distance as a multiple of the average M1 range."""

    @property
    def is_stop_inside_one_candle(self) -> bool:
        """Whether one average M1 candle reaches from the entry to the stop."""
        return self.stop_in_ranges < 1.0


class Setup(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One side passed all layers on the candle that opened at `candle_time`; it lives until the next candle closes."""

    signal_id: str
    """The same for the same symbol, side, candle and signals, in every run."""
    symbol: str
    side: Side
    candle_time: datetime
    known_at: datetime
    """The candle's close."""
    score: float
    is_a_plus: bool
    edges: tuple[str, ...]
    signals: tuple[str, ...]
    """Primary and secondary signals, in their fixed order."""
    idea: TradeIdea


class Judgement(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Both sides of one closed candle, and the setup that came of them."""

    symbol: str
    candle_time: datetime
    buy: SideJudgement
    sell: SideJudgement
    setup: Setup | None

    def of(self, side: Side) -> SideJudgement:
        return self.buy if side is Side.BUY else self.sell

    @property
    def is_tied(self) -> bool:
        """Both sides pass with the same score, so that neither stands."""
        return self.setup is None and self.buy.is_passed and self.sell.is_passed

    @property
    def near_misses(self) -> tuple[tuple[Side, str], ...]:
        """The sides that lack exactly one check, each with the check's name."""
        sides = (self.buy, self.sell)
        return tuple((side.side, side.near_miss) for side in sides if side.near_miss is not None)


class LayerChecks(msgspec.Struct, frozen=True, gc=False):
    """Everything one layer looked at: `deciding` checks must all pass; `evidence` is what some of them count."""

    layer: Layer
    deciding: tuple[Check, ...]
    evidence: tuple[Check, ...]

    @property
    def is_passed(self) -> bool:
        return all(check.is_passed for check in self.deciding)

    @property
    def checks(self) -> tuple[Check, ...]:
        """Every check of the layer, evidence first."""
        return self.evidence + self.deciding


class Explanation(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A judgement with every check of the four layers of both sides: made when the user looks."""

    judgement: Judgement
    buy: tuple[LayerChecks, ...]
    sell: tuple[LayerChecks, ...]

    def of(self, side: Side) -> tuple[LayerChecks, ...]:
        return self.buy if side is Side.BUY else self.sell

    def missing(self, side: Side) -> int:
        """How many of all deciding checks of a side are not met."""
        return sum(not check.is_passed for layer in self.of(side) for check in layer.deciding)
