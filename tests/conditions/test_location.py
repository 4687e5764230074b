"""Layer 2: price must be at a key level. For BUY; each market is turned upside down for SELL."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from config.conditions import LocationFilter
from config.settings import SymbolRules
from engine.domain.judgement import Check
from engine.domain.market import Side
from tests.conditions.markets import NOW, a_setup, block, check, explained, judged, outcome

pytestmark = pytest.mark.parametrize("side", list(Side))

NOWHERE: dict[str, Any] = {"vwap": 2005.0, "band_low": 2004.0, "band_high": 2006.0}
"""The candle (low 1999.25, close 2000.25) closes far from VWAP; the tolerance of levels is 0.25."""


def edge(name: str, side: Side, **changes: Any) -> Check:
    found = check(name, side, a_setup(**(NOWHERE | changes)))
    assert (name in judged(side, a_setup(**(NOWHERE | changes))).of(side).edges) is found.is_passed
    return found


def test_that_price_nowhere_near_an_edge_is_not_traded(side: Side) -> None:
    verdict = judged(side, a_setup(**NOWHERE)).of(side)
    assert (verdict.edges, verdict.location) == ((), "edges")
    assert explained(side, a_setup(**NOWHERE)).of(side)[1].deciding[0].distance == 1.0


# -- the micro band of VWAP ---------------------------------------------------------------------------------------


def test_that_a_close_on_the_border_of_the_micro_band_is_inside(side: Side) -> None:
    found = edge("VWAP_BAND", side, vwap=2000.75, band_low=2000.25, band_high=2001.25)
    assert outcome(found) == (True, 0.5, 0.5, "inside")


def test_that_a_close_beyond_the_micro_band_is_outside(side: Side) -> None:
    found = edge("VWAP_BAND", side, vwap=2000.8125, band_low=2000.3125, band_high=2001.3125)
    assert outcome(found) == (False, 0.5625, 0.5, "outside")


def test_that_there_is_no_micro_band_before_vwap_is_ready(side: Side) -> None:
    assert edge("VWAP_BAND", side, vwap=None, band_low=None, band_high=None).case == "not_ready"


# -- levels -------------------------------------------------------------------------------------------------------

LEVELS = pytest.mark.parametrize(
    ("name", "level"), [("PRIOR_SESSION", "prior_session_low"), ("INTRADAY_RANGE", "day_low")]
)


@LEVELS
def test_that_a_low_within_the_tolerance_above_a_support_is_at_it(side: Side, name: str, level: str) -> None:
    assert outcome(edge(name, side, **{level: 1999.0})) == (True, 0.25, 0.25, "at")


@LEVELS
def test_that_a_low_beyond_the_tolerance_above_a_support_falls_short_of_it(side: Side, name: str, level: str) -> None:
    assert outcome(edge(name, side, **{level: 1998.75})) == (False, 0.5, 0.25, "short_of")


@LEVELS
def test_that_a_dip_through_a_support_that_closes_above_it_is_at_it(side: Side, name: str, level: str) -> None:
    assert outcome(edge(name, side, **{level: 2000.0})) == (True, -0.25, 0.25, "at")


@LEVELS
def test_that_a_close_within_the_tolerance_below_a_support_still_holds_it(side: Side, name: str, level: str) -> None:
    assert outcome(edge(name, side, **{level: 2000.5})) == (True, 0.25, 0.25, "at")


@LEVELS
def test_that_a_close_beyond_the_tolerance_below_a_support_has_lost_it(side: Side, name: str, level: str) -> None:
    assert outcome(edge(name, side, **{level: 2000.75})) == (False, 0.5, 0.25, "lost")


@LEVELS
def test_that_a_level_that_does_not_exist_yet_is_no_edge(side: Side, name: str, level: str) -> None:
    assert outcome(edge(name, side, **{level: None})) == (False, None, 0.25, "no_level")


@LEVELS
def test_that_no_level_is_an_edge_before_its_tolerance_is_known(side: Side, name: str, level: str) -> None:
    assert edge(name, side, **{level: 2000.0, "atr14": None}).case == "not_ready"


def test_that_the_resistances_of_the_other_side_are_no_edge(side: Side) -> None:
    highs = dict.fromkeys(("prior_session_high", "day_high", "prior_day_high"), 2000.25)
    assert judged(side, a_setup(**NOWHERE, **highs, equal_highs=(2000.25,))).of(side).edges == ()


def test_that_equal_lows_are_a_cluster_of_liquidity(side: Side) -> None:
    found = edge("LIQUIDITY_CLUSTER", side, equal_lows=(1992.0, 1999.125))
    assert outcome(found) == (True, 0.125, 0.25, "at")


def test_that_the_prior_days_low_is_a_cluster_of_liquidity(side: Side) -> None:
    assert edge("LIQUIDITY_CLUSTER", side, prior_day_low=1999.5).is_passed


def test_that_the_nearest_of_several_clusters_is_named(side: Side) -> None:
    found = edge("LIQUIDITY_CLUSTER", side, equal_lows=(1992.0, 1998.25), prior_day_low=1990.0)
    assert outcome(found) == (False, 1.0, 0.25, "short_of")


def test_that_of_two_clusters_equally_near_the_one_farther_on_is_reported(side: Side) -> None:
    found = edge("LIQUIDITY_CLUSTER", side, equal_lows=(1998.75, 2000.75))
    assert outcome(found) == (False, 0.5, 0.25, "short_of")


def test_that_without_equal_lows_and_prior_day_there_is_no_cluster(side: Side) -> None:
    assert edge("LIQUIDITY_CLUSTER", side, prior_day_low=None).case == "no_level"


# -- order blocks -------------------------------------------------------------------------------------------------


def test_that_a_candle_that_touches_the_border_of_a_bullish_block_is_in_its_zone(side: Side) -> None:
    found = edge("OB_ZONE", side, order_blocks=(block(1998.0, 1999.25),))
    assert outcome(found) == (True, 0.0, 0.0, "in_zone")


def test_that_a_candle_above_a_bullish_block_is_not_in_its_zone(side: Side) -> None:
    found = edge("OB_ZONE", side, order_blocks=(block(1990.0, 1992.0), block(1998.0, 1999.0)))
    assert outcome(found) == (False, 0.25, 0.0, "off_zone")


def test_that_a_block_made_by_the_candle_itself_is_not_yet_an_edge(side: Side) -> None:
    assert edge("OB_ZONE", side, order_blocks=(block(1999.0, 2000.0, minute=10),)).case == "no_block"


def test_that_a_block_of_the_other_side_is_no_edge(side: Side) -> None:
    assert edge("OB_ZONE", side, order_blocks=(block(1999.0, 2000.0, side=Side.SELL),)).case == "no_block"


def test_that_a_touched_block_is_an_edge_as_long_as_it_is_valid(side: Side) -> None:
    assert edge("OB_ZONE", side, order_blocks=(block(1999.0, 2000.0, is_fresh=False),)).is_passed


# -- all together -------------------------------------------------------------------------------------------------


def everywhere() -> Any:
    levels = {"prior_session_low": 1999.5, "day_low": 1999.25, "equal_lows": (1999.0,)}
    return a_setup(order_blocks=(block(1999.0, 1999.5),), **levels)


def test_that_edges_are_named_in_their_fixed_order(side: Side) -> None:
    edges = ("VWAP_BAND", "PRIOR_SESSION", "INTRADAY_RANGE", "OB_ZONE", "LIQUIDITY_CLUSTER")
    assert judged(side, everywhere()).of(side).edges == edges


@pytest.mark.parametrize("name", ["VWAP_BAND", "PRIOR_SESSION", "INTRADAY_RANGE", "OB_ZONE", "LIQUIDITY_CLUSTER"])
def test_that_an_edge_that_is_switched_off_is_not_looked_for(side: Side, name: str) -> None:
    rules = SymbolRules(location_filter=LocationFilter(**{name.lower(): False}))
    assert name not in judged(side, everywhere(), rules).of(side).edges
    assert name not in [found.name for found in explained(side, everywhere(), rules).of(side)[1].evidence]


def test_that_the_tolerance_can_be_widened(side: Side) -> None:
    rules = SymbolRules(location_filter=LocationFilter(tolerance_atr=0.5))
    assert check("INTRADAY_RANGE", side, a_setup(day_low=1998.75), rules).is_passed


def test_that_a_flat_candle_at_a_support_is_at_an_edge(side: Side) -> None:
    flat = replace(NOW, open=1999.0, high=1999.0, low=1999.0, close=1999.0)
    assert edge("INTRADAY_RANGE", side, candle=flat, day_low=1999.0).is_passed
