"""How far each candle signal was: the checks of layer 3, made when the user looks."""

from __future__ import annotations

from config.settings import CandleSignals
from engine.conditions import signals as names
from engine.conditions.facing import BUY, Facing
from engine.conditions.layers import not_ready
from engine.conditions.location import gap_to_fresh_block
from engine.conditions.signals import ACTIVE_SESSIONS, SignalDetectors, is_diverging, is_retested, is_swept
from engine.domain.judgement import Check, Layer, LayerChecks
from engine.domain.market import Side
from engine.domain.snapshot import MarketSnapshot


class SignalChecks:
    """Measures what the detectors decide; whether a check passes is theirs to say."""

    __slots__ = ("_detectors", "_settings")

    def __init__(self, settings: CandleSignals, detectors: SignalDetectors) -> None:
        self._settings = settings
        self._detectors = detectors

    def checks(self, facing: Facing, snapshot: MarketSnapshot) -> LayerChecks:
        """Each signal that is switched on with its own measure, and the two counts."""
        primary, secondary = self._primary(facing, snapshot), self._secondary(facing, snapshot)
        deciding = (
            _count("primary_signals", facing.side, primary, self._settings.min_primary),
            _count("secondary_signals", facing.side, secondary, self._settings.min_secondary),
        )
        return LayerChecks(Layer.SIGNALS, deciding, (*primary, *secondary))

    def _primary(self, facing: Facing, snapshot: MarketSnapshot) -> list[Check]:
        is_on = self._settings
        checks = []
        if is_on.long_wick_trap:
            checks.append(self._long_wick(names.LONG_WICK_TRAP, facing))
        if is_on.micro_liquidity_sweep:
            checks.append(_sweep(facing.side, snapshot))
        if is_on.vwap_tap_rejection:
            checks.append(self._vwap_tap(facing, snapshot))
        if is_on.strong_engulfing:
            checks.append(self._engulfing(facing, snapshot))
        return checks

    def _secondary(self, facing: Facing, snapshot: MarketSnapshot) -> list[Check]:
        is_on = self._settings
        checks = []
        if is_on.ob_retest:
            checks.append(_ob_retest(facing.side, snapshot))
        if is_on.fresh_micro_choch:
            checks.append(self._choch(facing.side, snapshot))
        if is_on.session_momentum:
            checks.append(self._momentum(facing, snapshot))
        if is_on.increasing_volume:
            checks.append(self._volume(snapshot))
        # Order flow is absent, and nothing to wait for, where the source does not tell who was the aggressor.
        if is_on.cvd_divergence and snapshot.cvd is not None:
            checks.append(_cvd_divergence(facing.side, snapshot))
        return checks

    def _long_wick(self, name: str, facing: Facing) -> Check:
        is_passed, limit = self._detectors.is_long_wick(facing), self._settings.min_wick_bodies
        case = "at_least" if is_passed else "below"
        return Check(name, facing.side, is_passed, facing.wick / facing.body, limit, "bodies", case)

    def _vwap_tap(self, facing: Facing, snapshot: MarketSnapshot) -> Check:
        name, side, previous = names.VWAP_TAP_REJECTION, facing.side, snapshot.previous
        vwap, band_top, case = facing.vwap, facing.band_top, self._detectors.vwap_tap(facing, snapshot)
        if vwap is None or band_top is None or previous is None:
            return not_ready(name, side, "price")
        previous_close = previous.close if side is BUY else -previous.close
        missing = {
            "no_tap": facing.low - band_top,
            "behind_vwap": vwap - facing.close,
            "came_from_behind": vwap - previous_close,
        }
        if case in missing:
            return Check(name, side, False, missing[case], 0.0, "price", case)
        return Check(
            name, side, case == "rejected", facing.wick / facing.body, self._settings.min_wick_bodies, "bodies", case
        )

    def _engulfing(self, facing: Facing, snapshot: MarketSnapshot) -> Check:
        name, side, previous, atr14 = names.STRONG_ENGULFING, facing.side, snapshot.previous, snapshot.atr14
        if previous is None or atr14 is None:
            return not_ready(name, side, "price")
        case, sign = self._detectors.engulfing(facing, snapshot), 1.0 if side is BUY else -1.0
        previous_open, previous_close = sign * previous.open, sign * previous.close
        missing = {
            "previous_alike": previous_close - previous_open,
            "wrong_way": facing.open - facing.close,
            "opened_inside": facing.open - previous_close,
            "closed_inside": previous_open - facing.close,
        }
        if case in missing:
            return Check(name, side, False, missing[case], 0.0, "price", case)
        limit = self._settings.engulfing_body_atr * atr14
        return Check(name, side, case == "engulfed", facing.body, limit, "price", case)

    def _choch(self, side: Side, snapshot: MarketSnapshot) -> Check:
        age = snapshot.choch_up_age if side is BUY else snapshot.choch_down_age
        limit = float(self._settings.choch_max_age)
        if age is None:
            return Check(names.FRESH_MICRO_CHOCH, side, False, None, limit, "candles", "never")
        is_passed = self._detectors.is_choch_fresh(side, snapshot)
        case = "at_most" if is_passed else "above"
        return Check(names.FRESH_MICRO_CHOCH, side, is_passed, float(age), limit, "candles", case)

    def _momentum(self, facing: Facing, snapshot: MarketSnapshot) -> Check:
        name, move, atr14 = names.SESSION_MOMENTUM, facing.momentum, snapshot.atr14
        if move is None or atr14 is None:
            return not_ready(name, facing.side, "price")
        is_passed, limit = self._detectors.is_moving(facing, snapshot), self._settings.momentum_atr * atr14
        is_quiet = snapshot.session not in ACTIVE_SESSIONS
        case = "at_least" if is_passed else "other_hours" if is_quiet else "below"
        return Check(name, facing.side, is_passed, move, limit, "price", case)

    def _volume(self, snapshot: MarketSnapshot) -> Check:
        name, previous, volume = names.INCREASING_VOLUME, snapshot.previous, snapshot.candle.volume
        if volume is None:
            return Check(name, None, False, None, None, "volume", "no_volume")
        if previous is None or previous.volume is None:
            return not_ready(name, None, "volume")
        is_passed = self._detectors.is_volume_increasing(snapshot)
        case = "at_least" if is_passed else "below"
        return Check(name, None, is_passed, volume, self._settings.volume_factor * previous.volume, "volume", case)


def _sweep(side: Side, snapshot: MarketSnapshot) -> Check:
    """How far price was from taking the level, or how far beyond it the candle closed."""
    name, candle, sign = names.MICRO_LIQUIDITY_SWEEP, snapshot.candle, 1.0 if side is BUY else -1.0
    if is_swept(side, snapshot) and snapshot.sweep is not None:
        case = "swept" if candle.volume is not None else "swept_no_volume"
        return Check(name, side, True, snapshot.sweep.confidence, None, "confidence", case)
    level = snapshot.sweepable_low if side is BUY else snapshot.sweepable_high
    if level is None:
        return not_ready(name, side, "price")
    above = sign * ((candle.low if side is BUY else candle.high) - level)
    if above >= 0.0:
        return Check(name, side, False, above, 0.0, "price", "not_taken")
    below = sign * (level - candle.close)
    if below >= 0.0:
        return Check(name, side, False, below, 0.0, "price", "closed_through")
    return Check(name, side, False, None, None, "price", "other_side_surer")


def _ob_retest(side: Side, snapshot: MarketSnapshot) -> Check:
    if is_retested(side, snapshot):
        return Check(names.OB_RETEST, side, True, 0.0, 0.0, "price", "retested")
    gap = gap_to_fresh_block(side, snapshot)
    return Check(names.OB_RETEST, side, False, gap, 0.0, "price", "no_block" if gap is None else "untouched")


def _cvd_divergence(side: Side, snapshot: MarketSnapshot) -> Check:
    is_passed = is_diverging(side, snapshot)
    return Check(names.CVD_DIVERGENCE, side, is_passed, None, None, "", "diverged" if is_passed else "never")


def _count(name: str, side: Side, checks: list[Check], needed: int) -> Check:
    count = sum(check.is_passed for check in checks)
    is_passed = count >= needed
    return Check(name, side, is_passed, float(count), float(needed), "signals", "at_least" if is_passed else "below")
