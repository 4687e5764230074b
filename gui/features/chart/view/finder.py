"""Brings a moment of the market to the front of the charts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from PySide6.QtWidgets import QApplication

from gui.features.chart.model.chart import ChartModel
from gui.features.chart.model.places import Place, find
from gui.features.chart.view.deck import ChartDeck
from gui.zones import DisplayZones


class CandleFinder:
    """Finds candles on the charts of `deck`, which show the models in `charts`."""

    def __init__(self, charts: Mapping[str, ChartModel], zones: DisplayZones, deck: ChartDeck) -> None:
        self._charts, self._zones, self._deck = charts, zones, deck

    def find(self, symbol: str, at: datetime) -> Place:
        """Marks the candle of `symbol`, or of the chart in front where it is empty; the keyboard stays where it is."""
        symbol = symbol or self._deck.front_symbol
        place = find(self._charts, symbol, at, self._zones.of(symbol))
        if place.row is not None and symbol in self._deck.symbols:
            focus = QApplication.focusWidget()
            self._deck.bring_m1(symbol).look_at(place.row, is_marked=True)
            if focus is not None:
                focus.setFocus()  # the user goes on through the rows
        return place

    def look_at(self, symbol: str, at: datetime | None) -> str:
        """Brings a chart to the front, marked at an instant if one is given; what to say where it has no candle."""
        if at is None:
            self._deck.bring(symbol)
            return ""
        place = self.find(symbol, at)
        return place.words if place.row is None else ""
