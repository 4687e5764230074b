"""Layer 4: how much speaks for the trade, as a score of five parts."""

from __future__ import annotations

from config.settings import ConfluenceScoring
from engine.conditions.facing import Facing
from engine.conditions.layers import at_hand
from engine.conditions.signals import ACTIVE_SESSIONS
from engine.domain.judgement import Check, Layer, LayerChecks, Points
from engine.domain.market import Side
from engine.domain.snapshot import MarketSnapshot


class ConfluenceScore:
    """Adds up the points of one side."""

    __slots__ = ("_settings",)

    def __init__(self, settings: ConfluenceScoring) -> None:
        self._settings = at_hand(settings)

    def points_alike(self, snapshot: MarketSnapshot, *, is_in_band: bool) -> tuple[float, float, float]:
        """What both sides earn alike: for VWAP, volatility and session."""
        settings = self._settings
        return (
            self._vwap(snapshot, is_in_band=is_in_band),
            settings.volatility_points if snapshot.is_expanding else 0.0,
            settings.session_points if snapshot.session in ACTIVE_SESSIONS else 0.0,
        )

    def points(self, facing: Facing, edges: int, alike: tuple[float, float, float]) -> tuple[Points, float]:
        """The five parts for one side at that many edges, and their capped sum."""
        settings, wick, body = self._settings, facing.wick, facing.body
        vwap, volatility, session = alike
        quality = at_edges = 0.0
        if wick >= settings.wick_strong_bodies * body:
            quality = settings.wick_strong_points
        elif wick >= settings.wick_good_bodies * body:
            quality = settings.wick_good_points
        if edges:
            at_edges = settings.one_edge_points if edges == 1 else settings.more_edges_points
        score = quality + vwap + at_edges + volatility + session
        if score > settings.max_score:
            score = settings.max_score
        return Points(quality, vwap, at_edges, volatility, session), score

    def is_enough(self, score: float) -> bool:
        return score >= self._settings.min_score

    def is_a_plus(self, score: float) -> bool:
        return score >= self._settings.a_plus_score

    def checks(self, side: Side, score: float) -> LayerChecks:
        """The score against what it needs."""
        is_passed = self.is_enough(score)
        case = "at_least" if is_passed else "below"
        check = Check("score_min", side, is_passed, score, self._settings.min_score, "points", case)
        return LayerChecks(Layer.CONFLUENCE, (check,), ())

    def _vwap(self, snapshot: MarketSnapshot, *, is_in_band: bool) -> float:
        if is_in_band:
            return self._settings.vwap_inside_points * self._bonus(snapshot.band_persistence_s)
        low, high, vwap = snapshot.band_low, snapshot.band_high, snapshot.vwap
        if low is None or high is None or vwap is None:
            return 0.0
        is_near = abs(snapshot.candle.close - vwap) <= self._settings.vwap_near_bands * (high - low) / 2
        return self._settings.vwap_near_points * self._bonus(snapshot.band_persistence_s) if is_near else 0.0

    def _bonus(self, persistence: float) -> float:
        settings = self._settings
        if persistence < settings.persistence_min_seconds:
            return 1.0
        if persistence >= settings.persistence_long_seconds:
            return settings.persistence_long_bonus
        return settings.persistence_bonus if persistence >= settings.persistence_bonus_seconds else 1.0
