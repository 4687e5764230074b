"""Open positions, each with its two buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from gui.features.keyboard.model.arming import Arming
from gui.features.trading.model.positions import (
    AGE,
    BREAK_EVEN,
    CLOSE,
    MONEY,
    STATUS,
    STOP_TYPE,
    SYMBOL,
    PositionsTable,
    R,
)
from gui.features.trading.model.table import Tone
from gui.features.trading.view.table import TradeTable
from gui.theme import Theme

SILENCE = (
    "No open positions. While a symbol is at MANUAL its setups await your approval at the top right; "
    "set the symbol and the master switch to AUTO and the desk trades them by itself."
)

FIRST_ORDER = (SYMBOL, 1, 2, 3, R, MONEY, BREAK_EVEN, CLOSE, STATUS, 4, 5, STOP_TYPE, AGE)
"""Columns from left to right: what acts and what went wrong are in sight in a window of 1280 pixels, too."""


class PositionTable(TradeTable):
    """A click on Close or Break-even asks for it, and so does Return while the keyboard is armed.

    The row changes with the engine's event.
    """

    def __init__(self, positions: PositionsTable, theme: Theme, arming: Arming, parent: QWidget | None = None) -> None:
        super().__init__(positions, theme, SILENCE, parent)
        self._positions, self._arming = positions, arming
        self.acted.connect(positions.click)
        heads = self.horizontalHeader()
        for place, column in enumerate(FIRST_ORDER):
            heads.moveSection(heads.visualIndex(column), place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid() and not event.isAutoRepeat():
            cell = self._positions.cell(index.row(), index.column())
            if cell.tone is Tone.ACTION and not self._arming.admit(cell.text, is_typing=False):
                return
        super().keyPressEvent(event)
