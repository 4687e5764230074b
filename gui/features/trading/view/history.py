"""Closed trades of this run, and of the last days where they count."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gui.features.trading.model.history import HistoryTable
from gui.features.trading.view.table import SHOWS_ON_CHART, TradeTable
from gui.theme import Theme

SILENCE = "No closed trades yet. Closed positions are listed here, with R and costs; older ones are in the statistics."


class HistoryView(TradeTable):
    """The newest on top."""

    def __init__(self, history: HistoryTable, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(history, theme, SILENCE, parent, name="Closed trades", shows=SHOWS_ON_CHART)
        self.acted.connect(history.click)
