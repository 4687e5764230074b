"""Shows a record of the journal at its candle on a chart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from gui.features.chart.model.chart import ChartModel
from gui.features.chart.view.deck import ChartDeck
from gui.features.journal.model.journal import JournalModel
from gui.features.journal.model.places import find
from gui.zones import DisplayZones

OTHER_RUN = "The record is of an earlier run: the chart may show another market.  "


class CandleFinder(QObject):
    """Brings the candle of a record that is looked at to the front of `deck`, and reports its place to the journal."""

    def __init__(
        self, journal: JournalModel, charts: Mapping[str, ChartModel], zones: DisplayZones, deck: ChartDeck
    ) -> None:
        super().__init__(deck)
        self._journal, self._charts, self._zones, self._deck = journal, charts, zones, deck
        journal.candle_requested.connect(self.find)

    def find(self, symbol: str, at: datetime) -> None:
        """Marks the candle of `symbol`, or of the chart in front where it is empty."""
        symbol = symbol or self._deck.front_symbol
        place = find(self._charts, symbol, at, self._zones.of(symbol))
        words = place.words
        if place.row is not None and symbol in self._deck.symbols:
            self._mark(symbol, place.row)
            chosen = self._journal.chosen
            words = f"{OTHER_RUN}{words}" if chosen is not None and not chosen.is_of_this_run else words
        self._journal.placed.emit(words)

    def _mark(self, symbol: str, row: int) -> None:
        focus = QApplication.focusWidget()
        self._deck.bring(symbol)
        self._deck.views[self._deck.symbols.index(symbol)].look_at(row, is_marked=True)
        if focus is not None:
            focus.setFocus()  # the user goes on through the records
