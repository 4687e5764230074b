"""Layer 3: what must come with a primary signal. For BUY; each market is turned upside down for SELL."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from engine.conditions.catalogue import sentence
from engine.domain.market import Session, Side
from tests.conditions.markets import BEFORE, a_setup, block, explained, now, outcome, signal, sweep_of

pytestmark = pytest.mark.parametrize("side", list(Side))


# -- order-block retest -------------------------------------------------------------------------------------------


def test_that_the_first_touch_of_a_bullish_block_is_a_retest(side: Side) -> None:
    touched = block(1999.0, 1999.5, is_fresh=False)
    found = signal("OB_RETEST", side, order_blocks=(touched,), retests=(touched,))
    assert outcome(found) == (True, 0.0, 0.0, "retested")


def test_that_the_touch_of_a_bearish_block_is_no_retest_to_buy(side: Side) -> None:
    touched = block(2000.25, 2000.5, side=Side.SELL, is_fresh=False)
    assert signal("OB_RETEST", side, order_blocks=(touched,), retests=(touched,)).case == "no_block"


def test_that_the_nearest_untouched_block_is_named(side: Side) -> None:
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


def test_that_order_flow_is_absent_where_the_source_does_not_have_it(side: Side) -> None:
    names = [found.name for found in explained(side, a_setup()).of(side)[2].evidence]
    assert "CVD_DIVERGENCE" not in names
