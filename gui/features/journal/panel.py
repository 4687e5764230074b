"""Shows a record of the journal at its candle on a chart."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QObject

from gui.features.chart.view.finder import CandleFinder
from gui.features.journal.model.journal import JournalModel

OTHER_RUN = "The record is of an earlier run: the chart may show another market.  "


class RecordFinder(QObject):
    """Brings the candle of a record that is looked at to the front, and reports its place to the journal."""

    def __init__(self, journal: JournalModel, candles: CandleFinder) -> None:
        super().__init__(journal)
        self._journal, self._candles = journal, candles
        journal.candle_requested.connect(self.find)

    def find(self, symbol: str, at: datetime) -> None:
        """Marks the candle of `symbol`, or of the chart in front where it is empty."""
        place, chosen = self._candles.find(symbol, at), self._journal.chosen
        is_of_earlier_run = place.row is not None and chosen is not None and not chosen.is_of_this_run
        self._journal.placed.emit(f"{OTHER_RUN}{place.words}" if is_of_earlier_run else place.words)
