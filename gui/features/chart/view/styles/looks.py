"""The look of a chart as a value, taken from it and put back."""

from __future__ import annotations

from gui.features.chart.model.overlay_styles import ChartLook
from gui.features.chart.view.chart_view import ChartView


def look_of(view: ChartView) -> ChartLook:
    """Which overlays are hidden, and the styles of all."""
    hidden = tuple(name for name, _ in view.overlays if not view.is_overlay_visible(name))
    return ChartLook(hidden=hidden, styles=dict(view.styles))


def put_look(view: ChartView, look: ChartLook) -> None:
    """Shows and styles overlays as a look says, all others as shipped."""
    for name, _ in view.overlays:
        if view.is_overlay_visible(name) == (name in look.hidden):
            view.set_overlay_visible(name, name not in look.hidden)
    view.set_styles(look.styles)
