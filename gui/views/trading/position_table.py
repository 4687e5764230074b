"""Open positions, each with its two buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from gui.theme import Theme
from gui.viewmodels.arming import Arming
from gui.viewmodels.trading_positions import PositionsTable
from gui.viewmodels.trading_table import Tone
from gui.views.trading.table import TradeTable

SILENCE = (
    "No open positions. While a symbol stands at MANUAL its setups wait at the top right for your approval; "
    "set the symbol and the master switch to AUTO and the desk trades them by itself."
)


class PositionTable(TradeTable):
    """A click on Close or Break-even asks for it, and so does Return while the keyboard is armed.

    The row changes when the engine tells.
    """

    def __init__(self, positions: PositionsTable, theme: Theme, arming: Arming, parent: QWidget | None = None) -> None:
        super().__init__(positions, theme, SILENCE, parent)
        self._positions, self._arming = positions, arming
        self.acted.connect(positions.click)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid() and not event.isAutoRepeat():
            cell = self._positions.cell(index.row(), index.column())
            if cell.tone is Tone.ACTION and not self._arming.admit(cell.text, is_typing=False):
                return
        super().keyPressEvent(event)
