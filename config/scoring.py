"""Settings of the confluence score: points of its five parts, and what they are good for."""

from __future__ import annotations

from typing import Any, Self

from pydantic import model_validator

from config.section import Section, setting

_POINTS: dict[str, Any] = {"ge": 0, "le": 10, "unit": "points"}


class ConfluenceScoring(Section):
    """Layer 4: the confluence score of a trade."""

    min_score: float = setting(5.0, ge=0, le=50, unit="points", title="Min score", about="Minimum score of a setup.")
    a_plus_score: float = setting(
        7.0, ge=0, le=50, unit="points", title="A+ score", about="Minimum score of an A+ setup."
    )
    max_score: float = setting(
        8.0, gt=0, le=50, unit="points", title="Max score", about="The score never exceeds this."
    )
    wick_good_bodies: float = setting(
        1.5, gt=0, le=100, unit="bodies", title="Good wick", about="Far wick that earns the points of a good one."
    )
    wick_strong_bodies: float = setting(
        2.0, gt=0, le=100, unit="bodies", title="Strong wick", about="Far wick that earns the points of a strong one."
    )
    wick_good_points: float = setting(1.0, **_POINTS, title="Points for good wick", about="Points of a good wick.")
    wick_strong_points: float = setting(
        2.0, **_POINTS, title="Points for strong wick", about="Points of a strong wick."
    )
    vwap_near_bands: float = setting(
        2.0, ge=1, le=100, unit="bands", title="Near VWAP", about="Multiple of the micro band that counts as near."
    )
    vwap_near_points: float = setting(
        1.0, **_POINTS, title="Points near VWAP", about="Points near VWAP, outside the micro band."
    )
    vwap_inside_points: float = setting(
        2.0, **_POINTS, title="Points in VWAP band", about="Points inside the micro band of VWAP."
    )
    persistence_min_seconds: float = setting(
        30.0, ge=0, le=3600, unit="s", title="Min time in band", about="Less time in the band earns no bonus."
    )
    persistence_bonus_seconds: float = setting(
        60.0, ge=0, le=3600, unit="s", title="Bonus after", about="Time in the band that earns the bonus."
    )
    persistence_bonus: float = setting(
        1.1,
        ge=1,
        le=5,
        unit="times",
        title="Bonus factor",
        about="Factor on the points for VWAP after this time in the band.",
    )
    persistence_long_seconds: float = setting(
        90.0, ge=0, le=3600, unit="s", title="Long bonus after", about="Time in the band that earns the long bonus."
    )
    persistence_long_bonus: float = setting(
        1.2,
        ge=1,
        le=5,
        unit="times",
        title="Long bonus factor",
        about="Factor on the points for VWAP after the longer time in the band.",
    )
    one_edge_points: float = setting(1.0, **_POINTS, title="Points at one level", about="Points at a single key level.")
    more_edges_points: float = setting(
        2.0, **_POINTS, title="Points at more levels", about="Points at two key levels or more."
    )
    volatility_points: float = setting(
        1.0, **_POINTS, title="Points for volatility", about="Points while volatility is expanding."
    )
    session_points: float = setting(
        1.0, **_POINTS, title="Points for session", about="Points in London, the overlap and New York."
    )

    @model_validator(mode="after")
    def _is_ordered(self) -> Self:
        rising = (
            ("min_score", "a_plus_score"),
            ("a_plus_score", "max_score"),
            ("wick_good_bodies", "wick_strong_bodies"),
            ("wick_good_points", "wick_strong_points"),
            ("vwap_near_points", "vwap_inside_points"),
            ("persistence_bonus_seconds", "persistence_long_seconds"),
            ("persistence_bonus", "persistence_long_bonus"),
            ("one_edge_points", "more_edges_points"),
        )
        faults = [
            f"{low} {getattr(self, low):g} is above {high} {getattr(self, high):g}; allowed is at most that"
            for low, high in rising
            if getattr(self, low) > getattr(self, high)
        ]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    @model_validator(mode="after")
    def _is_reachable(self) -> Self:
        vwap = self.vwap_inside_points * self.persistence_long_bonus
        most = self.wick_strong_points + vwap + self.more_edges_points + self.volatility_points + self.session_points
        if self.min_score > most:
            raise ValueError(f"min_score {self.min_score:g} cannot be reached; allowed is at most {most:g}, all points")
        return self
