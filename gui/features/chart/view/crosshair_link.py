"""Joins the crosshairs of the charts of one symbol: all point at the same time and price."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from gui.features.chart.view.chart_view import ChartView


class CrosshairLink:
    """Hands the crosshair of the chart under the mouse to the others that are shown."""

    def __init__(self, shown: Callable[[], Iterable[ChartView]]) -> None:
        self._shown = shown

    def add(self, view: ChartView) -> None:
        view.plot.crossed.connect(lambda seconds, price: self._follow(view, seconds, price))

    def _follow(self, source: ChartView, seconds: int | None, price: float | None) -> None:
        for view in self._shown():
            if view is not source:
                view.plot.follow_cross(seconds, price)
