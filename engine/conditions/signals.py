"""Layer 3: what the candle itself must show."""

from __future__ import annotations

from config.settings import CandleSignals
from engine.conditions.facing import BUY, Facing
from engine.conditions.layers import NO_NAMES, at_hand
from engine.domain.market import Session, Side
from engine.domain.snapshot import MarketSnapshot
from engine.domain.structure import SweptSide

LONG_WICK_TRAP = "LONG_WICK_TRAP"
MICRO_LIQUIDITY_SWEEP = "MICRO_LIQUIDITY_SWEEP"
VWAP_TAP_REJECTION = "VWAP_TAP_REJECTION"
STRONG_ENGULFING = "STRONG_ENGULFING"
OB_RETEST = "OB_RETEST"
FRESH_MICRO_CHOCH = "FRESH_MICRO_CHOCH"
SESSION_MOMENTUM = "SESSION_MOMENTUM"
INCREASING_VOLUME = "INCREASING_VOLUME"
CVD_DIVERGENCE = "CVD_DIVERGENCE"

ACTIVE_SESSIONS = (Session.LONDON, Session.OVERLAP, Session.NEW_YORK)
SELL_SIDE, BUY_SIDE = SweptSide.SELL_SIDE, SweptSide.BUY_SIDE


class SignalDetectors:
    """Finds the primary and secondary signals of a candle. Each kind can be switched off.

    Rules of several parts tell by which part they came out: the catalogue has a sentence for each.
    """

    __slots__ = ("_settings",)

    def __init__(self, settings: CandleSignals) -> None:
        self._settings = at_hand(settings)

    def primary(self, facing: Facing, snapshot: MarketSnapshot) -> tuple[str, ...]:
        """The names of the primary signals of one side."""
        settings, names = self._settings, []
        if settings.long_wick_trap and self.is_long_wick(facing):
            names.append(LONG_WICK_TRAP)
        if settings.micro_liquidity_sweep and snapshot.sweep is not None and is_swept(facing.side, snapshot):
            names.append(MICRO_LIQUIDITY_SWEEP)
        if settings.vwap_tap_rejection and self.vwap_tap(facing, snapshot) == "rejected":
            names.append(VWAP_TAP_REJECTION)
        if settings.strong_engulfing and self.engulfing(facing, snapshot) == "engulfed":
            names.append(STRONG_ENGULFING)
        return tuple(names) if names else NO_NAMES

    def secondary(self, facing: Facing, snapshot: MarketSnapshot) -> tuple[str, ...]:
        """The names of the secondary signals of one side."""
        settings, names = self._settings, []
        if settings.ob_retest and snapshot.retests and is_retested(facing.side, snapshot):
            names.append(OB_RETEST)
        if settings.fresh_micro_choch and self.is_choch_fresh(facing.side, snapshot):
            names.append(FRESH_MICRO_CHOCH)
        if settings.session_momentum and self.is_moving(facing, snapshot):
            names.append(SESSION_MOMENTUM)
        if settings.increasing_volume and self.is_volume_increasing(snapshot):
            names.append(INCREASING_VOLUME)
        if settings.cvd_divergence and snapshot.cvd_divergences and is_diverging(facing.side, snapshot):
            names.append(CVD_DIVERGENCE)
        return tuple(names) if names else NO_NAMES

    # -- the rules ----------------------------------------------------------------------------------------------

    def is_long_wick(self, facing: Facing) -> bool:
        return facing.wick >= self._settings.min_wick_bodies * facing.body

    def vwap_tap(self, facing: Facing, snapshot: MarketSnapshot) -> str:
        """Came down from above VWAP to its band, closed above VWAP, and left a wick: "rejected", or what is missing."""
        vwap, band_top, previous = facing.vwap, facing.band_top, snapshot.previous
        if vwap is None or band_top is None or previous is None:
            return "not_ready"
        if facing.low > band_top:
            return "no_tap"
        if facing.close <= vwap:
            return "behind_vwap"
        if (previous.close if facing.side is BUY else -previous.close) <= vwap:
            return "came_from_behind"
        return "rejected" if self.is_long_wick(facing) else "short_wick"

    def engulfing(self, facing: Facing, snapshot: MarketSnapshot) -> str:
        """Its body takes in that of the opposite candle before it: "engulfed", or what is missing."""
        previous, atr14 = snapshot.previous, snapshot.atr14
        if previous is None or atr14 is None:
            return "not_ready"
        opened, closed = previous.open, previous.close
        if facing.side is not BUY:
            opened, closed = -opened, -closed
        if closed >= opened:
            return "previous_alike"
        if facing.close <= facing.open:
            return "wrong_way"
        if facing.open > closed:
            return "opened_inside"
        if facing.close <= opened:
            return "closed_inside"
        return "engulfed" if facing.body >= self._settings.engulfing_body_atr * atr14 else "small_body"

    def is_choch_fresh(self, side: Side, snapshot: MarketSnapshot) -> bool:
        age = snapshot.choch_up_age if side is BUY else snapshot.choch_down_age
        return age is not None and age <= self._settings.choch_max_age

    def is_moving(self, facing: Facing, snapshot: MarketSnapshot) -> bool:
        """The close moved far enough in the trade's direction, in an active session."""
        move, atr14 = facing.momentum, snapshot.atr14
        if move is None or atr14 is None:
            return False
        return move >= self._settings.momentum_atr * atr14 and snapshot.session in ACTIVE_SESSIONS

    def is_volume_increasing(self, snapshot: MarketSnapshot) -> bool:
        """Never in a source without volume."""
        previous, volume = snapshot.previous, snapshot.candle.volume
        if previous is None or previous.volume is None or volume is None:
            return False
        return volume >= self._settings.volume_factor * previous.volume


def is_swept(side: Side, snapshot: MarketSnapshot) -> bool:
    """The liquidity on the trade's far side was swept: sell-side for BUY."""
    sweep = snapshot.sweep
    return sweep is not None and sweep.side is (SELL_SIDE if side is BUY else BUY_SIDE)


def is_retested(side: Side, snapshot: MarketSnapshot) -> bool:
    """A block of that side was touched for the first time."""
    return any(block.direction is side for block in snapshot.retests)


def is_diverging(side: Side, snapshot: MarketSnapshot) -> bool:
    """Order flow diverges from price in favour of that side; never where the source does not tell order flow."""
    return snapshot.cvd is not None and side in snapshot.cvd_divergences
