"""Colours by role: what a widget may ask for instead of naming a colour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Colours by role, each `#rrggbb`. Up and down show where price went, pass and fail what a check found."""

    name: str
    has_hollow_rises: bool = False
    """Whether the bodies of rising candles are outlines, so that they differ from falling ones without any colour."""

    # surfaces, from the back to the front
    background: str
    surface: str
    surface_raised: str
    surface_hover: str
    border: str
    grid: str

    # words
    text: str
    text_muted: str
    text_on_colour: str

    # price
    up: str
    down: str
    volume_up: str
    volume_down: str
    quote_ask: str
    crosshair: str
    crosshair_tag: str

    # indicators
    vwap: str
    band: str
    micro_band: str
    anchor: str
    zone_bull: str
    zone_bear: str
    sweep: str
    swing: str
    structure: str
    day_level: str
    prior_day_level: str
    prior_session_level: str
    equal_level: str

    # sessions, mixed thinly into the background
    session_asia: str
    session_london: str
    session_overlap: str
    session_new_york: str
    session_post_ny: str

    # states
    accent: str
    passed: str
    failed: str
    warning: str

    @property
    def colours(self) -> Mapping[str, str]:
        """Every colour by the name of its role."""
        return {each.name: getattr(self, each.name) for each in fields(self) if each.name not in _NO_COLOURS}


_NO_COLOURS = ("name", "has_hollow_rises")
