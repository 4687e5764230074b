"""Layer 3: what the candle itself must show. Told for BUY; each market is turned upside down for SELL."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from config.conditions import CandleSignals
from config.settings import SymbolRules
from engine.conditions.catalogue import sentence
from engine.domain.judgement import Check
from engine.domain.market import Session, Side
from engine.domain.structure import SweptSide
from tests.builders import candle
from tests.conditions.markets import BEFORE, a_setup, block, check, explained, judged, sweep_of

pytestmark = pytest.mark.parametrize("side", list(Side))


def signal(name: str, side: Side, **changes: Any) -> Check:
    found = check(name, side, a_setup(**changes))
    verdict = judged(side, a_setup(**changes)).of(side)
    assert (name in verdict.primary + verdict.secondary) is found.is_passed
    return found


def outcome(found: Check) -> tuple[bool, Any, Any, str]:
    return found.is_passed, found.value, found.limit, found.case


def now(opening: float, high: float, low: float, close: float, volume: float | None = 150.0) -> Any:
    return candle(10, open=opening, high=high, low=low, close=close, volume=volume)


def before(opening: float, close: float) -> Any:
    return candle(9, open=opening, close=close)


# -- long wick trap -----------------------------------------------------------------------------------------------


def test_that_a_far_wick_of_one_and_a_half_bodies_is_a_trap(side: Side) -> None:
    assert outcome(signal("LONG_WICK_TRAP", side, candle=now(2000.0, 2001.0, 1998.5, 2001.0))) == (
        True,
        1.5,
        1.5,
        "at_least",
    )


def test_that_a_shorter_far_wick_is_no_trap(side: Side) -> None:
    found = signal("LONG_WICK_TRAP", side, candle=now(2000.0, 2001.0, 1998.75, 2001.0))
    assert outcome(found) == (False, 1.25, 1.5, "below")


def test_that_the_near_wick_does_not_make_a_trap(side: Side) -> None:
    assert not signal("LONG_WICK_TRAP", side, candle=now(2000.0, 2009.0, 2000.0, 2000.5)).is_passed


def test_that_a_candle_without_a_body_is_measured_by_one_tick(side: Side) -> None:
    found = signal("LONG_WICK_TRAP", side, candle=now(2000.0, 2000.0, 1999.984375, 2000.0))
    assert (found.is_passed, found.value) == (True, pytest.approx(1.5625))


def test_that_a_candle_that_stood_still_is_no_trap(side: Side) -> None:
    assert outcome(signal("LONG_WICK_TRAP", side, candle=now(2000.0, 2000.0, 2000.0, 2000.0)))[:2] == (False, 0.0)


# -- liquidity sweep ----------------------------------------------------------------------------------------------


def test_that_a_sweep_of_sell_side_liquidity_is_a_signal_to_buy(side: Side) -> None:
    found = signal("MICRO_LIQUIDITY_SWEEP", side, sweep=sweep_of(1999.5, confidence=0.8))
    assert outcome(found) == (True, 0.8, None, "swept")


def test_that_a_sweep_of_the_other_liquidity_is_none(side: Side) -> None:
    sweep = sweep_of(2000.3125, side=SweptSide.BUY_SIDE)
    found = signal("MICRO_LIQUIDITY_SWEEP", side, sweep=sweep, sweepable_low=1999.5)
    assert outcome(found) == (False, None, None, "other_side_surer")


def test_that_a_low_above_the_lows_before_it_sweeps_nothing(side: Side) -> None:
    found = signal("MICRO_LIQUIDITY_SWEEP", side, sweepable_low=1998.0)
    assert outcome(found) == (False, 1.25, 0.0, "not_taken")


def test_that_a_close_below_the_lows_before_it_is_a_break_and_no_sweep(side: Side) -> None:
    found = signal("MICRO_LIQUIDITY_SWEEP", side, sweepable_low=2000.75)
    assert outcome(found) == (False, 0.5, 0.0, "closed_through")


def test_that_nothing_can_be_swept_after_too_few_candles(side: Side) -> None:
    assert signal("MICRO_LIQUIDITY_SWEEP", side, sweepable_low=None, sweepable_high=None).case == "not_ready"


# -- VWAP tap rejection -------------------------------------------------------------------------------------------

VWAP_BELOW: dict[str, Any] = {"vwap": 1999.5, "band_low": 1999.0, "band_high": 2000.0}
"""The candle (low 1999.25, close 2000.25) comes down to the band from above, and so did the one before."""


def test_that_a_touch_of_the_band_from_above_that_closes_above_vwap_is_a_rejection(side: Side) -> None:
    assert outcome(signal("VWAP_TAP_REJECTION", side, **VWAP_BELOW)) == (True, 3.0, 1.5, "rejected")


def test_that_a_candle_that_stays_above_the_band_does_not_tap_it(side: Side) -> None:
    found = signal("VWAP_TAP_REJECTION", side, vwap=1998.5, band_low=1998.0, band_high=1999.0)
    assert outcome(found) == (False, 0.25, 0.0, "no_tap")


def test_that_a_low_on_the_bands_border_taps_it(side: Side) -> None:
    assert signal("VWAP_TAP_REJECTION", side, vwap=1998.75, band_low=1998.25, band_high=1999.25).is_passed


def test_that_a_close_at_vwap_is_not_above_it(side: Side) -> None:
    found = signal("VWAP_TAP_REJECTION", side, vwap=2000.25, band_low=1999.75, band_high=2000.75)
    assert outcome(found) == (False, 0.0, 0.0, "behind_vwap")


def test_that_price_must_come_from_above_vwap(side: Side) -> None:
    found = signal("VWAP_TAP_REJECTION", side, **VWAP_BELOW, previous=before(1999.0, 1999.25))
    assert outcome(found) == (False, 0.25, 0.0, "came_from_behind")


def test_that_a_tap_without_a_wick_is_no_rejection(side: Side) -> None:
    found = signal("VWAP_TAP_REJECTION", side, **VWAP_BELOW, candle=now(1999.5, 2000.5, 1999.25, 2000.5))
    assert outcome(found) == (False, 0.25, 1.5, "short_wick")


def test_that_there_is_no_tap_before_vwap_is_ready(side: Side) -> None:
    assert signal("VWAP_TAP_REJECTION", side, vwap=None, band_low=None, band_high=None).case == "not_ready"
    assert signal("VWAP_TAP_REJECTION", side, previous=None).case == "not_ready"


# -- strong engulfing ---------------------------------------------------------------------------------------------

FALL = before(2000.5, 2000.0)


def test_that_a_rising_body_that_takes_in_a_falling_one_engulfs_it(side: Side) -> None:
    found = signal("STRONG_ENGULFING", side, previous=FALL, candle=now(2000.0, 2000.75, 2000.0, 2000.75))
    assert outcome(found) == (True, 0.75, 0.5, "engulfed")


def test_that_a_body_of_half_the_atr_is_strong_enough(side: Side) -> None:
    rise = now(2000.0, 2000.75, 2000.0, 2000.75)
    assert signal("STRONG_ENGULFING", side, previous=FALL, candle=rise, atr14=1.5).is_passed


def test_that_a_small_engulfing_body_is_not_strong(side: Side) -> None:
    rise = now(2000.0, 2000.75, 2000.0, 2000.75)
    found = signal("STRONG_ENGULFING", side, previous=FALL, candle=rise, atr14=2.0)
    assert outcome(found) == (False, 0.75, 1.0, "small_body")


def test_that_a_rise_after_a_rise_engulfs_nothing(side: Side) -> None:
    found = signal("STRONG_ENGULFING", side, previous=BEFORE, candle=now(1999.5, 2001.0, 1999.5, 2001.0))
    assert outcome(found) == (False, 0.25, 0.0, "previous_alike")


def test_that_a_falling_candle_is_no_engulfing_to_buy(side: Side) -> None:
    found = signal("STRONG_ENGULFING", side, previous=FALL, candle=now(2000.0, 2000.0, 1999.0, 1999.0))
    assert outcome(found) == (False, 1.0, 0.0, "wrong_way")


def test_that_an_opening_above_the_close_before_does_not_engulf_it(side: Side) -> None:
    found = signal("STRONG_ENGULFING", side, previous=FALL, candle=now(2000.25, 2001.0, 2000.25, 2001.0))
    assert outcome(found) == (False, 0.25, 0.0, "opened_inside")


def test_that_a_close_at_the_opening_before_does_not_engulf_it(side: Side) -> None:
    found = signal("STRONG_ENGULFING", side, previous=FALL, candle=now(2000.0, 2000.5, 2000.0, 2000.5))
    assert outcome(found) == (False, 0.0, 0.0, "closed_inside")


def test_that_the_first_candle_engulfs_nothing(side: Side) -> None:
    assert signal("STRONG_ENGULFING", side, previous=None).case == "not_ready"
    assert signal("STRONG_ENGULFING", side, atr14=None).case == "not_ready"


# -- order-block retest -------------------------------------------------------------------------------------------


def test_that_the_first_touch_of_a_bullish_block_is_a_retest(side: Side) -> None:
    touched = block(1999.0, 1999.5, is_fresh=False)
    found = signal("OB_RETEST", side, order_blocks=(touched,), retests=(touched,))
    assert outcome(found) == (True, 0.0, 0.0, "retested")


def test_that_the_touch_of_a_bearish_block_is_no_retest_to_buy(side: Side) -> None:
    touched = block(2000.25, 2000.5, side=Side.SELL, is_fresh=False)
    assert signal("OB_RETEST", side, order_blocks=(touched,), retests=(touched,)).case == "no_block"


def test_that_the_nearest_untouched_block_is_told(side: Side) -> None:
    blocks = (block(1990.0, 1992.0), block(1998.0, 1999.0), block(1999.0, 1999.25, is_fresh=False))
    assert outcome(signal("OB_RETEST", side, order_blocks=blocks)) == (False, 0.25, 0.0, "untouched")


def test_that_a_block_made_by_the_candle_itself_waits_for_no_retest(side: Side) -> None:
    assert signal("OB_RETEST", side, order_blocks=(block(1999.0, 2000.0, minute=10),)).case == "no_block"


# -- change of character ------------------------------------------------------------------------------------------


def test_that_a_change_of_character_five_candles_ago_is_fresh(side: Side) -> None:
    assert outcome(signal("FRESH_MICRO_CHOCH", side, choch_up_age=5)) == (True, 5.0, 5.0, "at_most")


def test_that_a_change_of_character_six_candles_ago_is_not(side: Side) -> None:
    assert outcome(signal("FRESH_MICRO_CHOCH", side, choch_up_age=6)) == (False, 6.0, 5.0, "above")


def test_that_a_change_of_character_down_is_no_signal_to_buy(side: Side) -> None:
    assert signal("FRESH_MICRO_CHOCH", side, choch_down_age=0).case == "never"


# -- session momentum ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("session", [Session.LONDON, Session.OVERLAP, Session.NEW_YORK])
def test_that_a_move_of_one_atr_in_an_active_session_is_momentum(side: Side, session: Session) -> None:
    found = signal("SESSION_MOMENTUM", side, session=session, momentum_15=1.0)
    assert outcome(found) == (True, 1.0, 1.0, "at_least")


def test_that_a_smaller_move_is_no_momentum(side: Side) -> None:
    assert outcome(signal("SESSION_MOMENTUM", side, momentum_15=0.75)) == (False, 0.75, 1.0, "below")


def test_that_a_move_against_the_trade_is_no_momentum(side: Side) -> None:
    assert outcome(signal("SESSION_MOMENTUM", side, momentum_15=-3.0)) == (False, -3.0, 1.0, "below")


@pytest.mark.parametrize("session", [Session.ASIA, Session.POST_NY, Session.OFF])
def test_that_a_move_while_london_and_new_york_sleep_is_no_momentum(side: Side, session: Session) -> None:
    found = signal("SESSION_MOMENTUM", side, session=session, momentum_15=3.0)
    assert outcome(found) == (False, 3.0, 1.0, "other_hours")


def test_that_momentum_needs_fifteen_candles(side: Side) -> None:
    assert signal("SESSION_MOMENTUM", side, momentum_15=None).case == "not_ready"


# -- volume and order flow ----------------------------------------------------------------------------------------


def test_that_a_fifth_more_volume_than_a_candle_ago_is_increasing(side: Side) -> None:
    rise = now(2000.0, 2001.0, 1999.0, 2001.0, volume=120.0)
    assert outcome(signal("INCREASING_VOLUME", side, candle=rise)) == (True, 120.0, 120.0, "at_least")


def test_that_little_more_volume_is_not_increasing(side: Side) -> None:
    rise = now(2000.0, 2001.0, 1999.0, 2001.0, volume=119.0)
    assert outcome(signal("INCREASING_VOLUME", side, candle=rise)) == (False, 119.0, 120.0, "below")


def test_that_the_first_candle_has_nothing_to_increase_from(side: Side) -> None:
    assert signal("INCREASING_VOLUME", side, previous=None).case == "not_ready"


def test_that_without_volume_it_is_neither_increasing_nor_awaited(side: Side) -> None:
    bare, before = now(2000.0, 2001.0, 1999.0, 2001.0, volume=None), replace(BEFORE, volume=None)
    found = signal("INCREASING_VOLUME", side, candle=bare, previous=before)
    assert outcome(found) == (False, None, None, "no_volume")
    assert sentence(found) == "no volume in this source"


def test_that_a_sweep_says_that_its_confidence_had_no_volume_to_go_by(side: Side) -> None:
    bare = now(2000.0, 2001.0, 1999.0, 2001.0, volume=None)
    found = signal("MICRO_LIQUIDITY_SWEEP", side, candle=bare, sweep=sweep_of(2000.0, confidence=0.8))
    assert found.is_passed
    assert sentence(found).endswith("liquidity, confidence 0.80; no volume in this source")


def test_that_order_flow_against_the_price_is_a_signal(side: Side) -> None:
    assert signal("CVD_DIVERGENCE", side, cvd=1.0, cvd_divergences=(Side.SELL, Side.BUY)).case == "diverged"


def test_that_order_flow_of_the_other_side_is_none(side: Side) -> None:
    assert signal("CVD_DIVERGENCE", side, cvd=1.0, cvd_divergences=(Side.SELL,)).case == "never"


def test_that_order_flow_is_absent_where_the_source_does_not_tell_it(side: Side) -> None:
    names = [found.name for found in explained(side, a_setup()).of(side)[2].evidence]
    assert "CVD_DIVERGENCE" not in names


# -- all together -------------------------------------------------------------------------------------------------

PRIMARY = ("LONG_WICK_TRAP", "MICRO_LIQUIDITY_SWEEP", "VWAP_TAP_REJECTION", "STRONG_ENGULFING")
SECONDARY = ("OB_RETEST", "FRESH_MICRO_CHOCH", "SESSION_MOMENTUM", "INCREASING_VOLUME", "CVD_DIVERGENCE")


def everything() -> Any:
    touched = block(1999.0, 1999.5, is_fresh=False)
    return a_setup(
        **VWAP_BELOW,
        previous=before(2000.125, 2000.0625),
        candle=now(2000.0, 2000.25, 1999.25, 2000.25),
        atr14=0.5,
        sweep=sweep_of(1999.5),
        retests=(touched,),
        order_blocks=(touched,),
        choch_up_age=0,
        momentum_15=2.0,
        cvd=1.0,
        cvd_divergences=(Side.BUY,),
    )


def test_that_signals_are_named_in_their_fixed_order(side: Side) -> None:
    verdict = judged(side, everything()).of(side)
    assert (verdict.primary, verdict.secondary) == (PRIMARY, SECONDARY)


@pytest.mark.parametrize("name", PRIMARY + SECONDARY)
def test_that_a_signal_that_is_switched_off_is_not_looked_for(side: Side, name: str) -> None:
    rules = SymbolRules(candle_signals=CandleSignals(**{name.lower(): False}))
    verdict = judged(side, everything(), rules).of(side)
    assert name not in verdict.primary + verdict.secondary
    assert name not in [found.name for found in explained(side, everything(), rules).of(side)[2].evidence]


def test_that_a_candle_without_a_primary_signal_is_not_traded(side: Side) -> None:
    snapshot = a_setup(candle=now(2000.0, 2000.375, 1999.875, 2000.25))
    assert judged(side, snapshot).of(side).signals == "primary_signals"
    assert outcome(check("primary_signals", side, snapshot)) == (False, 0.0, 1.0, "below")


def test_that_a_candle_without_a_secondary_signal_is_not_traded(side: Side) -> None:
    snapshot = a_setup(candle=now(2000.0, 2000.375, 1999.25, 2000.25, volume=100.0))
    assert judged(side, snapshot).of(side).signals == "secondary_signals"
    assert outcome(check("secondary_signals", side, snapshot)) == (False, 0.0, 1.0, "below")


def test_that_more_signals_can_be_demanded(side: Side) -> None:
    rules = SymbolRules(candle_signals=CandleSignals(min_primary=2))
    assert check("primary_signals", side, a_setup(), rules).distance == 1.0
