"""A separate window for the charts of one symbol, for another screen."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import QCloseEvent, QMoveEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.features.chart.view.timeframes.board import TimeframeBoard
from gui.widgets.place import fit_to_screen

SIZE = (960, 600)
FLAGS = (
    Qt.WindowType.Tool
    | Qt.WindowType.CustomizeWindowHint
    | Qt.WindowType.WindowTitleHint
    | Qt.WindowType.WindowMaximizeButtonHint
    | Qt.WindowType.WindowCloseButtonHint
)
"""A tool window belongs to the main window: it closes with it, and the desk's keyboard shortcuts work in it."""


class ChartWindow(QWidget):
    """Holds the charts until it is closed. `closing` hands them back, `placed` reports moves and new sizes."""

    closing = Signal()
    placed = Signal()

    def __init__(self, symbol: str, board: TimeframeBoard, parent: QWidget) -> None:
        super().__init__(parent, FLAGS)
        self.setWindowTitle(f"{symbol} charts")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(board)
        self.resize(*SIZE)
        self.addActions(parent.actions())

    def place(self, state: bytes) -> None:
        """Restores its former geometry, if the screen still exists."""
        self.restoreGeometry(QByteArray(state))
        fit_to_screen(self)

    @property
    def state(self) -> bytes:
        """Its geometry, as saved by Qt."""
        return bytes(self.saveGeometry().data())

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self.placed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.placed.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Asks for the charts to be taken back; the empty window is deleted."""
        self.closing.emit()
        super().closeEvent(event)
