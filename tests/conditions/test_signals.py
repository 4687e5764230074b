"""Layer 3: what the candle itself must show. For BUY; each market is turned upside down for SELL."""

from __future__ import annotations

from typing import Any

import pytest

from config.conditions import CandleSignals
from config.settings import SymbolRules
from engine.domain.market import Side
from engine.domain.structure import SweptSide
from tests.approximate import close_to
from tests.conditions.markets import (
    BEFORE,
    a_setup,
    before,
    block,
    check,
    explained,
    judged,
    now,
    outcome,
    signal,
    sweep_of,
)

pytestmark = pytest.mark.parametrize("side", list(Side))


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
    assert (found.is_passed, found.value) == (True, close_to(1.5625))


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
