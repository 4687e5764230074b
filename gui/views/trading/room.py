"""Puts the trading half into the window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow

from gui.theme import Theme
from gui.viewmodels.trading import TradingModel
from gui.views.trading.mode_bar import ModeBar

TOLD_FOR_MS = 12_000


class TradingRoom:
    """The switches in a row of their own, sentences in the status bar."""

    def __init__(self, window: QMainWindow, trading: TradingModel, theme: Theme) -> None:  # noqa: ARG002
        self.modes = ModeBar(trading.modes)
        window.addToolBarBreak(Qt.ToolBarArea.TopToolBarArea)
        window.addToolBar(self.modes)
        trading.told.connect(lambda words: window.statusBar().showMessage(words, TOLD_FOR_MS))
