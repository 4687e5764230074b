"""The look of a chart as a value, taken from it and put back."""

from __future__ import annotations

from collections.abc import Mapping

from gui.features.chart.model.overlay_styles import ChartLook
from gui.features.chart.view.chart_view import ChartView
from gui.features.chart.view.deck import ChartDeck


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


class LooksToCome:
    """Looks by symbol, each put once, as soon as its chart is there: from then on it is the user's."""

    def __init__(self, looks: Mapping[str, ChartLook], deck: ChartDeck) -> None:
        self._looks, self._deck = dict(looks), deck

    def put(self) -> None:
        """Shows and styles overlays of the charts that came since."""
        for symbol in self._looks.keys() & self._deck.boards.keys():
            put_look(self._deck.boards[symbol].m1, self._looks.pop(symbol))
