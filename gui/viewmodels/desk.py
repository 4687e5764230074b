"""The whole window as state: one chart per symbol, the player, the status bar."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from engine.domain.market import Source
from gui.viewmodels.chart import ChartModel
from gui.viewmodels.playback import PlaybackModel
from gui.viewmodels.status import StatusModel


class DeskModel(QObject):
    """Owns the view-models. `opened` is emitted when the charts of a market exist."""

    opened = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.charts: dict[str, ChartModel] = {}
        self.playback = PlaybackModel()
        self.status = StatusModel()

    def open(self, sources: Sequence[Source]) -> None:
        """Empties the charts for a market that begins anew; makes those that do not exist yet."""
        self.status.open(sources)
        self.playback.set_ended(False)
        is_new = False
        for source in sources:
            chart = self.charts.get(source.symbol)
            if chart is None:
                self.charts[source.symbol] = ChartModel(source.instrument)
                is_new = True
            else:
                chart.clear()
        if is_new:
            self.opened.emit()
