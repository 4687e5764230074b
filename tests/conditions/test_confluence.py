"""Layer 4: the score that a trade needs. For BUY; each market is turned upside down for SELL."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import asdict

from config.conditions import ConfluenceScoring
from config.settings import SymbolRules
from engine.domain.market import Session, Side
from tests.builders import candle
from tests.conditions.markets import a_setup, check, judged

pytestmark = pytest.mark.parametrize("side", list(Side))


def points(side: Side, **changes: Any) -> dict[str, float]:
    return asdict(judged(side, a_setup(**changes)).of(side).points)


def with_wick(bodies: float) -> Any:
    return candle(10, open=2000.0, low=2000.0 - bodies * 0.25, high=2000.25, close=2000.25, volume=150.0)


@pytest.mark.parametrize(
    ("bodies", "earned"), [(0.0, 0.0), (1.25, 0.0), (1.5, 1.0), (1.75, 1.0), (2.0, 2.0), (9.0, 2.0)]
)
def test_that_the_far_wick_earns_by_its_length(side: Side, bodies: float, earned: float) -> None:
    assert points(side, candle=with_wick(bodies))["wick"] == earned


def test_that_the_near_wick_earns_nothing(side: Side) -> None:
    assert points(side, candle=candle(10, open=2000.0, high=2003.0, close=2000.25))["wick"] == 0.0


@pytest.mark.parametrize(
    ("vwap", "earned"), [(2000.25, 2.0), (2000.75, 2.0), (2000.765625, 1.0), (2001.25, 1.0), (2001.265625, 0.0)]
)
def test_that_nearness_to_vwap_earns_by_the_micro_band(side: Side, vwap: float, earned: float) -> None:
    assert points(side, vwap=vwap, band_low=vwap - 0.5, band_high=vwap + 0.5)["vwap"] == earned


def test_that_vwap_earns_nothing_before_it_is_ready(side: Side) -> None:
    assert points(side, vwap=None, band_low=None, band_high=None)["vwap"] == 0.0


@pytest.mark.parametrize(
    ("seconds", "factor"), [(0.0, 1.0), (30.0, 1.0), (60.0, 1.1), (89.0, 1.1), (90.0, 1.2), (300.0, 1.2)]
)
def test_that_a_stay_inside_the_band_earns_a_bonus(side: Side, seconds: float, factor: float) -> None:
    assert points(side, band_persistence_s=seconds)["vwap"] == 2.0 * factor


def test_that_the_second_edge_earns_a_second_point_and_the_third_nothing(side: Side) -> None:
    nowhere = {"vwap": 2005.0, "band_low": 2004.0, "band_high": 2006.0}
    assert points(side, **nowhere)["edges"] == 0.0
    assert points(side)["edges"] == 1.0
    assert points(side, day_low=1999.25)["edges"] == 2.0
    assert points(side, day_low=1999.25, prior_session_low=1999.25)["edges"] == 2.0


@pytest.mark.parametrize(("is_expanding", "earned"), [(True, 1.0), (False, 0.0), (None, 0.0)])
def test_that_expanding_volatility_earns_a_point(side: Side, is_expanding: bool | None, earned: float) -> None:
    assert points(side, is_expanding=is_expanding)["volatility"] == earned


@pytest.mark.parametrize("session", list(Session))
def test_that_london_the_overlap_and_new_york_earn_a_point(side: Side, session: Session) -> None:
    is_active = session in (Session.LONDON, Session.OVERLAP, Session.NEW_YORK)
    assert points(side, session=session)["session"] == float(is_active)


def test_that_the_score_is_the_sum_of_the_points_and_never_above_eight(side: Side) -> None:
    verdict = judged(side, a_setup(day_low=1999.25, band_persistence_s=120.0)).of(side)
    assert sum(asdict(verdict.points).values()) == pytest.approx(8.4)
    assert verdict.score == 8.0
    assert judged(side, a_setup()).of(side).score == 7.0


def test_that_a_score_of_five_is_allowed_and_no_a_plus(side: Side) -> None:
    snapshot = a_setup(is_expanding=False, session=Session.ASIA)
    verdict = judged(side, snapshot).of(side)
    assert (verdict.score, verdict.is_passed, verdict.is_a_plus) == (5.0, True, False)
    assert check("score_min", side, snapshot).is_passed


def test_that_a_score_below_five_is_not_allowed(side: Side) -> None:
    snapshot = a_setup(is_expanding=False, session=Session.ASIA, candle=with_wick(1.5))
    verdict = judged(side, snapshot).of(side)
    assert (verdict.score, verdict.reason, verdict.near_miss) == (4.0, "score_min", "score_min")
    assert check("score_min", side, snapshot).distance == 1.0


def test_that_a_score_of_seven_is_an_a_plus(side: Side) -> None:
    assert judged(side, a_setup()).of(side).is_a_plus


def test_that_a_side_that_is_not_allowed_is_never_an_a_plus(side: Side) -> None:
    verdict = judged(side, a_setup(atr1=0.1)).of(side)
    assert (verdict.score, verdict.is_a_plus) == (7.0, False)


def test_that_points_and_thresholds_can_be_configured(side: Side) -> None:
    scoring = ConfluenceScoring(wick_strong_points=3.0, min_score=8.5, a_plus_score=9.0, max_score=10.0)
    verdict = judged(side, a_setup(), SymbolRules(confluence_scoring=scoring)).of(side)
    assert (verdict.score, verdict.reason) == (8.0, "score_min")
