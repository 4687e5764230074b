"""The colours of a style on the surfaces of a theme."""

from __future__ import annotations

from gui.features.chart.model.overlay_styles import OverlayStyle
from gui.theme import SURFACES, Theme
from gui.theme.styled import adjusted


def chosen_colour(style: OverlayStyle, theme: Theme, role: str) -> str | None:
    """What the user chose for a role; chosen on other surfaces only, it is adjusted to these. None without a choice."""
    chosen = style.chosen(theme.name, role)
    if chosen is not None:
        return chosen
    elsewhere = next((shade for name in SURFACES if (shade := style.chosen(name, role))), None)
    return None if elsewhere is None else adjusted(elsewhere, theme.background)
