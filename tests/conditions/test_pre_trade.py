"""Layer 1: the market must be lively, cheap, open and known. The same for both sides."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from config.conditions import PreTradeFilters, VolatilityFilter
from config.settings import SymbolRules
from engine.conditions.catalogue import sentence
from engine.domain.judgement import Check, LiveState
from engine.domain.market import Session, Side
from tests.approximate import close_to
from tests.conditions.markets import NOW, a_setup, check, judged

pytestmark = pytest.mark.parametrize("side", list(Side))

DYNAMIC = SymbolRules(pre_trade_filters=PreTradeFilters(volatility=VolatilityFilter(dynamic_threshold=True)))


def outcome(name: str, side: Side, *, live: LiveState | None = None, **changes: Any) -> tuple[bool, Any, Any, str]:
    found: Check = check(name, side, a_setup(**changes), live=live)
    return found.is_passed, found.value, found.limit, found.case


def now_with(**changes: Any) -> Any:
    return replace(NOW, **changes)


# -- readings -----------------------------------------------------------------------------------------------------


def test_that_a_market_with_all_indicators_is_ready(side: Side) -> None:
    assert outcome("readings_ready", side) == (True, 4.0, 4.0, "ready")


def test_that_a_market_without_vwap_is_not_ready_and_names_the_missing_indicator(side: Side) -> None:
    assert outcome("readings_ready", side, is_ready=False, vwap=None) == (False, 3.0, 4.0, "no_vwap")


def test_that_a_large_candle_passes_the_minimum_atr1(side: Side) -> None:
    assert outcome("atr1_min", side, atr1=0.5) == (True, 0.5, 0.5, "at_least")


def test_that_a_small_candle_fails_the_minimum_atr1(side: Side) -> None:
    assert outcome("atr1_min", side, atr1=0.49) == (False, 0.49, 0.5, "below")
    assert judged(side, a_setup(atr1=0.49)).of(side).reason == "atr1_min"


def test_that_an_atr1_that_is_not_ready_fails_and_says_so(side: Side) -> None:
    assert outcome("atr1_min", side, atr1=None) == (False, None, None, "not_ready")


def test_that_the_dynamic_threshold_rises_in_a_lively_half_hour(side: Side) -> None:
    found = check("atr1_min", side, a_setup(atr1=0.55, true_range_mean_30=0.76), DYNAMIC)
    assert (found.is_passed, found.limit) == (False, close_to(0.6))


def test_that_the_dynamic_threshold_falls_in_a_quiet_half_hour(side: Side) -> None:
    found = check("atr1_min", side, a_setup(atr1=0.46, true_range_mean_30=0.34), DYNAMIC)
    assert (found.is_passed, found.limit) == (True, close_to(0.45))


@pytest.mark.parametrize("true_range_mean", [0.35, 0.75, None])
def test_that_the_dynamic_threshold_stays_in_between(side: Side, true_range_mean: float | None) -> None:
    found = check("atr1_min", side, a_setup(atr1=0.5, true_range_mean_30=true_range_mean), DYNAMIC)
    assert (found.is_passed, found.limit) == (True, 0.5)


def test_that_the_threshold_is_not_dynamic_unless_asked_for(side: Side) -> None:
    assert outcome("atr1_min", side, atr1=0.5, true_range_mean_30=9.0) == (True, 0.5, 0.5, "at_least")


def test_that_wide_candles_pass_the_minimum_average_range(side: Side) -> None:
    assert outcome("range_avg_min", side, range_avg=0.8) == (True, 0.8, 0.8, "at_least")


def test_that_narrow_candles_fail_the_minimum_average_range(side: Side) -> None:
    assert outcome("range_avg_min", side, range_avg=0.79) == (False, 0.79, 0.8, "below")
    assert judged(side, a_setup(range_avg=0.79)).of(side).reason == "range_avg_min"


# -- spread -------------------------------------------------------------------------------------------------------


def test_that_a_spread_at_the_limit_passes(side: Side) -> None:
    assert outcome("spread_max", side, candle=now_with(spread=0.25)) == (True, 0.25, 0.25, "at_most")


def test_that_a_spread_above_the_limit_fails(side: Side) -> None:
    assert outcome("spread_max", side, candle=now_with(spread=0.34)) == (False, 0.34, 0.25, "above")
    assert judged(side, a_setup(candle=now_with(spread=0.34))).of(side).reason == "spread_max"


def test_that_an_unknown_spread_passes_and_says_that_it_is_unknown(side: Side) -> None:
    unknown = {"candle": now_with(spread=None), "spread_ratio": None, "session": Session.ASIA}
    for name in ("spread_max", "spread_ratio", "asian_expansion"):
        assert outcome(name, side, **unknown) == (True, None, None, "unknown")


def test_that_a_usual_spread_passes_against_its_mean(side: Side) -> None:
    assert outcome("spread_ratio", side, spread_ratio=1.5) == (True, 1.5, 1.5, "at_most")


def test_that_a_spread_far_above_its_mean_fails(side: Side) -> None:
    assert outcome("spread_ratio", side, spread_ratio=1.51) == (False, 1.51, 1.5, "above")


def test_that_a_wider_spread_is_allowed_while_volume_is_low(side: Side) -> None:
    assert outcome("spread_ratio", side, spread_ratio=2.0, volume_mean_20=301.0) == (True, 2.0, 2.0, "at_most")


def test_that_without_volume_the_wider_spread_of_low_volume_is_never_allowed(side: Side) -> None:
    found = check("spread_ratio", side, a_setup(candle=now_with(volume=None), spread_ratio=1.6, volume_mean_20=301.0))
    assert not found.is_passed
    assert sentence(found) == "spread is 1.60 times its average, above 1.50; no volume in this source"


def test_that_half_the_usual_volume_is_not_yet_low(side: Side) -> None:
    assert outcome("spread_ratio", side, spread_ratio=2.0, volume_mean_20=300.0) == (False, 2.0, 1.5, "above")


def test_that_a_ratio_that_is_not_ready_fails_and_says_so(side: Side) -> None:
    assert outcome("spread_ratio", side, spread_ratio=None) == (False, None, None, "not_ready")


def test_that_a_source_whose_spread_is_always_zero_can_be_judged(side: Side) -> None:
    free = {"candle": now_with(spread=0.0), "spread_mean": 0.0, "spread_ratio": None, "session": Session.ASIA}
    for name in ("spread_ratio", "asian_expansion"):
        assert outcome(name, side, **free) == (True, None, None, "no_spread")


def test_that_a_doubled_spread_in_asian_hours_is_an_expansion(side: Side) -> None:
    assert outcome("asian_expansion", side, session=Session.ASIA, spread_ratio=2.0) == (False, 2.0, 2.0, "expanded")
    assert outcome("asian_expansion", side, session=Session.POST_NY, spread_ratio=2.5) == (False, 2.5, 2.0, "expanded")


def test_that_a_spread_below_twice_its_mean_in_asian_hours_is_none(side: Side) -> None:
    assert outcome("asian_expansion", side, session=Session.ASIA, spread_ratio=1.99) == (True, 1.99, 2.0, "narrow")


def test_that_a_doubled_spread_in_london_is_no_asian_expansion(side: Side) -> None:
    assert outcome("asian_expansion", side, spread_ratio=2.0) == (True, 2.0, None, "other_hours")


# -- hours --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("session", [session for session in Session if session is not Session.POST_NY])
def test_that_every_session_but_post_new_york_may_be_traded(side: Side, session: Session) -> None:
    assert check("session_allowed", side, a_setup(session=session)).is_passed


def test_that_the_hours_after_new_york_are_blocked(side: Side) -> None:
    assert outcome("session_allowed", side, session=Session.POST_NY) == (False, None, None, "blocked")
    assert judged(side, a_setup(session=Session.POST_NY)).of(side).pre_trade == "session_allowed"


def test_that_the_hours_after_new_york_can_be_unblocked(side: Side) -> None:
    rules = SymbolRules(pre_trade_filters=PreTradeFilters(block_post_ny_session=False))
    assert check("session_allowed", side, a_setup(session=Session.POST_NY), rules).is_passed


# -- the present moment -------------------------------------------------------------------------------------------


def test_that_a_recorded_candle_is_judged_without_the_checks_of_the_present(side: Side) -> None:
    with pytest.raises(StopIteration):
        check("data_fresh", side, a_setup())
    with pytest.raises(StopIteration):
        check("not_locked", side, a_setup())


def test_that_a_young_quote_is_fresh(side: Side) -> None:
    assert outcome("data_fresh", side, live=LiveState(quote_age_s=4.9)) == (True, 4.9, 5.0, "fresh")


def test_that_a_quote_of_five_seconds_is_stale(side: Side) -> None:
    assert outcome("data_fresh", side, live=LiveState(quote_age_s=5.0)) == (False, 5.0, 5.0, "stale")
    assert judged(side, a_setup(), live=LiveState(quote_age_s=5.0)).of(side).reason == "data_fresh"


def test_that_data_are_not_fresh_before_the_first_quote(side: Side) -> None:
    assert outcome("data_fresh", side, live=LiveState(quote_age_s=None)) == (False, None, 5.0, "no_quote")


def test_that_a_symbol_without_a_lock_may_be_traded(side: Side) -> None:
    assert outcome("not_locked", side, live=LiveState(quote_age_s=0.0)) == (True, 0.0, 0.0, "unlocked")


def test_that_a_locked_symbol_is_not_traded(side: Side) -> None:
    live = LiveState(quote_age_s=0.0, lock_left_s=42.0)
    assert outcome("not_locked", side, live=live) == (False, 42.0, 0.0, "locked")
    assert judged(side, a_setup(), live=live).of(side).reason == "not_locked"


def test_that_the_live_spread_takes_the_place_of_the_candles(side: Side) -> None:
    live = LiveState(quote_age_s=0.0, spread=0.5)
    assert outcome("spread_max", side, live=live) == (False, 0.5, 0.25, "above")
    assert outcome("spread_ratio", side, live=live) == (False, 2.5, 1.5, "above")
    assert outcome("asian_expansion", side, live=live, session=Session.ASIA) == (False, 2.5, 2.0, "expanded")
