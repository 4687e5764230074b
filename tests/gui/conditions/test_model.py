"""The panel's text on a candle, and its requests to the engine."""

from __future__ import annotations

from datetime import timedelta
from math import inf

import pytest
from msgspec.structs import replace

from engine.domain.judgement import Check, LiveState
from engine.domain.market import Side
from engine.domain.messages.engine import ExplainLive, RecallCandle
from gui.features.conditions.model.numbers import LIMIT_SHARE, gauge, numbers
from gui.features.conditions.model.summary import ConditionsSummary, SideSummary, Standing, State
from tests.builders import MONDAY, candle
from tests.conditions.markets import BEFORE, NOW, RULES, a_setup, explained
from tests.conditions.test_setups import A_SPINNING_TOP
from tests.gui.conditions.builders import (
    NOWHERE,
    Asked,
    a_check,
    one_gate_away,
    recalled,
    row,
    setup_for,
    summary_of,
)

pytestmark = pytest.mark.usefixtures("qapp")
both_sides = pytest.mark.parametrize("side", list(Side))


def of(summary: ConditionsSummary, side: Side) -> SideSummary:
    return summary.buy if side is Side.BUY else summary.sell


# -- the sentence on top ------------------------------------------------------------------------------------------


@both_sides
def test_that_a_setup_is_called_one_and_the_other_side_shows_what_blocks_it(side: Side) -> None:
    summary = summary_of(setup_for(side))
    passed, held_back = of(summary, side), of(summary, side.opposite)
    assert (passed.standing, passed.headline) == (Standing.A_PLUS, "A+ setup with score 7")
    assert held_back.headline == "Primary signals: 0 of min. 1"
    assert held_back.stopped_at == "Candle signals"


@both_sides
def test_that_a_side_that_lacks_one_check_has_one_condition_missing(side: Side) -> None:
    verdict = of(summary_of(one_gate_away(side)), side)
    assert (verdict.standing, verdict.headline) == (Standing.ONE_GATE_AWAY, "Secondary signals: 0 of min. 1")


def test_that_two_equal_sides_are_tied_and_have_no_idea() -> None:
    summary = summary_of(explained(Side.BUY, a_setup(candle=A_SPINNING_TOP)))
    assert summary.buy.standing is Standing.TIED
    assert (summary.idea, summary.idea_missing) == (None, "both sides pass with the same score: no setup")


def test_that_a_side_that_scores_less_is_outscored() -> None:
    lopsided = a_setup(candle=A_SPINNING_TOP, day_low=1999.25)
    summary = summary_of(explained(Side.BUY, lopsided))
    assert (summary.buy.standing, summary.sell.standing) == (Standing.A_PLUS, Standing.OUTSCORED)


def test_that_a_stop_inside_one_candle_is_marked_with_its_number() -> None:
    idea = summary_of(setup_for(Side.BUY, range_avg=2.5)).idea
    assert idea is not None
    assert idea.is_stop_short
    assert idea.stop_note == "stop is only 0.48 of an average M1 range: one candle can reach it"


def test_that_a_stop_wider_than_a_candle_is_shown_without_a_warning() -> None:
    idea = summary_of(setup_for(Side.BUY)).idea
    assert idea is not None
    assert not idea.is_stop_short
    assert (idea.entry, idea.stop_note) == ("2,000.45", "stop is 1.20 average M1 ranges")


def test_that_the_score_is_shown_in_five_parts_with_the_rules_thresholds() -> None:
    score = summary_of(setup_for(Side.BUY)).buy.score
    assert score.parts == (("wick", 2.0), ("VWAP", 2.0), ("edges", 1.0), ("volatility", 1.0), ("session", 1.0))
    assert (score.score, score.trade_from, score.a_plus_from, score.maximum) == (7.0, 5.0, 7.0, 8.0)


# -- the rows -----------------------------------------------------------------------------------------------------


def test_that_every_check_of_every_layer_has_a_row_and_the_deciding_ones_come_first() -> None:
    explanation = setup_for(Side.BUY)
    summary = summary_of(explanation)
    for side in Side:
        layers = (summary.pre_trade, *of(summary, side).layers)
        for shown, known in zip(layers, explanation.of(side), strict=True):
            assert [check.check for check in shown.checks] == [*known.deciding, *known.evidence]


def test_that_only_the_check_that_decided_is_marked_so() -> None:
    summary = summary_of(setup_for(Side.BUY, atr1=0.1, **NOWHERE))
    deciding = [check.name for check in summary.pre_trade.checks if check.decides]
    later = [check.name for layer in summary.buy.layers for check in layer.checks if check.decides]
    assert (deciding, later) == (["atr1_min"], [])


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("atr1_min", State.PASS),
        ("edges", State.PASS),
        ("VWAP_BAND", State.COUNTS),
        ("INTRADAY_RANGE", State.ABSENT),
        ("data_fresh", State.PASS),
    ],
)
def test_that_states_have_words_of_their_own(name: str, state: State) -> None:
    assert row(summary_of(setup_for(Side.BUY)), Side.BUY, name).state is state


def test_that_what_cannot_be_known_is_neither_passed_nor_failed() -> None:
    blind = a_setup(candle=A_SPINNING_TOP)
    summary = summary_of(explained(Side.BUY, blind, live=LiveState(quote_age_s=None)))
    assert row(summary, Side.BUY, "data_fresh").state is State.FAIL
    spreadless = setup_for(Side.BUY, vwap=None, band_low=None, band_high=None)
    assert row(summary_of(spreadless), Side.BUY, "VWAP_BAND").state is State.UNKNOWN


def test_that_a_check_that_the_source_has_no_volume_for_is_neither_passed_nor_failed() -> None:
    bare = setup_for(Side.BUY, candle=replace(NOW, volume=None), previous=replace(BEFORE, volume=None))
    found = row(summary_of(bare), Side.BUY, "INCREASING_VOLUME")
    assert (found.state, found.numbers, found.gauge) == (State.NOT_AVAILABLE, "no volume in this source", None)
    assert found.sentence == "Increasing volume: no volume in this source"


def test_that_a_past_candle_keeps_the_places_of_the_live_checks() -> None:
    past = summary_of(explained(Side.BUY, a_setup()))
    assert [check.name for check in past.pre_trade.checks] == [
        check.name for check in summary_of(setup_for(Side.BUY)).pre_trade.checks
    ]
    lock = row(past, Side.BUY, "not_locked")
    assert (lock.state, lock.sentence) == (State.LIVE_ONLY, "Cooldown: checked on the live candle only")


@pytest.mark.parametrize(
    ("check", "words"),
    [
        (a_check("spread_max", 0.34, 0.25), "0.34 > 0.25"),
        (a_check("spread_max", 0.2501, 0.25), "0.2501 > 0.2500"),
        (a_check("atr1_min", 1234.5, 0.5, is_passed=True), "1,234.50 ≥ 0.50"),
        (a_check("spread_ratio", 1.87, 1.5, unit="times mean"), "1.87 > 1.50 × avg"),
        (a_check("asian_expansion", 2.0, 2.0, unit="times mean"), "2.00 ≥ 2.00 × avg"),
        (a_check("data_fresh", 5.0, 5.0, unit="s"), "5.0 ≥ 5.0 s"),
        (a_check("LONG_WICK_TRAP", 2.1, 1.5, unit="bodies", is_passed=True), "2.10 ≥ 1.50 bodies"),
        (a_check("SESSION_MOMENTUM", -1.0, 2.0), "−1.00 < 2.00"),
        (a_check("PRIOR_SESSION", -0.1, 0.25, is_passed=True), "−0.10 ≤ 0.25"),
        (a_check("OB_ZONE", 0.5, 0.0), "0.50 off"),
        (a_check("OB_ZONE", 0.0, 0.0, is_passed=True), ""),
        (a_check("INCREASING_VOLUME", 12_400.0, 10_100.0, unit="volume", is_passed=True), "12.4K ≥ 10.1K"),
        (a_check("score_min", 4.2, 5.0, unit="points"), "4.2 < 5"),
        (a_check("atr1_min", None, None, case="not_ready"), "not warmed up"),
        (a_check("not_locked", 42.0, 0.0, unit="s"), "42 s left"),
        (a_check("not_locked", inf, 0.0, unit="s"), "blocked"),
        (a_check("not_locked", 0.0, 0.0, unit="s", is_passed=True), ""),
        (a_check("session_allowed", None, None, unit="", is_passed=True, case="allowed"), ""),
    ],
)
def test_that_a_value_stands_against_its_limit_in_few_signs(check: Check, words: str) -> None:
    assert numbers(check, 2) == words


def test_that_a_gauge_has_its_limit_in_one_place_whatever_the_check() -> None:
    half, passed = gauge(a_check("spread_max", 0.125, 0.25)), gauge(a_check("spread_max", 99.0, 0.25))
    assert half is not None
    assert passed is not None
    assert (half.fill, half.limit) == (LIMIT_SHARE / 2, LIMIT_SHARE)
    assert passed.fill == 1.0


@pytest.mark.parametrize(
    "check", [a_check("spread_max", None, 0.25), a_check("OB_ZONE", 0.5, 0.0), a_check("not_locked", inf, 0.0)]
)
def test_that_nothing_to_compare_has_no_gauge(check: Check) -> None:
    assert gauge(check) is None


# -- which candle -------------------------------------------------------------------------------------------------


def test_that_a_symbol_without_rules_is_watched_without_trading() -> None:
    asked = Asked(rules=None)
    asked.model.begin()
    assert asked.frame() == []
    assert asked.model.silence == "no rules for XAUUSD: chart only, no trading; add rules in the settings"


def test_that_nothing_is_asked_before_the_past_is_read() -> None:
    asked = Asked()
    asked.model.refresh_live()
    assert asked.frame() == []
    assert asked.model.silence == "reading history"
    asked.model.begin()
    assert asked.frame() == [ExplainLive("XAUUSD")]


def test_that_of_many_candles_passed_over_in_a_frame_only_the_newest_is_asked_for() -> None:
    asked = Asked()
    for minute in (3, 4, 5):
        asked.model.point_at(minute)
    assert asked.frame() == [RecallCandle("XAUUSD", MONDAY + timedelta(minutes=5))]
    assert asked.frame() == []


def test_that_a_candle_pointed_at_is_shown_until_the_way_back_to_live() -> None:
    asked = Asked()
    asked.model.begin()
    asked.model.show_live(setup_for(Side.SELL))
    asked.model.point_at(5)
    asked.model.show_recalled(recalled(5))
    assert asked.model.summary is not None
    assert not asked.model.is_live
    assert asked.model.summary.candle_time == MONDAY + timedelta(minutes=5)
    asked.model.return_to_live()
    assert asked.model.is_live
    assert asked.model.summary.sell.standing is Standing.A_PLUS
    assert ExplainLive("XAUUSD") in asked.frame()


@pytest.mark.parametrize("row", [None, 20, 99])
def test_that_the_forming_candle_and_empty_space_are_live(row: int | None) -> None:
    asked = Asked(candles=20)
    asked.model.point_at(5)
    asked.model.show_recalled(recalled(5))
    asked.model.point_at(row)
    assert asked.model.is_live


def test_that_a_late_answer_about_a_candle_left_behind_is_dropped() -> None:
    asked = Asked()
    asked.model.point_at(5)
    asked.model.point_at(6)
    asked.model.show_recalled(recalled(5))
    assert asked.model.is_live
    asked.model.return_to_live()
    asked.model.show_recalled(recalled(6))
    assert asked.model.is_live


def test_that_the_panel_is_left_alone_while_nothing_changes() -> None:
    asked, changes = Asked(), list[int]()
    asked.model.show_live(setup_for(Side.BUY))
    asked.model.changed.connect(lambda: changes.append(1))
    asked.model.show_live(setup_for(Side.BUY))
    assert changes == []
    asked.model.show_live(explained(Side.BUY, a_setup(), RULES, LiveState(quote_age_s=0.5, spread=0.3)))
    assert changes == [1]


def test_that_a_market_that_restarts_is_silent() -> None:
    asked = Asked()
    asked.model.begin()
    asked.model.show_live(setup_for(Side.BUY))
    asked.model.clear()
    assert asked.model.summary is None
    assert asked.frame() == []


def test_that_a_proposal_is_followed_wherever_the_mouse_rests() -> None:
    asked = Asked()
    asked.model.point_at(5)
    asked.frame()
    asked.model.show_recalled(recalled(5))
    asked.model.follow_proposal(True)
    assert asked.model.is_live
    asked.model.point_at(6)
    asked.model.show_recalled(recalled(6))
    assert asked.frame() == []
    assert asked.model.is_live
    asked.model.follow_proposal(False)
    (wanted,) = asked.frame()
    assert wanted == RecallCandle("XAUUSD", candle(6).opened_at)
