"""The result for both sides: the one reason, the near miss, the setup and its trade idea."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from config.settings import SymbolRules
from engine.conditions.evaluator import Evaluator
from engine.domain.judgement import Layer, Setup
from engine.domain.market import Session, Side
from tests.builders import GOLD, candle
from tests.conditions.markets import NOW, RULES, a_setup, as_seen_by, judged

both_sides = pytest.mark.parametrize("side", list(Side))

A_SPINNING_TOP = candle(10, open=2000.0, high=2001.0, low=1999.25, close=2000.25, volume=150.0)
"""Wicks of three bodies on both sides."""


def setup_of(side: Side, *, rules: SymbolRules = RULES, **changes: Any) -> Setup:
    setup = judged(side, a_setup(**changes), rules).setup
    assert setup is not None
    return setup


# -- the reason ---------------------------------------------------------------------------------------------------


@both_sides
def test_that_a_side_passes_when_all_four_layers_do(side: Side) -> None:
    verdict = judged(side, a_setup()).of(side)
    assert (verdict.is_passed, verdict.reason, verdict.failed_layer, verdict.near_miss) == (True, None, None, None)
    assert [layer.layer for layer in verdict.layers] == list(Layer)


@both_sides
def test_that_the_first_failing_check_of_the_first_failing_layer_is_the_reason(side: Side) -> None:
    changes: dict[str, Any] = {"atr1": 0.1, "range_avg": 0.1}
    verdict = judged(side, a_setup(candle=replace(NOW, volume=1.0), **changes)).of(side)
    assert (verdict.reason, verdict.failed_layer) == ("atr1_min", Layer.PRE_TRADE)
    assert (verdict.pre_trade, verdict.signals) == ("atr1_min", "secondary_signals")


@both_sides
def test_that_a_single_missing_check_is_a_near_miss(side: Side) -> None:
    assert judged(side, a_setup(candle=replace(NOW, volume=1.0))).near_misses[0] == (side, "secondary_signals")


@both_sides
def test_that_two_missing_checks_are_no_near_miss(side: Side) -> None:
    assert judged(side, a_setup(candle=replace(NOW, volume=1.0), atr1=0.1)).of(side).near_miss is None


# -- which side ---------------------------------------------------------------------------------------------------


@both_sides
def test_that_the_side_that_passes_makes_the_setup(side: Side) -> None:
    setup = setup_of(side)
    assert (setup.side, setup.score, setup.is_a_plus) == (side, 7.0, True)
    assert (setup.edges, setup.signals) == (("VWAP_BAND",), ("LONG_WICK_TRAP", "INCREASING_VOLUME"))
    assert (setup.candle_time, setup.known_at) == (NOW.opened_at, NOW.closed_at)


@both_sides
def test_that_a_market_where_neither_side_passes_makes_none(side: Side) -> None:
    judgement = judged(side, a_setup(atr1=0.1))
    assert (judgement.setup, judgement.is_tied) == (None, False)


@both_sides
def test_that_of_two_passing_sides_the_higher_score_stands(side: Side) -> None:
    judgement = judged(side, a_setup(candle=A_SPINNING_TOP, day_low=1999.25))
    assert judgement.buy.is_passed
    assert judgement.sell.is_passed
    assert judgement.setup is not None
    assert judgement.setup.side is side


def test_that_of_two_passing_sides_with_the_same_score_neither_stands() -> None:
    judgement = judged(Side.BUY, a_setup(candle=A_SPINNING_TOP))
    assert judgement.buy.is_passed
    assert judgement.sell.is_passed
    assert (judgement.setup, judgement.is_tied) == (None, True)


# -- the trade idea -----------------------------------------------------------------------------------------------


def test_that_a_buy_enters_at_the_ask_with_its_stop_one_spread_beyond_the_low() -> None:
    idea = setup_of(Side.BUY, candle=replace(NOW, low=1999.75, open=2000.125, spread=0.125)).idea
    assert (idea.entry, idea.stop_loss, idea.take_profit) == (2000.375, 1999.625, 2001.875)
    assert (idea.stop_distance, idea.target_distance, idea.is_spread_known) == (0.75, 1.5, True)


def test_that_a_sell_enters_at_the_bid_with_its_stop_one_spread_beyond_the_high() -> None:
    idea = setup_of(Side.SELL, candle=replace(NOW, low=1999.75, open=2000.125, spread=0.125)).idea
    assert (idea.entry, idea.stop_loss, idea.take_profit) == (1999.75, 2000.375, 1998.5)


@both_sides
def test_that_an_unknown_spread_is_taken_as_zero_and_the_idea_says_so(side: Side) -> None:
    unknown = replace(NOW, low=1999.5, spread=None)
    idea = setup_of(side, candle=unknown, spread_ratio=None).idea
    assert (idea.stop_distance, idea.is_spread_known) == (0.75, False)


@both_sides
def test_that_stop_and_target_are_never_nearer_than_their_ranges(side: Side) -> None:
    small = candle(10, open=2000.25, low=2000.0, high=2000.25, close=2000.25, volume=150.0, spread=0.0)
    idea = setup_of(side, candle=small, spread_mean=0.0).idea
    assert (idea.stop_distance, idea.target_distance) == (0.5, 1.0)


@both_sides
def test_that_stop_and_target_are_never_farther_than_their_ranges(side: Side) -> None:
    idea = setup_of(side, candle=replace(NOW, low=1995.0)).idea
    assert (idea.stop_distance, idea.target_distance) == (1.2, 2.4)
    rules = SymbolRules(reward_ratio=3.0)
    assert setup_of(side, rules=rules, candle=replace(NOW, low=1995.0)).idea.target_distance == 2.5


@both_sides
def test_that_ranges_can_be_multiples_of_atr(side: Side) -> None:
    rules = SymbolRules(stop_mode="atr", sl_range=(1.2, 2.5), tp_range=(2.4, 5.0))
    idea = setup_of(side, rules=rules, atr14=2.0).idea
    assert (idea.stop_distance, idea.target_distance) == (2.4, 4.8)


@both_sides
def test_that_a_stop_inside_one_average_candle_is_marked_with_the_number(side: Side) -> None:
    inside = setup_of(side, candle=replace(NOW, low=1995.0), range_avg=2.4).idea
    assert (inside.stop_in_ranges, inside.is_stop_inside_one_candle) == (0.5, True)
    outside = setup_of(side, candle=replace(NOW, low=1995.0), range_avg=1.2).idea
    assert (outside.stop_in_ranges, outside.is_stop_inside_one_candle) == (1.0, False)


# -- identity -----------------------------------------------------------------------------------------------------


def test_that_the_same_signal_has_the_same_id_in_another_process() -> None:
    code = "from tests.conditions.test_setups import *; print(setup_of(Side.BUY).signal_id)"
    repository = Path(__file__).parents[2]
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=repository)
    assert result.stdout.strip() == setup_of(Side.BUY).signal_id


def test_that_another_symbol_side_candle_or_signal_is_another_id() -> None:
    later = candle(11, open=NOW.open, high=NOW.high, low=NOW.low, close=NOW.close, volume=150.0)
    ids = {
        setup_of(Side.BUY).signal_id,
        setup_of(Side.SELL).signal_id,
        setup_of(Side.BUY, candle=later).signal_id,
        setup_of(Side.BUY, candle=replace(NOW, symbol="BTCUSD")).signal_id,
        setup_of(Side.BUY, choch_up_age=1).signal_id,
    }
    assert len(ids) == 5


def test_that_more_points_for_the_same_signals_are_the_same_signal() -> None:
    assert setup_of(Side.BUY).signal_id == setup_of(Side.BUY, is_expanding=False).signal_id


def test_that_an_evaluator_remembers_nothing() -> None:
    evaluator = Evaluator(GOLD, RULES)
    first = evaluator.evaluate(a_setup())
    evaluator.evaluate(as_seen_by(Side.SELL, a_setup(session=Session.ASIA)))
    assert evaluator.evaluate(a_setup()) == first
