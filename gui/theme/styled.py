"""Themes with single colours replaced by chosen ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from PySide6.QtGui import QColor

from gui.theme.shades import contrast
from gui.theme.tokens import Theme

MIN_CONTRAST = 2.5
"""Of a colour chosen on other surfaces, against the ground on which it is adjusted."""
_STEP = 0.04


def with_colours(theme: Theme, chosen: Mapping[str, str]) -> Theme:
    """The theme with these colours by role; raises TypeError for a role that it has not."""
    return replace(theme, **chosen) if chosen else theme  # type: ignore[arg-type]


@cache
def adjusted(token: str, ground: str) -> str:
    """A colour as light or dark as needed to be seen on a ground; its hue stays."""
    shade = QColor(token)
    hue, saturation, lightness = shade.hslHueF(), shade.hslSaturationF(), shade.lightnessF()
    way = _STEP if QColor(ground).lightnessF() < 0.5 else -_STEP
    while contrast(shade.name(), ground) < MIN_CONTRAST and 0.0 < lightness + way < 1.0:
        lightness += way
        shade.setHslF(max(hue, 0.0), saturation, lightness)
    return shade.name()
